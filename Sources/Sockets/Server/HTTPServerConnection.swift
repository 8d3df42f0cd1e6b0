import Market
import NIOCore
import NIOHTTP1
import Wire

/// A server's end of one HTTP/1.1 connection: one request at a time, bounded in size and in time.
final class HTTPServerConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        case idle
        case reading(HTTPRequest, keepsAlive: Bool)
        /// The request is whole; it is with the value.
        case answering(keepsAlive: Bool)
        /// Nothing is answered any more; what still comes is thrown away.
        case ending
    }

    private let limits: ServerLimits
    private let counters: ServerCounters
    private let reception: any Reception
    private var phase = Phase.idle
    private var context: ChannelHandlerContext?
    private var deadline = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    private var stalled: Scheduled<Void>?

    init(_ reception: any Reception, limits: ServerLimits, counters: ServerCounters) {
        self.reception = reception
        self.limits = limits
        self.counters = counters
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        awaitRequest()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        context = nil
        timer?.cancel()
        stalled?.cancel()
        phase = .ending
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head): begin(head)
        case .body(let bytes): append(bytes)
        case .end: finish()
        }
    }

    // MARK: One request

    private func begin(_ head: HTTPRequestHead) {
        guard case .idle = phase else { return }
        if let refusal = RequestRefusal(head, limits: limits) { return refuse(refusal) }
        guard let method = HTTPRequest.Method(rawValue: head.method.rawValue), let target = RequestTarget(head.uri)
        else { return refuse(.badRequest) }
        let request = HTTPRequest(
            method, target.path, query: target.query,
            headers: head.headers.map { HTTPHeader($0.name, $0.value) })
        phase = .reading(request, keepsAlive: head.isKeepAlive && !head.headers.contains(name: "upgrade"))
        if head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            let interim = HTTPResponseHead(version: .http1_1, status: .continue)
            context?.writeAndFlush(Self.wrapOutboundOut(.head(interim)), promise: nil)
        }
    }

    /// A WebSocket request that the value refused is answered as any other. It was whole, and the parser has stopped.
    func takeRefusedUpgrade(_ head: HTTPRequestHead) {
        begin(head)
        finish()
    }

    private func append(_ bytes: ByteBuffer) {
        guard case .reading(var request, let keepsAlive) = phase else { return }
        guard request.body.count + bytes.readableBytes <= limits.body else { return refuse(.bodyTooLarge) }
        phase = .idle
        request.body.append(contentsOf: bytes.readableBytesView)
        phase = .reading(request, keepsAlive: keepsAlive)
    }

    private func finish() {
        guard case .reading(let request, let keepsAlive) = phase, let context else { return }
        phase = .answering(keepsAlive: keepsAlive)
        deadline = .distantFuture
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        reception.answer(request) { answer in
            if bound.eventLoop.inEventLoop { return bound.value.carryOut(answer) }
            bound.eventLoop.execute { bound.value.carryOut(answer) }
        }
    }

    private func carryOut(_ answer: Answer) {
        guard case .answering(let keepsAlive) = phase, let context else { return }
        switch answer {
        case .respond(let response): write(response, keepsAlive: keepsAlive)
        case .respondLater(let response, let served):
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .nanoseconds(reception.wait(for: served).nanoseconds)) {
                bound.value.carryOut(.respond(response))
            }
        case .silence: break
        case .reset:
            phase = .ending
            context.channel.resetConnection()
        }
    }

    private func refuse(_ refusal: RequestRefusal) {
        counters.count(.refusedRequests)
        write(refusal.response, keepsAlive: false)
    }

    private func write(_ response: HTTPResponse, keepsAlive: Bool) {
        guard let context else { return }
        var headers = HTTPHeaders()
        for header in response.headers where !Self.ownHeaders.contains(header.name.lowercased()) {
            headers.add(name: header.name, value: header.value)
        }
        headers.add(name: "Content-Length", value: String(response.body.count))
        headers.add(name: "Connection", value: keepsAlive ? "keep-alive" : "close")
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
        // Before the end is written: it lets the next request in.
        phase = keepsAlive ? .idle : .ending
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if !response.body.isEmpty {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        guard keepsAlive else { return linger() }
        if case .idle = phase { awaitRequest() }
        limitOutbound()
    }

    /// What the connection itself decides.
    private static let ownHeaders: Set = ["content-length", "connection", "transfer-encoding", "keep-alive"]

    // MARK: Bounds

    /// The time for the whole next request runs from here, however its bytes trickle in.
    private func awaitRequest() {
        deadline = .now() + TimeAmount(limits.idle)
        if timer == nil { setTimer(deadline) }
    }

    private func setTimer(_ time: NIODeadline) {
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: time) { bound.value.timePassed() }
    }

    private func timePassed() {
        timer = nil
        guard deadline <= .now() else {
            // With no request awaited the next answer sets the timer again.
            if deadline != .distantFuture { setTimer(deadline) }
            return
        }
        counters.count(.timeOuts)
        switch phase {
        case .reading: refuse(.tooSlow)
        case .idle, .answering, .ending: context?.close(promise: nil)
        }
    }

    /// A client that sends requests and never reads is cut off before its answers pile up.
    private func limitOutbound() {
        guard let context else { return }
        do {
            let waiting = try context.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0
            guard waiting > limits.outbound else { return }
            cutSlowClient()
        } catch {
            // A closed channel has no options, and nothing waits in it.
        }
    }

    private func cutSlowClient() {
        counters.count(.slowClients)
        phase = .ending
        context?.channel.resetConnection()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalled?.cancel()
        stalled = nil
        if !context.channel.isWritable {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            stalled = context.eventLoop.scheduleTask(in: TimeAmount(limits.stall)) {
                bound.value.cutSlowClient()
            }
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An upgrade that was refused goes on as a plain request.
        guard let error = error as? HTTPParserError else { return }
        switch phase {
        case .idle, .reading: refuse(error == .headerOverflow ? .headersTooLarge : .badRequest)
        case .answering, .ending: context.close(promise: nil)
        }
    }

    /// Closes its own side and reads on for a while: bytes that are unread when a socket closes make the system throw away
    /// the answer that explains it.
    private func linger() {
        guard let context else { return }
        phase = .ending
        deadline = .distantFuture
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(limits.linger)) {
            bound.value.close(promise: nil)
        }
    }
}
