public import Journal
public import Market
import Risk
public import Trading
import Venue

/// Makes the simulated account of a paper session again from its journal: prices, books, the age of news, and commands are
/// all that ever went in.
public struct PaperPast: Sendable {
    private let make: @Sendable (Money) -> PaperGateway
    /// As the journal left it so far.
    public private(set) var gateway: PaperGateway
    private var terms: [Instrument] = []
    private var markets = 0
    /// Entries leave the session while it is ready only, whatever its trader asks for.
    private var isReady = false

    /// - Parameters:
    ///   - equity: at the first start.
    ///   - make: a venue with this much cash.
    public init(equity: Money, make: @escaping @Sendable (Money) -> PaperGateway) {
        self.make = make
        gateway = make(equity)
    }

    /// A venue that goes on from a journal that was put away at rest: its equity is the cash then.
    public func gateway(carrying carried: Carryover?) -> PaperGateway {
        guard let equity = carried?.risk.equity else { return gateway }
        return make(equity)
    }

    /// - Parameter outcome: what the trader answers to the record's event.
    public mutating func take(_ record: JournalRecord, _ outcome: Outcome?) {
        switch record {
        case .opened(let header):
            markets = header.pairs.count
            isReady = false
            if gateway.account == nil { terms = [] }
        case .remark(_, name: "phase", let phase): isReady = phase == "ready"
        case .remark(let time, name: "depth", let text):
            if let depth = Depth(text) { gateway.remember(depth, at: time) }
        case .remark(_, name: "news_age", let text):
            if let age = text.split(separator: " ").first.flatMap({ Int64($0) }) {
                gateway.remember(age: Interval(nanoseconds: age))
            }
        case .outcome, .remark, .redacted: break
        case .event(let event): take(event, (outcome?.commands ?? []).filter { isReady || !$0.addsExposure })
        }
    }

    private mutating func take(_ event: Event, _ commands: [VenueCommand]) {
        switch event.fact {
        case .instrumentListed(let instrument): list(instrument, at: event.received)
        case .ticked(let tick): gateway.remember(tick, commands, at: event.received)
        case .venue(let news):
            gateway.heard(news, at: event.received)
            gateway.remember(nil, commands, at: event.received)
        case .carriedOver(let over):
            guard let equity = over.risk.equity else { return }
            gateway = make(equity)
            gateway.listed(terms, at: event.received)
        case .candleClosed, .candleRemembered, .candlesForgotten, .clock, .commanded, .permitted, .safetyRestored:
            gateway.remember(nil, commands, at: event.received)
        }
    }

    private mutating func list(_ instrument: Instrument, at time: Timestamp) {
        guard gateway.account == nil else { return gateway.listed([instrument], at: time) }
        terms.append(instrument)
        if terms.count == markets { gateway.listed(terms, at: time) }
    }
}
