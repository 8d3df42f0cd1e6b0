import Market
import NIOCore
import NIOWebSocket

/// A server's end of one WebSocket, on the loop of its socket. Writes whole frames, so that one buffer can serve many.
///
/// While a batch of messages waits for the value nothing more is read: a client that floods is slowed by its own socket.
final class WebSocketServerConnection: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// Asked for, and the answer not yet sent: what the value says already is kept.
        case opening([Delivery])
        case open
        case silent
        /// A closing frame was sent; what still comes is thrown away until the other side is done.
        case closing
        case closed
    }

    private let limits: ServerLimits
    private let counters: ServerCounters
    private let reception: any Reception
    private var connection: UInt64 = 0
    private var phase = Phase.opening([])
    private var assembler: MessageAssembler
    private var context: ChannelHandlerContext?
    private var batch: [[UInt8]] = []
    /// What the socket had read already when the silence began.
    private var held: [WebSocketFrame] = []
    private var isBatchTaken = true
    private var wantsRead = false
    private var needsFlush = false
    private var unflushed = 0
    private var heardSincePing = true
    private var waitsForPong = false
    private var pinging: Scheduled<Void>?
    private var stalled: Scheduled<Void>?

    init(_ reception: any Reception, limits: ServerLimits, counters: ServerCounters) {
        self.reception = reception
        self.limits = limits
        self.counters = counters
        assembler = MessageAssembler(
            expectsMask: true, maximumMessageSize: limits.message, maximumFragments: limits.fragments)
    }

    func wasOpened(as number: UInt64) { connection = number }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard case .opening(let kept) = phase else { return }
        phase = .open
        for delivery in kept { deliver(delivery) }
        flush()
        schedulePing(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        phase = .closed
        context = nil
        pinging?.cancel()
        stalled?.cancel()
        batch = []
        held = []
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = Self.unwrapInboundIn(data)
        switch phase {
        case .open: take(frame, context)
        case .silent: held.append(frame)
        case .closing:
            // The other side's part of a closing handshake: nothing is left to wait for.
            if frame.opcode == .connectionClose { context.close(promise: nil) }
        case .opening, .closed: break
        }
    }

    private func take(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        heardSincePing = true
        do throws(ProtocolViolation) {
            switch try assembler.accept(frame) {
            case .more, .pong: break
            case .text(let text): batch.append(text)
            case .binary: throw ProtocolViolation(.unacceptableData, "only text is spoken here")
            case .ping(let payload): write(FrameBytes.control(.pong, payload))
            case .close(let code, _):
                handOver(context)
                close(code ?? .normal, "", echoing: code == nil)
            }
        } catch {
            handOver(context)
            counters.count(.violations)
            close(error.code, error.reason)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        handOver(context)
        flush()
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        guard mayRead else {
            wantsRead = true
            return
        }
        context.read()
    }

    private var mayRead: Bool {
        if case .silent = phase { return false }
        return isBatchTaken
    }

    private func readOn() {
        guard wantsRead, mayRead else { return }
        wantsRead = false
        context?.read()
    }

    private func handOver(_ context: ChannelHandlerContext) {
        guard !batch.isEmpty else { return }
        let messages = batch
        batch = []
        isBatchTaken = false
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        reception.receive(messages, from: connection) {
            bound.eventLoop.execute { bound.value.batchWasTaken() }
        }
    }

    private func batchWasTaken() {
        isBatchTaken = true
        readOn()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard case .open = phase else { return }
        guard let error = error as? NIOWebSocketError else {
            // The socket is gone, or TLS is: there is nobody to tell.
            return context.close(promise: nil)
        }
        let violation = ProtocolViolation(error)
        counters.count(.violations)
        close(violation.code, violation.reason)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            if case .silent = phase { reset() } else { deliver(.close(.goingAway, "the server stops")) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: What goes out

    /// Hands each its own and flushes each socket once.
    static func deliver(_ items: [(Peer, Delivery)]) {
        for (peer, delivery) in items { peer.socket.value.deliver(delivery) }
        for (peer, _) in items { peer.socket.value.flush() }
    }

    private func deliver(_ delivery: Delivery) {
        switch phase {
        case .opening(var kept):
            guard kept.count < 1024 else { return }
            phase = .closed
            kept.append(delivery)
            phase = .opening(kept)
        case .open:
            switch delivery {
            case .frame(let frame): write(frame)
            case .close(let code, let reason): close(code, reason)
            case .silence(let length): fallSilent(for: length)
            case .reset(let midFrame): reset(midFrame: midFrame)
            }
        case .silent:
            if case .reset = delivery { reset() }
        case .closing, .closed: break
        }
    }

    private func fallSilent(for length: Interval) {
        guard let context else { return }
        flush()
        phase = .silent
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(length)) { bound.value.wake() }
    }

    private func wake() {
        guard let context, case .silent = phase else { return }
        phase = .open
        heardSincePing = true
        schedulePing(context)
        let frames = held
        held = []
        for frame in frames {
            guard case .open = phase else { return }
            take(frame, context)
        }
        handOver(context)
        flush()
        readOn()
    }

    private func write(_ frame: ByteBuffer) {
        guard let context, case .open = phase else { return }
        let size = frame.readableBytes
        context.write(Self.wrapOutboundOut(frame), promise: nil)
        needsFlush = true
        unflushed += size
        // Asking the socket is cheap, but not for every frame.
        if unflushed > 64 * 1024 { flush() }
    }

    private func flush() {
        guard needsFlush, let context else { return }
        needsFlush = false
        unflushed = 0
        context.flush()
        guard self.context != nil, waitingBytes(context) > limits.outbound else { return }
        counters.count(.slowClients)
        reset()
    }

    private func waitingBytes(_ context: ChannelHandlerContext) -> Int {
        do {
            return try context.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0
        } catch {
            // A closed channel has no options, and nothing waits in it.
            return 0
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalled?.cancel()
        stalled = nil
        if !context.channel.isWritable {
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            stalled = context.eventLoop.scheduleTask(in: TimeAmount(limits.stall)) {
                bound.value.counters.count(.slowClients)
                bound.value.reset()
            }
        }
        context.fireChannelWritabilityChanged()
    }

    private func schedulePing(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        pinging = context.eventLoop.scheduleTask(in: TimeAmount(limits.pingInterval)) {
            bound.value.pingIfIdle()
        }
    }

    private func pingIfIdle() {
        guard let context, case .open = phase else { return }
        if heardSincePing {
            waitsForPong = false
        } else if waitsForPong {
            counters.count(.timeOuts)
            return reset()
        } else {
            waitsForPong = true
            write(FrameBytes.control(.ping))
            flush()
        }
        heardSincePing = false
        schedulePing(context)
    }

    // MARK: Endings

    /// Says why, closes its side, and waits a little for the other: bytes that are unread when a socket closes make the
    /// system throw away what was just said.
    private func close(_ code: CloseCode, _ reason: String, echoing nothing: Bool = false) {
        guard let context, case .open = phase else { return }
        batch = []
        write(FrameBytes.close(nothing ? nil : code, reason))
        phase = .closing
        flush()
        guard self.context != nil else { return }
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(limits.linger)) {
            bound.value.close(promise: nil)
        }
    }

    private func reset(midFrame: Bool = false) {
        guard let context else { return }
        if midFrame {
            var frame = FrameBytes.text([UInt8](repeating: UInt8(ascii: " "), count: 64))
            if let half = frame.readSlice(length: 32) { write(half) }
            context.flush()
        }
        phase = .closed
        context.channel.resetConnection()
    }
}
