public import Kraken
public import Market
public import Sockets
import Wire

/// Carries out what sessions ask for, over real sockets, and brings what comes back, in one order, to one loop.
///
/// One thread of its own serves the sockets. Every other call belongs to the one thread that runs the program's loop:
/// `next` waits there, `perform` never does. A session is fed by nothing else, so its inputs are a list that can be
/// recorded and played again.
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
    let loop = SocketLoop()
    private let security: ClientSecurity?
    private let inbox: Inbox
    private let spot: HTTPCaller
    private let derivatives: HTTPCaller
    private var sockets: [SocketKey: OpenSocket] = [:]
    private var requests: [RequestKey: OpenRequest] = [:]
    /// Not after the first time-out of a connection or request.
    private var nextTimeout = Timestamp.distantFuture
    private var lastTold = Timestamp.distantPast
    private var wasDue = false

    /// - Parameters:
    ///   - trust: which certificates to believe; those of the system for Kraken itself.
    ///   - clock: stamps everything and paces waiting.
    public init(
        endpoints: SessionEndpoints = .kraken, limits: WireLimits = WireLimits(), trust: ClientTrust = .system,
        clock: WireClock = .system()
    ) throws(TransportFailure) {
        self.endpoints = endpoints
        self.limits = limits
        self.clock = clock
        security = endpoints[.spotStream].scheme.isSecure ? try ClientSecurity(trust) : nil
        inbox = Inbox(limits: limits, clock: clock)
        spot = HTTPCaller(endpoints[.spotREST], limits: limits.http, trust: trust, on: loop)
        derivatives = HTTPCaller(endpoints[.derivativesREST], limits: limits.http, trust: trust, on: loop)
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
            let now = clock.now
            if nextTimeout <= now { expire(at: now) }
            if !wasDue, let deadline, deadline <= now {
                wasDue = true
                return .due(stamp(now))
            }
            wasDue = false
            let item = inbox.next(until: min(deadline ?? .distantFuture, nextTimeout))
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

    /// Closes every connection and ends the thread; returns when that is done. Nothing may be asked afterwards.
    public func shutdown() {
        for socket in sockets.values { socket.link.close() }
        sockets = [:]
        requests = [:]
        spot.closeAndWait()
        derivatives.closeAndWait()
        loop.stop()
    }
}

/// Wakes the loop of a program from another thread, with `Arrival.knocked`: a signal came, or an operator's order waits.
public struct Knocker: Sendable {
    let inbox: Inbox

    public func knock() { inbox.knock() }
}
