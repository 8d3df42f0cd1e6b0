import Monitoring
import NIOCore
import NIOPosix
import NIOSSL
import Notices
import Synchronization

/// Takes mail from whoever knows how to hand it over, and writes down what was said.
final class FakeMailServer: Sendable {
    let port: Int
    private let listener: any NIOCore.Channel
    private let lines: Transcript

    final class Transcript: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    var said: [String] { lines.all }

    static func start(
        _ security: ChannelAddresses.Mail.Security, certificate: String? = nil, key: String? = nil,
        greeting: String? = "220 fake", injecting: Bool = false
    ) async throws -> FakeMailServer {
        var context: NIOSSLContext?
        if let certificate, let key {
            context = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                    privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))))
        }
        let lines = Transcript()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [context] channel in
                channel.eventLoop.makeCompletedFuture {
                    if security == .tls, let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        Conversation(
                            lines, greeting: greeting, offersTLS: security == .startTLS, tls: context,
                            injecting: injecting))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeMailServer(listener, lines)
    }

    private init(_ listener: any NIOCore.Channel, _ lines: Transcript) {
        self.listener = listener
        self.lines = lines
        port = listener.localAddress?.port ?? 0
    }

    func stop() async {
        do { try await listener.close().get() } catch { print("closed before: \(error)") }
    }

    private final class Conversation: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let transcript: Transcript
        private let greeting: String?
        private var offersTLS: Bool
        private let tls: NIOSSLContext?
        private let injecting: Bool
        private var received = ""
        private var isContent = false

        init(_ transcript: Transcript, greeting: String?, offersTLS: Bool, tls: NIOSSLContext?, injecting: Bool) {
            self.transcript = transcript
            self.greeting = greeting
            self.offersTLS = offersTLS
            self.tls = tls
            self.injecting = injecting
        }

        func channelActive(context: ChannelHandlerContext) {
            if let greeting { say(greeting, context) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: Self.unwrapInboundIn(data))
            while let end = received.firstRange(of: "\r\n") {
                let line = String(received[..<end.lowerBound])
                received.removeSubrange(..<end.upperBound)
                transcript.add(line)
                answer(line, context)
            }
        }

        private func answer(_ line: String, _ context: ChannelHandlerContext) {
            if isContent {
                guard line == "." else { return }
                isContent = false
                return say("250 queued", context)
            }
            switch line.split(separator: " ").first {
            case "EHLO": say(offersTLS ? "250-fake\r\n250 STARTTLS" : "250-fake\r\n250 AUTH PLAIN", context)
            case "STARTTLS":
                offersTLS = false
                say("220 go" + (injecting ? "\r\n250 AUTH PLAIN" : ""), context)
                guard let tls else { return }
                do {
                    try context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
                } catch {
                    context.close(promise: nil)
                }
            case "AUTH": say("235 in", context)
            case "DATA":
                isContent = true
                say("354 go", context)
            case "QUIT": context.close(promise: nil)
            default: say("250 ok", context)
            }
        }

        private func say(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
