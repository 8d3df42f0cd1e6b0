public import Journal
public import Market
public import Trading
import Venue

/// Makes rows of the records of a journal, in their order. The same records give the same rows, whether they come from a
/// running session or are played again.
public struct Projector: Sendable {
    private let base: Timeframe
    private var journal: Timestamp?
    private var lastEvent = JournalPlace(journal: .distantPast, record: 0)
    private var lastTime = Timestamp.distantPast
    private var positions: [PositionReport] = []
    private var account: AccountReport?

    /// - Parameter base: the timeframe of the candles that close.
    public init(base: Timeframe) { self.base = base }

    /// The journal that is read; nil before its first record.
    public var name: Timestamp? { journal }

    /// - Parameters:
    ///   - outcome: what the trader answered: with the event when a journal is played, with the record of the answer in a
    ///     running session.
    ///   - number: of the record in its journal, from one.
    public mutating func take(
        _ record: JournalRecord, _ outcome: Outcome?, number: Int, into rows: inout [StoredRow]
    ) {
        switch record {
        case .opened(let header):
            if number == 1 { self = Projector(base: base, journal: header.opened) }
        case .event(let event):
            guard let journal else { return }
            lastEvent = JournalPlace(journal: journal, record: number)
            lastTime = event.received
            take(event, into: &rows)
        case .outcome, .remark, .redacted: break
        }
        if let outcome { take(outcome, into: &rows) }
    }

    private init(base: Timeframe, journal: Timestamp) {
        self.base = base
        self.journal = journal
    }

    private mutating func take(_ event: Event, into rows: inout [StoredRow]) {
        switch event.fact {
        case .candleClosed(let pair, let candle): rows.append(.candle(candle, of: pair, base))
        case .candleRemembered(let pair, let timeframe, let candle): rows.append(.candle(candle, of: pair, timeframe))
        case .venue(let news): take(news, into: &rows)
        case .ticked, .candlesForgotten, .instrumentListed, .clock, .commanded, .permitted, .safetyRestored,
            .carriedOver:
            break
        }
    }

    private mutating func take(_ news: VenueEvent, into rows: inout [StoredRow]) {
        func answer(_ word: String, _ order: OrderID, _ reason: String? = nil, _ remaining: Quantity? = nil) {
            rows.append(.answer(word, to: order, reason: reason, remaining: remaining, at: lastTime, lastEvent))
        }
        switch news {
        case .accepted(let order): answer("accepted", order)
        case .rejected(let order, let reason): answer("rejected", order, "\(reason)")
        case .triggered(let order): answer("triggered", order)
        case .cancelled(let order, let reason, let remaining): answer("cancelled", order, "\(reason)", remaining)
        case .amended(let order): answer("amended", order)
        case .notFound(let order): answer("not_found", order)
        case .found(let order, let rests):
            rows.append(.order(order, at: lastTime, lastEvent, 0))
            answer("found", order.id, nil, rests ? order.quantity : nil)
        case .filled(let fill): rows.append(.fill(fill, lastEvent))
        case .funding(let payment): rows.append(.funding(payment, lastEvent))
        case .position(let report):
            let index = positions.firstIndex { $0.instrument == report.instrument }
            if let index {
                defer { positions[index] = report }
                guard !report.saysTheSame(as: positions[index]) else { return }
            } else {
                positions.append(report)
            }
            rows.append(.position(report, lastEvent))
        case .account(let report):
            defer { account = report }
            if let account, report.saysTheSame(as: account) { return }
            rows.append(.equity(report, lastEvent))
        }
    }

    private func take(_ outcome: Outcome, into rows: inout [StoredRow]) {
        var part = 0
        for case .place(let order) in outcome.commands {
            part += 1
            rows.append(.order(order, at: lastTime, lastEvent, part))
        }
        for note in outcome.notes {
            part += 1
            switch note {
            case .decided(let decision): rows.append(.decision(decision, lastEvent, part))
            case .closed(let trade): rows.append(.trade(trade, lastEvent, part))
            case .safety(let change): rows.append(.safety(change, lastEvent, part))
            case .entryAbandoned, .opened, .stopMoved: break
            }
        }
    }
}

extension PositionReport {
    fileprivate func saysTheSame(as other: PositionReport) -> Bool {
        side == other.side && quantity == other.quantity && entryPrice == other.entryPrice
            && liquidationPrice == other.liquidationPrice
    }
}

extension AccountReport {
    fileprivate func saysTheSame(as other: AccountReport) -> Bool {
        balance == other.balance && unrealised == other.unrealised && initialMargin == other.initialMargin
            && maintenanceMargin == other.maintenanceMargin
    }
}
