import NIOCore
import NIOPosix
public import Wire

/// One WebSocket connection for those who keep many on one loop: nothing waits, everything that happens is told on the
/// loop. It does not reconnect.
public final class WebSocketLink: Sendable {
    public typealias Receiver = @Sendable (WebSocketLink, SocketEvent) -> Void

    private let loop: any EventLoop
    private let limits: SocketLimits
    private let receiver: Receiver
    private let box: NIOLoopBoundBox<State>

    private enum Phase {
        case connecting
        case open(OpenedSocket)
        case ended
    }

    private struct State {
        var phase = Phase.connecting
        /// Asked for before the connection was handed over; in practice nothing.
        var unsent: [[UInt8]] = []
        var isReading = true
        /// The handshakes of this connection's attempts, one for each address of the host.
        var attempts: [ObjectIdentifier: EventLoopFuture<Handshake.Outcome>] = [:]
    }

    private init(_ loop: any EventLoop, _ limits: SocketLimits, _ receiver: @escaping Receiver) {
        self.loop = loop
        self.limits = limits
        self.receiver = receiver
        box = .makeBoxSendingValue(State(), eventLoop: loop)
    }

    /// Begins to connect.
    /// - Parameters:
    ///   - endpoint: `ws` or `wss`, with its path.
    ///   - receiver: called on the loop with what happens; the last is `closed`, which also says that no connection came
    ///     about. It must not wait.
    public static func open(
        _ endpoint: Endpoint, on shared: SocketLoop, limits: SocketLimits = SocketLimits(),
        security: ClientSecurity? = nil, headers: [HTTPHeader] = [], userAgent: String = "Trident",
        receiver: @escaping Receiver
    ) -> WebSocketLink {
        precondition(endpoint.scheme == .ws || endpoint.scheme == .wss, "a WebSocket is at ws or wss")
        precondition(!endpoint.scheme.isSecure || security != nil, "wss needs to know which certificates to believe")
        let link = WebSocketLink(shared.loop, limits, receiver)
        let handshake = Handshake(
            endpoint: endpoint, limits: limits, headers: headers + [HTTPHeader("User-Agent", userAgent)],
            tls: endpoint.scheme.isSecure ? security?.context : nil, tell: { link.tell($0) })
        shared.loop.execute { link.connect(handshake) }
        return link
    }

    /// Sends a text message; lost when the connection is not open, which `closed` then tells.
    public func send(_ text: [UInt8]) {
        onLoop { [self] in
            switch box.value.phase {
            case .connecting: box.value.unsent.append(text)
            case .open(let socket): socket.handler.value.post(text)
            case .ended: break
            }
        }
    }

    /// Shakes hands on the end, or ends without after `SocketLimits.closing`.
    public func close() {
        onLoop { [self] in
            switch box.value.phase {
            case .connecting: tell(.closed(.asked))
            case .open(let socket): socket.handler.value.close(.normal, "", because: .asked)
            case .ended: break
            }
        }
    }

    /// Whether to read what the other side sends. While not, it fills the buffers on the way and then has to wait; what was
    /// read already is still told.
    public func setReading(_ isReading: Bool) {
        onLoop { [self] in
            box.value.isReading = isReading
            guard case .open(let socket) = box.value.phase else { return }
            setReading(isReading, of: socket)
        }
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if loop.inEventLoop { body() } else { loop.execute(body) }
    }

    // MARK: On the loop

    private func connect(_ handshake: Handshake) {
        guard case .connecting = box.value.phase else { return }
        ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(limits.connect))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                handshake.begin(on: channel).map { [self] outcome in
                    box.value.attempts[ObjectIdentifier(channel)] = outcome
                }
            }
            .connect(host: handshake.endpoint.host, port: handshake.endpoint.port)
            .hop(to: loop)
            .whenComplete { [self] result in
                switch result {
                case .success(let channel): shakeHands(on: channel)
                case .failure(let error): tell(.closed(.broken("\(handshake.endpoint.authority): \(error)")))
                }
                box.value.attempts = [:]
            }
    }

    private func shakeHands(on channel: any Channel) {
        guard let outcome = box.value.attempts[ObjectIdentifier(channel)] else { return channel.close(promise: nil) }
        outcome.whenComplete { [self] result in
            switch result {
            case .success(.opened(let socket)): take(socket)
            case .success(.refused(let status)):
                status.whenComplete { [self] status in
                    let reason =
                        switch status {
                        case .success(let number): "refused with HTTP status \(number)"
                        case .failure(let error): "refused: \(error)"
                        }
                    tell(.closed(.broken(reason)))
                }
            case .failure(let error): tell(.closed(.broken(String(describing: error))))
            }
        }
    }

    private func take(_ socket: OpenedSocket) {
        guard case .connecting = box.value.phase else { return socket.channel.close(promise: nil) }
        box.value.phase = .open(socket)
        if !box.value.isReading { setReading(false, of: socket) }
        for text in box.value.unsent { socket.handler.value.post(text) }
        box.value.unsent = []
    }

    private func setReading(_ isReading: Bool, of socket: OpenedSocket) {
        do {
            try socket.channel.syncOptions?.setOption(.autoRead, value: isReading)
        } catch {
            // The connection is ending: there is nothing to read.
        }
    }

    private func tell(_ event: SocketEvent) {
        if case .ended = box.value.phase { return }
        if case .closed = event { box.value.phase = .ended }
        receiver(self, event)
    }
}
