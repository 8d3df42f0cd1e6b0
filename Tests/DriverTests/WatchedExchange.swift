import Driver
import Exchange
import ExchangeService
import Kraken
import Market
import Sockets
import Synchronization
import Venue
import Wire

@testable import KrakenServer

/// The local exchange, and which requests it is keeping waiting on purpose.
struct WatchedExchange: ServedValue {
    var served: ServedExchange
    private var holds: [Timestamp] = []

    init(_ exchange: LocalExchange) { served = ServedExchange(exchange: exchange) }

    /// Requests whose answer nobody should wait for at `now`.
    func held(at now: Timestamp) -> Int { holds.count { $0 > now } }

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Sockets.Answer {
        let answer = served.answer(request, at: instant)
        switch answer {
        case .silence: holds.append(instant + TradingFloorTime.patience)
        // It is late by the room's time too, which passes slower than the market's here.
        case .respondLater(_, let wait): holds.append(instant + wait + .seconds(10))
        case .respond, .reset: break
        }
        return answer
    }

    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool {
        served.open(connection, path: path, at: instant)
    }
    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {
        served.receive(text, from: connection, at: instant)
    }
    mutating func close(_ connection: UInt64, at instant: Timestamp) { served.close(connection, at: instant) }
    mutating func advance(to instant: Timestamp) { served.advance(to: instant) }
    var nextEvent: Timestamp? { served.nextEvent }
    mutating func takeOutbox() -> [Sockets.Outgoing] { served.takeOutbox() }
}

/// The one time of a client and an exchange in a test. It stands still until it is moved.
final class TradingFloorTime: Sendable {
    /// How long a client waits for an answer.
    static let patience = Interval.seconds(15)
    /// How much faster than the room the market is for what the server itself times.
    static let speed: Int64 = 1_000

    private let start: Timestamp
    private let time: Mutex<Timestamp>

    init(_ start: Timestamp = DemoMarkets.start) {
        self.start = start
        time = Mutex(start)
    }

    var now: Timestamp { time.withLock { $0 } }

    /// Moves on, to a whole microsecond: the server's clock knows no finer time.
    func move(to instant: Timestamp) {
        let rounded = Timestamp(nanoseconds: (instant.nanoseconds + 999) / 1_000 * 1_000)
        time.withLock { $0 = max($0, rounded) }
    }

    var wireClock: WireClock { WireClock(now: { self.now }) }

    var servedClock: ServedClock {
        ServedClock(start: start, speed: Double(Self.speed)) {
            Interval(nanoseconds: (self.now - self.start).nanoseconds / Self.speed)
        }
    }
}

/// What is true of an account, told by either side.
struct AccountPicture: Hashable {
    /// Open orders of ours by their ids.
    var orders: [String]
    /// What was filled of each of our orders that traded at all, by id, sorted.
    var fills: [String]
    /// Signed, of each position that is not flat.
    var positions: [String]
    var balance: Money
}

extension AccountPicture {
    /// As the exchange has it.
    init(_ exchange: LocalExchange) {
        let account = exchange.accounts[0]
        orders = account.open.compactMap(\.ticket.clientID).sorted()
        fills = account.fills.elements.compactMap { fill in
            fill.order.ticket.clientID.map { "\($0): \(fill.fill.quantity) at \(fill.fill.price) fee \(fill.fill.fee)" }
        }.sorted()
        positions = exchange.tape.markets.indices.compactMap { market in
            let position = account.venue.position(market)
            guard position.quantity.isPositive else { return nil }
            return "\(exchange.tape.markets[market].instrument.id) \(position.side) \(position.quantity)"
        }.sorted()
        balance = account.cash
    }
}
