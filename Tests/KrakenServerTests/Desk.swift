import Exchange
import Kraken
import Market
import Research
import Venue
import Wire

@testable import KrakenServer

/// A local exchange on a small demo market, and a client's side of its conversations.
struct Desk {
    static let start = Timestamp(seconds: 1_672_531_200 + 86_400)
    static let histories: [MarketHistory] = {
        var parameters = DemoMarketParameters()
        parameters.days = 2
        parameters.timeframe = .m1
        return DemoMarket(parameters).histories { contract($0) }
    }()

    var exchange: LocalExchange
    var now = Desk.start
    private var nonce = 0

    init(_ change: (inout LocalExchangeConfiguration) -> Void = { _ in }, equity: Int = 10_000, accounts: Int = 1) {
        var configuration = LocalExchangeConfiguration(
            halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
            liquidationFee: .basisPoints(50),
            seed: 7)
        change(&configuration)
        let setups = (0..<accounts).map { AccountSetup(name: "demo\($0)", equity: Money(equity), seed: 7) }
        exchange = LocalExchange(
            configuration: configuration, markets: Self.histories, accounts: setups, start: Self.start)
    }

    static func contract(_ pair: SpotPair) -> Instrument? {
        let isBitcoin = pair.base == "BTC"
        guard let id = InstrumentID(isBitcoin ? "PF_XBTUSD" : "PF_ETHUSD"),
            let margin = MarginSchedule(levels: [
                .init(notional: .zero, initial: .basisPoints(200), maintenance: .basisPoints(100)),
                .init(notional: Money(1_000_000), initial: .basisPoints(400), maintenance: .basisPoints(200)),
            ])
        else { return nil }
        return Instrument(
            id: id, pair: pair, tick: isBitcoin ? Price(1) : Price(raw: Price.scale / 10),
            lot: Quantity(raw: isBitcoin ? 100 : 1000), minimum: Quantity(raw: isBitcoin ? 100 : 1000),
            maximumPosition: Quantity(1200), margin: margin,
            fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: .basisPoints(50))
    }

    // MARK: REST

    mutating func get(_ path: String, _ query: String = "") -> JSONValue {
        json(exchange.answer(HTTPRequest(.get, path, query: query), at: now))
    }

    /// A signed call to derivatives REST, with its parameters where python-kraken-sdk puts them.
    mutating func call(
        _ method: HTTPRequest.Method, _ endpoint: String, _ parameters: String = "", account: Int = 0
    ) -> JSONValue {
        json(exchange.answer(signed(method, "/derivatives/api/v3/" + endpoint, parameters, account: account), at: now))
    }

    mutating func signed(
        _ method: HTTPRequest.Method, _ path: String, _ parameters: String, account: Int = 0
    ) -> HTTPRequest {
        nonce += 1
        let keys = exchange.setups[account].keys
        let signature =
            keys.futuresSigner?.authent(
                Array((parameters + "\(nonce)" + path.replacingDerivatives).utf8)) ?? ""
        return HTTPRequest(
            method, path, query: method == .post ? "" : parameters,
            headers: [
                HTTPHeader("APIKey", keys.futuresKey), HTTPHeader("Nonce", "\(nonce)"),
                HTTPHeader("Authent", signature),
            ],
            body: method == .post ? Array(parameters.utf8) : [])
    }

    func json(_ response: HTTPResponse) -> JSONValue { json(response.body) }

    func json(_ bytes: [UInt8]) -> JSONValue {
        do { return try JSONValue(bytes) } catch { return .string("not JSON: \(error)") }
    }

    @discardableResult
    mutating func send(_ order: String, account: Int = 0) -> JSONValue {
        call(.post, "sendorder", order, account: account)["sendStatus"] ?? .null
    }

    mutating func pass(_ interval: Interval) {
        now = now + interval
        exchange.advance(to: now)
    }

    // MARK: WebSocket

    /// Frames for `connection` since the last look.
    mutating func frames(_ connection: ConnectionID) -> [JSONValue] {
        exchange.takeOutbox().compactMap { item in
            guard case .text(connection, let bytes) = item else { return nil }
            do { return try JSONValue(bytes) } catch { return .string("not JSON") }
        }
    }

    mutating func tell(_ connection: ConnectionID, _ text: String) {
        exchange.receive(Array(text.utf8), from: connection, at: now)
    }
}

extension String {
    var replacingDerivatives: String { hasPrefix("/derivatives") ? String(dropFirst(12)) : self }
}

extension JSONValue {
    subscript(place: Int) -> JSONValue {
        guard let array, array.indices.contains(place) else { return .null }
        return array[place]
    }

    subscript(names: [String]) -> JSONValue {
        names.reduce(self) { $0[$1] ?? .null }
    }
}
