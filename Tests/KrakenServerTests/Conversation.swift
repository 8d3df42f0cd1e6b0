import Kraken
import Market
import Venue
import Wire

@testable import KrakenServer

/// Our own gateway talking to the local exchange, with every message in our hands: what is lost, and when, a test says.
struct Conversation {
    var desk: Desk
    var gateway: DerivativesGateway
    var news: [GatewayNews] = []
    /// What happens to the next requests; empty: all go well.
    var fates: [Fate] = []
    /// Requests that reached the exchange, by path.
    var requests: [String] = []
    /// Whether new sockets come about.
    var acceptsSockets = true
    /// Frames from the exchange that get lost: true loses the frame.
    var losesFrame: (([UInt8]) -> Bool)?
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

    /// - Parameter hasStream: whether the private feeds can be had; without them REST has to do.
    init(_ desk: Desk = Desk(), hasStream: Bool = false) throws {
        self.desk = desk
        acceptsSockets = hasStream
        let keys = desk.exchange.setups[0].keys
        gateway = DerivativesGateway(
            credentials: try Credentials(key: keys.futuresKey, secret: keys.futuresSecret.reveal()),
            nonces: NonceSource(),
            configuration: .init(fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5))))
        gateway.start(at: desk.now, into: &outbox)
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
            for outgoing in sent { deliver(outgoing) }
            news += outbox.news
            let actions = outbox.actions
            outbox.clear()
            for action in actions { perform(action) }
        }
    }

    private mutating func deliver(_ outgoing: Outgoing) {
        guard let socket else { return }
        switch outgoing {
        case .text(connection, let bytes):
            if let losesFrame, losesFrame(bytes) { return }
            gateway.receive(.text(socket, bytes), at: desk.now, into: &outbox)
        case .close(let id, _), .reset(let id, _):
            guard id == connection else { return }
            self.socket = nil
            gateway.receive(.closed(socket), at: desk.now, into: &outbox)
        case .text, .silence, .refuseConnections: break
        }
    }

    private mutating func perform(_ action: SessionAction) {
        switch action {
        case .request(let id, _, let request):
            let fate = fates.isEmpty ? .answered : fates.removeFirst()
            gateway.receive(input(id, request, fate), at: desk.now, into: &outbox)
        case .connect(let id, _):
            connection = ConnectionID(connection.number + 1)
            guard acceptsSockets, desk.exchange.open(connection, path: "/ws/v1", at: desk.now) else {
                return gateway.receive(.closed(id), at: desk.now, into: &outbox)
            }
            socket = id
            gateway.receive(.opened(id), at: desk.now, into: &outbox)
        case .send(let id, let bytes):
            if id == socket { desk.exchange.receive(bytes, from: connection, at: desk.now) }
        case .disconnect(let id):
            guard id == socket else { return }
            socket = nil
            desk.exchange.close(connection)
        }
    }

    private mutating func input(_ id: RequestID, _ request: HTTPRequest, _ fate: Fate) -> SessionInput {
        switch fate {
        case .notSent: return .failed(id, .notSent)
        case .requestLost: return .failed(id, .lost)
        case .answered, .answerLost, .garbled: requests.append(request.path)
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
