import Market
import NIOCore
import NIOPosix
import NIOSSL
import Notices
import Sockets

/// Delivers by SMTP, over one connection for each notice.
final class MailCarrier: Carrier {
    private let mail: ChannelAddresses.Mail
    private let origin: String
    private let clock: @Sendable () -> Timestamp
    private let tls: NIOSSLContext?
    private let limit: TimeAmount
    private let loop: any EventLoop

    /// - Parameter limit: from the call to the end.
    init(
        _ mail: ChannelAddresses.Mail, origin: String, trust: ClientTrust, limit: Interval = .seconds(8),
        clock: @escaping @Sendable () -> Timestamp
    ) throws(MonitorError) {
        try Self.check(mail)
        self.mail = mail
        self.origin = origin
        self.clock = clock
        self.limit = .nanoseconds(limit.nanoseconds)
        loop = MultiThreadedEventLoopGroup.singleton.next()
        do {
            tls = mail.security == .none ? nil : try NIOSSLContext(configuration: Self.configuration(trust))
        } catch {
            throw .address(.mail, "the certificates to trust cannot be used: \(error)")
        }
    }

    static func check(_ mail: ChannelAddresses.Mail) throws(MonitorError) {
        guard mail.security != .none || mail.user == nil || Loopback.holds(mail.host) else {
            throw .address(.mail, "a password does not travel without TLS; set alerts.mail_security to starttls or tls")
        }
        guard !mail.to.isEmpty, ([mail.from] + mail.to).allSatisfy(Self.isAddress) else {
            throw .address(.mail, "alerts.mail_from and alerts.mail_to must be of the form name@host")
        }
    }

    private static func configuration(_ trust: ClientTrust) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        switch trust {
        case .system: break
        case .file(let path): configuration.trustRoots = .file(path)
        }
        return configuration
    }

    /// Nothing that could end the command in which it stands.
    static func isAddress(_ text: String) -> Bool {
        let sides = text.split(separator: "@", omittingEmptySubsequences: false)
        return sides.count == 2 && sides.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.utf8.allSatisfy { (33..<127).contains($0) && !#"<>,;:"()[]\"#.utf8.contains($0) }
    }

    func carry(_ notice: Notice, whenDone: @escaping @Sendable (Result<Void, DeliveryFailure>) -> Void) {
        let dialogue = SMTPDialogue(
            mail, message: MailText.message(notice, mail, origin: origin, at: clock()))
        let result = loop.makePromise(of: Void.self)
        let connected = loop.makePromise(of: (any NIOCore.Channel).self)
        let deadline = loop.scheduleTask(in: limit) { result.fail(DeliveryFailure.unavailable("no answer in time")) }
        result.futureResult.whenComplete { outcome in
            deadline.cancel()
            connected.futureResult.whenSuccess { $0.close(promise: nil) }
            switch outcome {
            case .success: whenDone(.success(()))
            case .failure(let failure as DeliveryFailure): whenDone(.failure(failure))
            case .failure(let error): whenDone(.failure(.unavailable("\(error)")))
            }
        }
        let (mail, tls) = (mail, tls)
        ClientBootstrap(group: loop).connectTimeout(.seconds(4))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = SMTPConnection(dialogue, tls: tls, host: mail.host, result: result)
                    if mail.security == .tls { try connection.secure(channel.pipeline.syncOperations) }
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .connect(host: mail.host, port: mail.port).cascade(to: connected)
        connected.futureResult.whenFailure { result.fail(DeliveryFailure.unavailable("no connection: \($0)")) }
    }

    func close() async {}
}

/// A client's end of one SMTP connection.
private final class SMTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var dialogue: SMTPDialogue
    private var replies = SMTPReplies()
    private var received: [UInt8] = []
    private let tls: NIOSSLContext?
    private let host: String
    private let result: EventLoopPromise<Void>

    init(_ dialogue: SMTPDialogue, tls: NIOSSLContext?, host: String, result: EventLoopPromise<Void>) {
        self.dialogue = dialogue
        self.tls = tls
        self.host = host
        self.result = result
    }

    func secure(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
        guard let tls else { return }
        let isName = !host.allSatisfy { $0.isNumber || $0 == "." || $0 == ":" }
        let handler = try NIOSSLClientHandler(context: tls, serverHostname: isName ? host : nil)
        try pipeline.addHandler(handler, position: .first)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.append(contentsOf: Self.unwrapInboundIn(data).readableBytesView)
        do {
            while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(received[..<end].filter { $0 != UInt8(ascii: "\r") })
                received.removeSubrange(...end)
                if let reply = try replies.take(line) {
                    follow(dialogue.take(reply.code, reply.lines), context: context)
                }
            }
            guard received.count <= SMTPReplies.lineLimit else { throw SMTPReplies.Malformed() }
        } catch {
            end(.unavailable("the mail server does not speak SMTP"), context: context)
        }
    }

    private func follow(_ step: SMTPDialogue.Step, context: ChannelHandlerContext) {
        switch step {
        case .send(let text): send(text, context: context)
        case .startTLS:
            // What came in the clear after the server's word could have been put there by anybody (CVE-2011-0411).
            guard received.isEmpty else {
                return end(.denied("the mail server says more than it may before TLS"), context: context)
            }
            do {
                try secure(context.pipeline.syncOperations)
                follow(dialogue.secured(), context: context)
            } catch {
                end(.unavailable("no TLS: \(error)"), context: context)
            }
        case .delivered:
            send("QUIT", context: context)
            result.succeed()
        case .failed(let failure): end(failure, context: context)
        }
    }

    private func send(_ text: String, context: ChannelHandlerContext) {
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }

    private func end(_ failure: DeliveryFailure, context: ChannelHandlerContext) {
        result.fail(failure)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.unavailable("the connection to the mail server broke: \(error)"), context: context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        result.fail(DeliveryFailure.unavailable("the mail server ended the connection"))
        context.fireChannelInactive()
    }
}
