import Kraken
import Market
import Venue
import Wire

@testable import KrakenServer

/// A gateway of ours talking to the local exchange, with every message in our hands: what is lost, and when, a test says.
struct Conversation {
    var desk: Desk
    let surface: Surface
    var gateway: any Gateway
    var news: [GatewayNews] = []
    /// What happens to the next requests about orders and account; empty: all go well.
    var fates: [Fate] = []
    /// Requests that reached the exchange, by path or method.
    var requests: [String] = []
    /// Whether new sockets come about.
    var acceptsSockets = true
    /// Frames from the exchange that get lost: true loses the frame.
    var losesFrame: (([UInt8]) -> Bool)?
    /// What the network makes of frames that come together from the exchange.
    var shuffle: (([[UInt8]]) -> [[UInt8]])?
    /// Answers on the socket, by number of the request, that meet a fate.
    private var fated: [Int64: Fate] = [:]
    /// The gateway's socket and the exchange's end of it.
    private(set) var socket: SocketID?
    private var connection = ConnectionID(0)
    private var outbox = SessionOutbox<GatewayNews>()

    enum Fate {
        case answered
        /// Nothing was sent.
        case notSent
        /// The exchange acted; its answer never came.
        case answerLost
        /// The request was lost on its way, and nobody can tell.
        case requestLost
        /// An answer with this body instead of what the exchange said.
        case garbled(Int, String)
    }

    /// - Parameter hasStream: whether sockets can be had; without them REST has to do, where there is any.
    init(_ desk: Desk = Desk(), on surface: Surface = .derivatives, hasStream: Bool = false) throws {
        self.desk = desk
        self.surface = surface
        acceptsSockets = hasStream
        gateway = try Self.gateway(surface, desk)
        begin()
    }

    static func gateway(_ surface: Surface, _ desk: Desk) throws -> any Gateway {
        let keys = desk.exchange.setups[0].keys
        let credentials =
            switch surface.key {
            case .derivatives: try Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal())
            case .spot: try Credentials(key: keys.spotKey, secret: keys.spotSecret.reveal())
            }
        return try GatewayChoice(surface, at: desk.now).gateway(
            credentials: credentials, nonces: NonceSource(),
            fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)))
    }

    /// A session that begins anew, knowing what an earlier one knew.
    mutating func restart(with orders: [Order], bookedFills: [UInt64]) throws {
        if socket != nil { desk.exchange.close(connection) }
        socket = nil
        gateway = try Self.gateway(surface, desk)
        gateway.resume(orders, setups: orders.map(\.id.high), bookedFills: bookedFills, fundingSince: desk.now)
        begin()
    }

    /// Starts a gateway that was put in.
    mutating func begin() {
        gateway.start(at: desk.now, into: &outbox)
        settle()
    }

    /// A frame that the exchange did not send.
    mutating func hear(_ text: String) {
        guard let socket else { return }
        gateway.receive(.text(socket, Array(text.utf8)), at: desk.now, into: &outbox)
        settle()
    }

    mutating func submit(_ command: VenueCommand) {
        gateway.submit(command, at: desk.now, into: &outbox)
        settle()
    }

    mutating func reconcile() {
        gateway.reconcile(at: desk.now, into: &outbox)
        settle()
    }

    mutating func setDeadManSwitch(_ seconds: Int64) {
        gateway.setDeadManSwitch(seconds: seconds, at: desk.now, into: &outbox)
        settle()
    }

    mutating func cancelAll() {
        gateway.cancelAll(at: desk.now, into: &outbox)
        settle()
    }

    /// Cuts the socket as a failing network does: both ends hear of it.
    mutating func cut() {
        guard let socket else { return }
        self.socket = nil
        desk.exchange.close(connection)
        gateway.receive(.closed(socket), at: desk.now, into: &outbox)
        settle()
    }

    /// Lets time pass, waking the gateway whenever it asked to be.
    mutating func pass(_ interval: Interval) {
        let end = desk.now + interval
        while let wake = gateway.nextWake, wake <= end {
            desk.now = max(desk.now, wake)
            desk.exchange.advance(to: desk.now)
            // What was said until now is heard first.
            settle()
            gateway.receive(.woke, at: desk.now, into: &outbox)
            settle()
            if let next = gateway.nextWake, next <= wake { desk.now = desk.now + .milliseconds(1) }
        }
        desk.now = max(desk.now, end)
        desk.exchange.advance(to: desk.now)
        settle()
    }

    /// Carries messages to and fro until nothing is on its way.
    private mutating func settle() {
        while true {
            let sent = desk.exchange.takeOutbox()
            if sent.isEmpty, outbox.actions.isEmpty, outbox.news.isEmpty { return }
            for outgoing in disturbed(sent) { deliver(outgoing) }
            news += outbox.news
            let actions = outbox.actions
            outbox.clear()
            for action in actions { perform(action) }
        }
    }

    /// The frames as the network delivers them; what is no frame stays behind them.
    private func disturbed(_ sent: [Outgoing]) -> [Outgoing] {
        guard let shuffle else { return sent }
        var frames: [[UInt8]] = []
        var others: [Outgoing] = []
        for outgoing in sent {
            if case .text(connection, let bytes) = outgoing { frames.append(bytes) } else { others.append(outgoing) }
        }
        return shuffle(frames).map { .text(connection, $0) } + others
    }

    /// What is left of an answer on the socket.
    private func fate(of bytes: [UInt8]) -> [UInt8]? {
        guard !fated.isEmpty, bytes.first == UInt8(ascii: "{"), case let frame = desk.json(bytes),
            frame["method"] != nil, let id = frame["req_id"]?.integer, let fate = fated[id]
        else { return bytes }
        switch fate {
        case .answerLost: return nil
        case .garbled(_, let text):
            return Array(text.replacing("REQ", with: String(id)).utf8)
        case .answered, .notSent, .requestLost: return bytes
        }
    }

    private mutating func deliver(_ outgoing: Outgoing) {
        guard let socket else { return }
        switch outgoing {
        case .text(connection, let bytes):
            if let losesFrame, losesFrame(bytes) { return }
            guard let left = fate(of: bytes) else { return }
            gateway.receive(.text(socket, left), at: desk.now, into: &outbox)
        case .close(let id, _), .reset(let id, _):
            guard id == connection else { return }
            self.socket = nil
            gateway.receive(.closed(socket), at: desk.now, into: &outbox)
        case .text, .silence, .refuseConnections: break
        }
    }

    private mutating func perform(_ action: SessionAction) {
        switch action {
        case .request(let id, let endpoint, let request):
            let fate = fates.isEmpty || endpoint == .spotREST ? .answered : fates.removeFirst()
            gateway.receive(input(id, request, fate), at: desk.now, into: &outbox)
        case .connect(let id, let endpoint):
            connection = ConnectionID(connection.number + 1)
            guard acceptsSockets, desk.exchange.open(connection, path: endpoint.localPath, at: desk.now) else {
                return gateway.receive(.closed(id), at: desk.now, into: &outbox)
            }
            socket = id
            gateway.receive(.opened(id), at: desk.now, into: &outbox)
        case .send(let id, let bytes):
            guard id == socket, sends(bytes) else { return }
            desk.exchange.receive(bytes, from: connection, at: desk.now)
        case .disconnect(let id):
            guard id == socket else { return }
            socket = nil
            desk.exchange.close(connection)
        }
    }

    /// Whether a message on the socket gets through; notes what is to become of its answer.
    private mutating func sends(_ bytes: [UInt8]) -> Bool {
        let frame = desk.json(bytes)
        guard let method = frame["method"]?.string, !method.hasSuffix("subscribe"), let id = frame["req_id"]?.integer
        else { return true }
        let fate = fates.isEmpty ? .answered : fates.removeFirst()
        switch fate {
        case .notSent, .requestLost: return false
        case .answered: break
        case .answerLost, .garbled: fated[id] = fate
        }
        requests.append(method)
        return true
    }

    private mutating func input(_ id: RequestID, _ request: HTTPRequest, _ fate: Fate) -> SessionInput {
        switch fate {
        case .notSent: return .failed(id, .notSent)
        case .requestLost: return .failed(id, .lost)
        case .answered, .answerLost, .garbled: if !request.path.hasPrefix("/0/") { requests.append(request.path) }
        }
        let response = desk.exchange.answer(request, at: desk.now)
        switch fate {
        case .answerLost: return .failed(id, .lost)
        case .garbled(let status, let body): return .answered(id, HTTPResponse(status: status, body: Array(body.utf8)))
        case .answered, .notSent, .requestLost: return .answered(id, response)
        }
    }

    /// What the account's holder does by hand, beside the gateway and without a nonce.
    @discardableResult
    mutating func byHand(_ method: HTTPRequest.Method, _ endpoint: String, _ parameters: String = "") throws
        -> JSONValue
    {
        let keys = desk.exchange.setups[0].keys
        let credentials = try Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal())
        let path = "/derivatives/api/v3/" + endpoint
        let request =
            method == .post
            ? HTTPRequest(method, path, body: Array(parameters.utf8)) : HTTPRequest(method, path, query: parameters)
        return desk.json(desk.exchange.answer(credentials.signing(derivatives: request, nonce: nil), at: desk.now))
    }

    /// How often an order was placed.
    var placements: Int { requests.count { $0.hasSuffix("sendorder") || $0 == "add_order" } }

    var fills: [Fill] {
        events.compactMap { if case .filled(let fill) = $0 { fill } else { nil } }
    }

    var events: [VenueEvent] {
        news.compactMap {
            if case .event(let event) = $0 { event } else { nil }
        }
    }

    var truths: [AccountTruth] {
        news.compactMap {
            if case .reconciled(let truth) = $0 { truth } else { nil }
        }
    }

    var alarms: [DataAlarm] {
        news.compactMap {
            if case .alarm(let alarm) = $0 { alarm } else { nil }
        }
    }
}

extension Endpoint {
    /// Where the local exchange serves it.
    var localPath: String {
        switch self {
        case .spotREST, .derivativesREST: ""
        case .spotStream: "/v2"
        case .derivativesStream: "/ws/v1"
        case .unifiedPublic: "/v2/public"
        case .unifiedPrivate: "/v2/private"
        }
    }
}
