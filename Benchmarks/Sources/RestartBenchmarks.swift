import Journal
import Market
import Operations
import Research
import Strategy
import Trading
import TridentConfiguration
import Venue

/// How long a start reads and plays a journal: all that it does before the exchange is asked.
struct RestartBenchmarks {
    let rounds: Int

    private static let days = 30

    func run(_ table: inout Table) throws {
        let settings = try Settings(yaml: nil, assignments: [])
        let month = try Month(settings, days: Self.days)
        var seconds = Samples()
        for _ in 0..<rounds {
            seconds.append(try timed { try month.play() } / 1e9)
        }
        table.add(Line("restart: a journal of \(Self.days) days read and played", "s", seconds, goal: 1))
        table.note("\(month.records) records, \(Table.number(Double(month.bytes.count) / 1e6)) MB, two symbols at rest")
    }
}

/// The journal of a month without a trade: candles, prices, accounts and positions as often as a session records them.
private struct Month {
    let bytes: [UInt8]
    let records: Int
    private let pairs: [SpotPair]
    private let base: Timeframe
    private let makeTrader: @Sendable ([Instrument]) throws -> Trader

    init(_ settings: Settings, days: Int) throws {
        var parameters = try settings.demoMarketParameters()
        parameters.days = days
        let histories = DemoMarket(parameters).histories { pair in
            KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
        }
        let (risk, trading) = (try settings.riskParameters(), try settings.tradingParameters())
        let strategy = try settings.strategyConfiguration()
        let base = parameters.timeframe
        (pairs, self.base) = (histories.map(\.pair), base)
        makeTrader = { terms in
            try Trader(
                parameters: trading, risk: risk,
                markets: terms.map {
                    TradedMarket(instrument: $0, base: base, strategy: strategy.strategy(for: $0.pair))
                })
        }
        var pen = Pen()
        pen.write(
            .opened(
                JournalHeader(
                    mode: "paper", account: "bench", venue: "bench", settings: [], pairs: pairs,
                    opened: parameters.start)))
        for history in histories {
            pen.write(.instrumentListed(history.instrument.terms(at: .distantPast)), at: parameters.start)
        }
        let spots = histories.map(\.spot.candles)
        for bar in 0..<(spots.map(\.count).min() ?? 0) {
            let candles = spots.map { $0[bar] }
            let open = candles[0].openTime
            var time = open
            while time < open + base.interval {
                time = time + .minutes(1)
                for (history, candle) in zip(histories, candles) {
                    pen.tell(of: history.instrument.terms(at: .distantPast).id, candle.close, at: time)
                }
                pen.account(at: time)
            }
            for (pair, candle) in zip(pairs, candles) { pen.write(.candleClosed(pair, candle), at: time) }
        }
        (bytes, records) = (pen.bytes, pen.count)
    }

    func play() throws {
        var recovery = Recovery(pairs: pairs, base: base, makeTrader: makeTrader)
        var reader = try JournalReader(bytes)
        while let record = try reader.next() {
            if case .event(let event) = record { try recovery.take(event) }
        }
        guard recovery.trader != nil else { throw BenchmarkFailure("the journal leads to no trader") }
    }
}

private struct Pen {
    private var writer = JournalWriter()
    private(set) var bytes = JournalWriter.start
    var count: Int { writer.count }

    mutating func write(_ record: JournalRecord) { writer.append(record, into: &bytes) }

    mutating func write(_ fact: Event.Fact, at time: Timestamp) {
        write(.event(Event(time: time, received: time, fact: fact)))
    }

    mutating func tell(of instrument: InstrumentID, _ price: Price, at time: Timestamp) {
        write(
            .ticked(
                Tick(
                    instrument: instrument, mark: price, index: price, last: price, bid: price, ask: price,
                    funding: .zero, time: time)), at: time)
        write(
            .venue(
                .position(
                    PositionReport(
                        instrument: instrument, side: .long, quantity: .zero, entryPrice: nil, liquidationPrice: nil,
                        time: time))), at: time)
    }

    mutating func account(at time: Timestamp) {
        write(
            .venue(
                .account(
                    AccountReport(
                        balance: Money(10_000), unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero,
                        time: time))), at: time)
    }
}
