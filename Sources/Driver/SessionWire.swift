public import Kraken
public import Market
public import Sockets
import Wire

/// Carries out what sessions ask for, over real sockets, and brings what comes back, in one order, to one loop.
///
/// There are two ways to run a program's loop. `run` makes the calling thread serve the sockets and the program by turns:
/// no byte changes threads between a frame's arrival and the answer's leaving. A wire that is made by `init` has a thread
/// of its own for the sockets, and the program waits in `next`. All calls but those of a `Knocker` belong to the thread of
/// the program; none but `next` waits. A session is fed by nothing else, so its inputs are a list that can be recorded
/// and played again.
public final class SessionWire {
    private struct SocketKey: Hashable {
        let line: Line
        let socket: SocketID
    }

    private struct RequestKey: Hashable {
        let line: Line
        let request: RequestID
    }

    private struct OpenSocket {
        let link: WebSocketLink
        /// When to give up connecting; nil when open.
        var connectBy: Timestamp?
    }

    private struct OpenRequest {
        let sent: SentRequest
        let answerBy: Timestamp
    }

    private let endpoints: SessionEndpoints
    private let limits: WireLimits
    private let clock: WireClock
    let loop: SocketLoop
    private let security: ClientSecurity?
    let inbox: Inbox
    let spot: HTTPCaller
    let derivatives: HTTPCaller
    private var sockets: [SocketKey: OpenSocket] = [:]
    private var requests: [RequestKey: OpenRequest] = [:]
    /// Not after the first time-out of a connection or request.
    private var nextTimeout = Timestamp.distantFuture
    private var lastTold = Timestamp.distantPast
    private var wasDue = false

    /// - Parameters:
    ///   - trust: which certificates to believe; those of the system for Kraken itself.
    ///   - clock: stamps everything and paces waiting.
    public convenience init(
        endpoints: SessionEndpoints = .kraken, limits: WireLimits = WireLimits(), trust: ClientTrust = .system,
        clock: WireClock = .system()
    ) throws(TransportFailure) {
        self.init(
            endpoints, limits, trust, try Self.security(endpoints, trust), clock, on: SocketLoop(),
            inbox: Inbox(limits: limits, clock: clock))
    }

    init(
        _ endpoints: SessionEndpoints, _ limits: WireLimits, _ trust: ClientTrust, _ security: ClientSecurity?,
        _ clock: WireClock, on loop: SocketLoop, inbox: Inbox
    ) {
        self.endpoints = endpoints
        self.limits = limits
        self.security = security
        self.clock = clock
        self.loop = loop
        self.inbox = inbox
        spot = HTTPCaller(endpoints[.spotREST], limits: limits.http, trust: trust, on: loop)
        derivatives = HTTPCaller(endpoints[.derivativesREST], limits: limits.http, trust: trust, on: loop)
    }

    static func security(
        _ endpoints: SessionEndpoints, _ trust: ClientTrust
    ) throws(TransportFailure) -> ClientSecurity? {
        endpoints[.spotStream].scheme.isSecure ? try ClientSecurity(trust) : nil
    }

    /// The time by its clock; never earlier than any told before.
    public var now: Timestamp { stamp(clock.now) }

    /// Lets another thread wake the loop.
    public var knocker: Knocker { Knocker(inbox: inbox) }

    // MARK: What sessions ask

    public func perform(_ line: Line, _ action: SessionAction) {
        switch action {
        case .connect(let id, let endpoint): connect(line, id, endpoint)
        case .disconnect(let id): sockets.removeValue(forKey: SocketKey(line: line, socket: id))?.link.close()
        case .send(let id, let bytes): sockets[SocketKey(line: line, socket: id)]?.link.send(bytes)
        case .request(let id, let endpoint, let request): send(line, id, endpoint, request)
        }
    }

    private func connect(_ line: Line, _ id: SocketID, _ endpoint: Kraken.Endpoint) {
        precondition(endpoint.isStream, "a session connects to a stream")
        let link = WebSocketLink.open(
            endpoints[endpoint], on: loop, limits: limits.socket, security: security
        ) { [inbox] link, event in
            let input: SessionInput
            switch event {
            case .opened: input = .opened(id)
            case .text(let bytes): input = .text(id, bytes)
            case .closed: input = .closed(id)
            // Links keep nothing back.
            case .overflowed: return
            }
            if inbox.push(line, input) == .none, line.freight == .account { link.setReading(false) }
        }
        let connectBy = clock.now + limits.connect
        sockets[SocketKey(line: line, socket: id)] = OpenSocket(link: link, connectBy: connectBy)
        nextTimeout = min(nextTimeout, connectBy)
    }

    private func send(_ line: Line, _ id: RequestID, _ endpoint: Kraken.Endpoint, _ request: HTTPRequest) {
        guard requests.count < limits.requests else {
            _ = inbox.push(line, .failed(id, .notSent))
            return
        }
        let answerBy = clock.now + limits.answer
        let sent = caller(endpoint).start(request) { [inbox] result in
            switch result {
            case .success(let response): _ = inbox.push(line, .answered(id, response))
            case .failure(.notConnected): _ = inbox.push(line, .failed(id, .notSent))
            case .failure(.lost): _ = inbox.push(line, .failed(id, .lost))
            }
        }
        requests[RequestKey(line: line, request: id)] = OpenRequest(sent: sent, answerBy: answerBy)
        nextTimeout = min(nextTimeout, answerBy)
    }

    private func caller(_ endpoint: Kraken.Endpoint) -> HTTPCaller {
        switch endpoint {
        case .spotREST: spot
        case .derivativesREST: derivatives
        case .spotStream, .derivativesStream, .unifiedPublic, .unifiedPrivate:
            preconditionFailure("a session makes requests to REST")
        }
    }

    // MARK: What comes back

    /// Waits for the next thing to do, until `deadline` at the latest; without one, as long as it takes. A deadline that
    /// has passed is told at once, but never twice in a row while something else waits.
    public func next(until deadline: Timestamp?) -> Arrival {
        while true {
            if let arrival = poll(until: deadline) { return arrival }
            // The item stays where it is: the next look takes it.
            inbox.sleep(until: wakeTime(deadline))
        }
    }

    /// When to look again although nothing comes.
    func wakeTime(_ deadline: Timestamp?) -> Timestamp { min(deadline ?? .distantFuture, nextTimeout) }

    /// As `next`, without waiting: nil when there is nothing to do.
    func poll(until deadline: Timestamp?) -> Arrival? {
        while true {
            let now = clock.now
            if nextTimeout <= now { expire(at: now) }
            if !wasDue, let deadline, deadline <= now {
                wasDue = true
                return .due(stamp(now))
            }
            wasDue = false
            let item = inbox.poll(until: wakeTime(deadline))
            if inbox.takesRoomBack() { resumeReading() }
            switch item {
            case .delivery(let delivery):
                guard isExpected(delivery) else { continue }
                return .delivery(
                    Delivery(delivery.line, delivery.input, receivedAt: stamp(delivery.receivedAt)))
            case .overflowed(let line, let messages, let bytes):
                return .overflowed(line, messages: messages, bytes: bytes)
            case .knocked: return .knocked
            case .nothing(let now):
                guard let deadline, deadline <= now else { continue }
                wasDue = true
                return .due(stamp(now))
            case nil: return nil
            }
        }
    }

    /// Whether the session still waits for it; keeps count of what is open.
    private func isExpected(_ delivery: Delivery) -> Bool {
        switch delivery.input {
        case .opened(let id):
            let key = SocketKey(line: delivery.line, socket: id)
            guard sockets[key] != nil else { return false }
            sockets[key]?.connectBy = nil
            return true
        case .text(let id, _): return sockets[SocketKey(line: delivery.line, socket: id)] != nil
        case .closed(let id): return sockets.removeValue(forKey: SocketKey(line: delivery.line, socket: id)) != nil
        case .answered(let id, _), .failed(let id, _):
            // What was refused for want of room never was in the list.
            requests[RequestKey(line: delivery.line, request: id)] = nil
            return true
        case .woke: return true
        }
    }

    private func resumeReading() {
        for (key, socket) in sockets where key.line.freight == .account { socket.link.setReading(true) }
    }

    /// Gives up what takes too long: it then ends as if it had failed by itself.
    private func expire(at now: Timestamp) {
        nextTimeout = .distantFuture
        for socket in sockets.values {
            guard let connectBy = socket.connectBy else { continue }
            if connectBy <= now { socket.link.close() } else { nextTimeout = min(nextTimeout, connectBy) }
        }
        for request in requests.values {
            if request.answerBy <= now {
                request.sent.cancel()
            } else {
                nextTimeout = min(nextTimeout, request.answerBy)
            }
        }
    }

    private func stamp(_ time: Timestamp) -> Timestamp {
        lastTold = max(lastTold, time)
        return lastTold
    }

    /// Requests without an outcome, and connections that are neither open nor refused yet.
    var pending: Int { requests.count + sockets.values.filter { $0.connectBy != nil }.count }

    // MARK: The end

    /// Closes every connection and ends the thread of the sockets; returns when that is done. Nothing may be asked
    /// afterwards. A wire in `run` ends with `Turn.end` instead.
    public func shutdown() {
        closeSockets()
        spot.closeAndWait()
        derivatives.closeAndWait()
        loop.stop()
    }

    func closeSockets() {
        for socket in sockets.values { socket.link.close() }
        sockets = [:]
        requests = [:]
    }
}

/// Wakes the loop of a program from another thread, with `Arrival.knocked`: a signal came, or an operator's order waits.
public struct Knocker: Sendable {
    let inbox: Inbox

    public func knock() { inbox.knock() }
}
