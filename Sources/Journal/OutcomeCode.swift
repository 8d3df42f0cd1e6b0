import Market
import Strategy
public import Trading
import Venue

/// What a trader answered, in bytes: equal for equal outcomes and for no others. It is compared, never read back; what it
/// said is had again by playing the events.
public enum OutcomeBytes {
    public static func of(_ outcome: Outcome) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(outcome.commands) { $0.put($1) }
        writer.put(outcome.notes) { $0.put($1) }
        return writer.bytes
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ command: VenueCommand) {
        switch command {
        case .place(let order):
            put(1 as UInt8)
            put(order)
        case .amend(let id, let instrument, let quantity, let price):
            put(2 as UInt8)
            put(id)
            put(instrument.description)
            put(quantity)
            put(price) { $0.put($1) }
        case .cancel(let id, let instrument):
            put(3 as UInt8)
            put(id)
            put(instrument.description)
        }
    }

    fileprivate mutating func put(_ note: Note) {
        switch note {
        case .decided(let decision):
            put(1 as UInt8)
            put(decision)
        case .entryAbandoned(let setup, let time, let reason):
            put(2 as UInt8)
            put(fixed: setup.value)
            put(time)
            put(reason)
        case .opened(let trade, let time):
            put(3 as UInt8)
            put(signed: Int64(trade.value))
            put(time)
        case .stopMoved(let trade, let time, let price, let reason):
            put(4 as UInt8)
            put(signed: Int64(trade.value))
            put(time)
            put(price)
            put(reason.rawValue)
        case .closed(let trade):
            put(5 as UInt8)
            put(trade)
        case .safety(let change):
            put(6 as UInt8)
            put(change.time)
            put(change.state)
            put(change.detail)
        }
    }

    private mutating func put(_ decision: Decision) {
        put(decision.time)
        put(decision.pair.description)
        put(decision.side.rawValue)
        put(decision.setup.rawValue)
        put(fixed: decision.setupID.value)
        switch decision.verdict {
        case .taken(let quantity, let entry, let stop):
            put(1 as UInt8)
            put(quantity)
            put(entry)
            put(stop)
        case .refused(let stage, let reason):
            put(2 as UInt8)
            put(stage.rawValue)
            put(reason)
        }
        put(decision.checks) { writer, check in
            writer.put(check.name)
            writer.put(check.value)
            writer.put(check.limit)
            writer.put(check.passed)
        }
    }

    private mutating func put(_ measure: Measure) {
        switch measure {
        case .none: put(0 as UInt8)
        case .number(let value):
            put(1 as UInt8)
            put(value)
        case .count(let value):
            put(2 as UInt8)
            put(signed: Int64(value))
        case .rate(let value):
            put(3 as UInt8)
            put(value)
        case .price(let value):
            put(4 as UInt8)
            put(value)
        case .quantity(let value):
            put(5 as UInt8)
            put(value)
        case .money(let value):
            put(6 as UInt8)
            put(value)
        case .time(let value):
            put(7 as UInt8)
            put(value)
        case .flag(let value):
            put(8 as UInt8)
            put(value)
        case .word(let value):
            put(9 as UInt8)
            put(value)
        }
    }

    private mutating func put(_ reason: EntryAbandonment) {
        switch reason {
        case .withdrawn(let why):
            put(1 as UInt8)
            put(why.rawValue)
        case .expired: put(2 as UInt8)
        case .rejected(let why):
            put(3 as UInt8)
            put(why.rawValue)
        case .cancelled(let why):
            put(4 as UInt8)
            put(why.rawValue)
        case .halted: put(5 as UInt8)
        }
    }

    private mutating func put(_ trade: Trade) {
        put(signed: Int64(trade.id.value))
        put(fixed: trade.setupID.value)
        put(trade.instrument.description)
        put(trade.side.rawValue)
        put(trade.setup.rawValue)
        for time in [trade.decidedAt, trade.openedAt, trade.closedAt] { put(time) }
        put(trade.quantity)
        for price in [trade.entryPrice, trade.exitPrice, trade.initialStop] { put(price) }
        put(trade.exitReason.rawValue)
        for amount in [trade.gross, trade.fees, trade.funding, trade.risk] { put(amount) }
        put(trade.maeR)
        put(trade.mfeR)
        put(trade.legs) { writer, leg in
            writer.put(leg.time)
            writer.put(leg.role.rawValue)
            writer.put(leg.quantity)
            writer.put(leg.price)
            writer.put(leg.fee)
            writer.put(leg.liquidity.rawValue)
        }
        put(trade.stops) { writer, step in
            writer.put(step.from)
            writer.put(step.price)
            writer.put(step.reason.rawValue)
        }
        put(trade.targets) { $0.put($1) }
    }
}
