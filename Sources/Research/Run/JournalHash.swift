import Market
import Risk
import Strategy
import Trading
import Venue

/// One number for everything that happened: each of the venue's messages, each command and each note, in order. Two
/// runs with the same number did the same.
///
/// It mixes whole words (multiply and fold) where `Fingerprint` takes bytes: an account report comes with every bar.
struct JournalHash: Sendable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    mutating func add(_ word: UInt64) {
        let product = (value ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        value = (product.high ^ product.low) &+ 0xD6E8_FEB8_6659_FD93
    }

    @inline(__always)
    mutating func add(signed word: Int64) { add(UInt64(bitPattern: word)) }
    mutating func add(_ time: Timestamp) { add(signed: time.nanoseconds) }
    mutating func add(_ price: Price?) { add(signed: price?.raw ?? .min) }
    mutating func add(_ quantity: Quantity) { add(signed: quantity.raw) }
    mutating func add(_ money: Money) { add(signed: money.raw) }

    mutating func add(_ id: OrderID) {
        add(id.high)
        add(id.low)
    }

    mutating func add(_ text: String) {
        var print = Fingerprint()
        print.add(text)
        add(print.value)
    }

    mutating func add(_ id: InstrumentID) { add(id.description) }

    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension JournalHash {
    mutating func add(_ event: VenueEvent, at time: Timestamp) {
        add(time)
        switch event {
        case .accepted(let id):
            add(1)
            add(id)
        case .rejected(let id, let reason):
            add(2)
            add(id)
            add(UInt64(reason.rawValue))
        case .triggered(let id):
            add(3)
            add(id)
        case .filled(let fill): add(fill)
        case .cancelled(let id, let reason, let remaining):
            add(5)
            add(id)
            add(UInt64(reason.rawValue))
            add(remaining)
        case .amended(let id):
            add(6)
            add(id)
        case .notFound(let id):
            add(7)
            add(id)
        case .found(let order, let rests):
            add(11)
            add(order.id)
            add(order.quantity)
            add(rests ? 1 : 0)
        case .funding(let payment):
            add(8)
            add(payment.amount)
            add(signed: payment.rate.rate.raw)
        case .position(let report):
            add(9)
            add(signed: report.quantity.raw * report.side.sign)
            add(report.entryPrice)
            add(report.liquidationPrice)
        case .account(let report): add(report)
        }
    }

    /// An account report, received at `time`.
    @inline(__always)
    mutating func add(_ report: AccountReport, at time: Timestamp) {
        add(time)
        add(report)
    }

    @inline(__always)
    private mutating func add(_ report: AccountReport) {
        add(10)
        add(report.balance)
        add(report.unrealised)
        add(report.initialMargin)
        add(report.maintenanceMargin)
    }

    private mutating func add(_ fill: Fill) {
        add(4)
        add(fill.id)
        add(fill.order)
        add(signed: fill.quantity.raw * fill.side.sign)
        add(fill.price)
        add(fill.fee)
        add(UInt64(fill.liquidity.rawValue) << 8 | UInt64(fill.cause.rawValue))
    }

    mutating func add(_ command: VenueCommand, at time: Timestamp) {
        add(time)
        switch command {
        case .place(let order):
            add(11)
            add(order.id)
            add(order.instrument)
            add(signed: order.quantity.raw * order.side.sign)
            add(order.kind)
            add(order.reduceOnly ? 1 : 0)
        case .amend(let id, _, let quantity, let price):
            add(12)
            add(id)
            add(quantity)
            add(price)
        case .cancel(let id, _):
            add(13)
            add(id)
        }
    }

    private mutating func add(_ kind: OrderKind) {
        switch kind {
        case .limit(let price):
            add(1)
            add(price)
        case .postOnly(let price):
            add(2)
            add(price)
        case .market: add(3)
        case .stopMarket(let trigger, let source):
            add(4)
            add(trigger)
            add(UInt64(source.rawValue))
        case .takeProfitMarket(let trigger, let source):
            add(5)
            add(trigger)
            add(UInt64(source.rawValue))
        }
    }

    mutating func add(_ decision: Decision) {
        add(14)
        add(decision.time)
        add(decision.pair.description)
        add(decision.setupID.value)
        add(UInt64(decision.side.rawValue))
        switch decision.verdict {
        case .taken(let quantity, let entry, let stop):
            add(quantity)
            add(entry)
            add(stop)
        case .refused(let stage, let reason):
            add(stage.rawValue)
            add(reason)
        }
        for check in decision.checks {
            add(check.name)
            add(check.value.description)
            add(check.passed ? 1 : 0)
        }
    }

    mutating func add(_ trade: Trade) {
        add(15)
        add(signed: Int64(trade.id.value))
        add(trade.setupID.value)
        add(trade.openedAt)
        add(trade.closedAt)
        add(trade.quantity)
        add(trade.entryPrice)
        add(trade.exitPrice)
        add(trade.net)
        add(trade.exitReason.rawValue)
    }
}
