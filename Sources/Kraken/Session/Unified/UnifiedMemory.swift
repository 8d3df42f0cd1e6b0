import Market
import Venue

/// What was said of open orders: updates leave out what has not changed.
struct ExecutionMemory: Sendable {
    private var last: [VenueOrderID: Unified.Execution] = [:]

    /// The update with what was said before; of a fill, nothing is carried over that is the fill's own.
    mutating func complete(_ update: Unified.Execution) -> Unified.Execution {
        let id = VenueOrderID(update.orderID)
        var whole = update
        if let old = last[id] {
            whole.clientID = update.clientID ?? old.clientID
            whole.instrument = update.instrument ?? old.instrument
            whole.side = update.side ?? old.side
            whole.quantity = update.quantity ?? old.quantity
            whole.limitPrice = update.limitPrice ?? old.limitPrice
            whole.reduceOnly = update.reduceOnly ?? old.reduceOnly
            whole.trigger = update.trigger ?? old.trigger
            // A fill that comes late may count less than was counted before.
            whole.filled = [update.filled, old.filled].compactMap { $0 }.max()
        }
        last[id] = whole
        return whole
    }

    mutating func forget(_ id: VenueOrderID) { last[id] = nil }

    /// Nothing else is open.
    mutating func keep(only open: Set<VenueOrderID>) { last = last.filter { open.contains($0.key) } }
}

extension Unified.Execution {
    var client: OrderID? { clientID.flatMap { OrderID(clientID: $0) } }

    /// Whether the order is no longer open. A fill may say so wrongly: the end follows by itself.
    var isEnd: Bool {
        switch type {
        case .known(.filled), .known(.canceled), .known(.expired): return true
        case .known(.trade): return false
        case .known(.pendingNew), .known(.new), .known(.amended), .known(.restated), .known(.status),
            .known(.icebergRefill), .unrecognised:
            break
        }
        switch state {
        case .known(.filled)?, .known(.canceled)?, .known(.expired)?: return true
        case .known(.pendingNew)?, .known(.new)?, .known(.partiallyFilled)?, .unrecognised?, nil: return false
        }
    }
}

/// The open positions: all of them in a snapshot, changes only afterwards.
struct PositionMemory: Hashable, Sendable {
    /// In the order in which they were first told.
    private(set) var open: [PositionReport] = []

    /// The reports that say something new.
    mutating func take(_ reports: [PositionReport], isWhole: Bool, at now: Timestamp) -> [PositionReport] {
        var news: [PositionReport] = []
        if isWhole {
            for old in open where !reports.contains(where: { $0.instrument == old.instrument }) {
                news.append(
                    PositionReport(
                        instrument: old.instrument, side: old.side, quantity: .zero, entryPrice: nil,
                        liquidationPrice: nil, time: now))
            }
        }
        for report in reports {
            let old = open.first { $0.instrument == report.instrument }
            if let old, old.isSame(as: report) { continue }
            if old == nil, report.quantity.isZero { continue }
            news.append(report)
        }
        for report in news {
            let place = open.firstIndex { $0.instrument == report.instrument }
            switch (place, report.quantity.isZero) {
            case (let place?, true): open.remove(at: place)
            case (let place?, false): open[place] = report
            case (nil, false): open.append(report)
            case (nil, true): break
            }
        }
        return news
    }
}

extension PositionReport {
    fileprivate func isSame(as other: PositionReport) -> Bool {
        side == other.side && quantity == other.quantity && entryPrice == other.entryPrice
            && liquidationPrice == other.liquidationPrice
    }
}
