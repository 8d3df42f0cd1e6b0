import Exchange
import Market
import Trading
import Venue

/// Runs the hours of a session again, as a backtest would: the same trader, from a state of rest of its own, against the
/// simulated exchange, on what the session heard.
struct Rerun {
    private let bars: HeardBars
    private var trader: Trader
    private var exchange: SimulatedExchange
    private var outcome = Outcome()
    private var terms: [Instrument]
    private(set) var log = SetupLog()
    private(set) var time: Timestamp

    /// Nil when the terms of a market are not known.
    init?(_ tape: SessionTape, from rest: SessionTape.RestingTrader, _ configuration: ExchangeConfiguration) {
        let terms = tape.markets.compactMap { $0.terms(at: rest.time) }
        guard terms.count == tape.markets.count else { return nil }
        self.terms = terms
        bars = HeardBars(markets: tape.markets, base: tape.base)
        trader = rest.trader
        time = rest.time
        exchange = SimulatedExchange(
            configuration: configuration, instruments: terms, balance: rest.balance, start: rest.time)
        tell(.permitted(.open), at: time)
        for place in terms.indices { tell(.venue(.position(exchange.position(place))), at: time) }
        tell(.venue(.account(exchange.account)), at: time)
    }

    /// Plays on until `end`, and beyond it until the trader is at rest or nothing more was heard, which is at `last`.
    mutating func run(until end: Timestamp, atMost last: Timestamp) {
        while time + bars.base.interval <= last, time < end || !trader.isAtRest { step() }
    }

    private mutating func step() {
        changeTerms()
        for bars in bars.steps(from: time) {
            var close: Timestamp?
            for (place, bar) in bars.enumerated() {
                guard let bar else { continue }
                exchange.open(bar, for: place)
                close = bar.closeTime
            }
            guard let close else { continue }
            while let delivery = exchange.next(until: close) {
                switch delivery.message {
                case .tick(let tick): tell(.ticked(tick), from: delivery.time, at: delivery.received)
                case .venue(let news): tell(.venue(news), from: delivery.time, at: delivery.received)
                }
            }
        }
        let open = time
        time = time + bars.base.interval
        if !exchange.hasPositions { tell(.venue(.account(exchange.account)), at: time) }
        for market in bars.markets {
            guard let candle = market.candle(at: open) else { continue }
            tell(.candleClosed(market.pair, candle), at: time, decidedAt: time)
        }
    }

    private mutating func changeTerms() {
        for (place, market) in bars.markets.enumerated() {
            guard let now = market.terms(at: time), now != terms[place] else { continue }
            terms[place] = now
            exchange.list(now)
            tell(.instrumentListed(now), at: time)
        }
    }

    private mutating func tell(
        _ fact: Event.Fact, from happened: Timestamp? = nil, at received: Timestamp, decidedAt: Timestamp? = nil
    ) {
        let event = Event(time: happened ?? received, received: received, fact: fact)
        outcome.removeAll()
        trader.handle(event, into: &outcome)
        log.take(event, outcome, decidedAt: decidedAt)
        for command in outcome.commands { exchange.submit(command, at: received) }
    }
}
