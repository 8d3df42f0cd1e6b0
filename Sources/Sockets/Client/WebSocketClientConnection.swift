import Market
import NIOCore
import NIOWebSocket

/// A client's end of one WebSocket, on the loop of its socket.
final class WebSocketClientConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private enum Phase {
        case open
        /// A closing frame was sent, for this reason.
        case closing(ClosingReason)
        case closed
    }

    private let loop: any EventLoop
    private let tell: @Sendable (SocketEvent) -> Void
    private let limits: SocketLimits
    private var assembler: MessageAssembler
    private var phase = Phase.open
    private var context: ChannelHandlerContext?
    private var lastHeard = NIODeadline.now()
    private var isPinged = false
    private var watch: Scheduled<Void>?
    private var failure: (any Error)?
    private var stall: Scheduled<Void>?

    /// - Parameter tell: called on the loop for everything that happens; the last call is `closed`.
    init(tell: @escaping @Sendable (SocketEvent) -> Void, limits: SocketLimits, loop: any EventLoop) {
        self.loop = loop
        self.tell = tell
        self.limits = limits
        assembler = MessageAssembler(
            expectsMask: false, maximumMessageSize: limits.message, maximumFragments: limits.fragments)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        tell(.opened)
        lastHeard = .now()
        setWatch(in: TimeAmount(limits.pingInterval))
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch phase {
        case .open:
            end(.broken(failure.map { String(describing: $0) } ?? "the connection ended without a closing frame"))
        case .closing(let reason): end(reason)
        case .closed: break
        }
        context.fireChannelInactive()
    }

    private func end(_ reason: ClosingReason) {
        phase = .closed
        context = nil
        watch?.cancel()
        stall?.cancel()
        tell(.closed(reason))
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        switch phase {
        case .open: break
        case .closing:
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        case .closed: return
        }
        lastHeard = .now()
        isPinged = false
        do throws(ProtocolViolation) {
            switch try assembler.accept(frame) {
            case .more, .pong: break
            case .text(let text): tell(.text(text))
            case .binary: throw ProtocolViolation(.unacceptableData, "only text is understood here")
            case .ping(let payload): write(.pong, payload)
            case .close(let code, let reason): close(code, "", because: .byPeer(code, reason: reason))
            }
        } catch {
            close(error.code, error.reason, because: .violation(error.code, error.reason))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .open = phase else { return }
        guard let error = error as? NIOWebSocketError else {
            failure = failure ?? error
            return context.close(promise: nil)
        }
        let violation = ProtocolViolation(error)
        close(violation.code, violation.reason, because: .violation(violation.code, violation.reason))
    }

    // MARK: What goes out

    func send(_ text: [UInt8]) -> EventLoopFuture<Void> {
        guard let context, case .open = phase else {
            return loop.makeFailedFuture(TransportFailure.notConnected("the connection is closed"))
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        let frame = WebSocketFrame(
            fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(bytes: text))
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        let deadline = context.eventLoop.scheduleTask(in: TimeAmount(limits.write)) {
            bound.value.cut(because: .stalled)
        }
        written.futureResult.whenComplete { _ in deadline.cancel() }
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: written)
        return written.futureResult
    }

    /// Sends without telling whether it left: a connection that does not get rid of its bytes is cut.
    func post(_ text: [UInt8]) {
        guard case .open = phase else { return }
        write(.text, text)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = nil
        if !context.channel.isWritable {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            stall = context.eventLoop.scheduleTask(in: TimeAmount(limits.write)) { bound.value.cut(because: .stalled) }
        }
        context.fireChannelWritabilityChanged()
    }

    private func write(_ opcode: WebSocketOpcode, _ payload: [UInt8]) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: payload))
        context?.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil)
    }

    // MARK: Watching over silence

    private func setWatch(in time: TimeAmount) {
        guard let context else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        watch = context.eventLoop.scheduleTask(in: time) { bound.value.look() }
    }

    private func look() {
        guard case .open = phase else { return }
        let silence = NIODeadline.now() - lastHeard
        if isPinged, silence >= TimeAmount(limits.pingInterval) + TimeAmount(limits.pongDeadline) {
            return cut(because: .silent)
        }
        guard silence >= TimeAmount(limits.pingInterval) else {
            return setWatch(in: TimeAmount(limits.pingInterval) - silence)
        }
        if !isPinged {
            isPinged = true
            write(.ping, [])
        }
        setWatch(in: TimeAmount(limits.pingInterval) + TimeAmount(limits.pongDeadline) - silence)
    }

    // MARK: Endings

    /// Sends a closing frame and gives the other side a moment to close the connection, as it should.
    func close(_ code: CloseCode?, _ reason: String, because closing: ClosingReason) {
        guard let context, case .open = phase else { return }
        phase = .closing(closing)
        watch?.cancel()
        write(.connectionClose, FrameBytes.closing(code, reason))
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(limits.closing)) { bound.value.close(promise: nil) }
    }

    /// Ends at once: there is nobody to say goodbye to.
    func cut(because reason: ClosingReason) {
        guard let context, case .open = phase else { return }
        phase = .closing(reason)
        context.channel.resetConnection()
    }
}
