import NIOCore
import NIOHTTP1

/// Lets only well-formed WebSocket requests reach the library's upgrade handler, which forgets the requests it cannot
/// upgrade: those go on as plain ones, the last on their connection, as the parser reads nothing after such a request.
final class UpgradeScreen: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = Self.unwrapInboundIn(data), head.headers.contains(name: "upgrade"),
            !Self.isWebSocket(head)
        else { return context.fireChannelRead(data) }
        head.headers.remove(name: "upgrade")
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    }

    static func isWebSocket(_ head: HTTPRequestHead) -> Bool {
        let headers = head.headers
        // The base64 text of 16 bytes.
        guard let key = headers.first(name: "sec-websocket-key"), key.utf8.count == 24 else { return false }
        return head.method == .GET && head.version == .http1_1 && RequestTarget(head.uri) != nil
            && headers[canonicalForm: "upgrade"].map { $0.lowercased() } == ["websocket"]
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && headers["sec-websocket-version"] == ["13"] && headers["sec-websocket-key"].count == 1
            && !headers.contains(name: "transfer-encoding")
            && headers[canonicalForm: "content-length"].allSatisfy { $0 == "0" }
    }
}
