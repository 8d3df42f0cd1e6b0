import Kraken
import Market
import Venue

/// What a happening is called in the journal, and its details for people.
extension Happening {
    public var name: String {
        switch self {
        case .phase: "phase"
        case .commanded: "operator"
        case .health: "health"
        case .alarm: "alarm"
        case .overflowed: "overflow"
        case .outcomeUnknown: "outcome_unknown"
        case .reconciled: "reconciled"
        case .foreignFill: "foreign_fill"
        case .deadManSwitch: "dead_man_switch"
        case .clockSkew: "clock_skew"
        case .untradeable: "untradeable"
        case .gap: "gap"
        case .depth: "depth"
        case .newsAge: "news_age"
        case .marketState: "market_state"
        case .journalFailed: "journal_failed"
        case .leaseLost: "lease_lost"
        case .stopping: "stopping"
        }
    }

    public var detail: String {
        switch self {
        case .phase(.hold(let causes)): "hold: " + causes.sorted().map(\.text).joined(separator: "; ")
        case .phase(let phase): phase.name
        case .commanded(let intent): intent.text
        case .health(let line, let health): "\(line.name): \(health)"
        case .alarm(let line, let alarm): "\(line.name): \(alarm)"
        case .overflowed(let line, let dropped): "\(line.name): \(dropped) dropped"
        case .outcomeUnknown(let order): "\(order)"
        case .reconciled(let truth):
            "\(truth.orders.count) orders of ours, \(truth.foreignOrders.count) of others, "
                + "\(truth.positions.count) positions, equity \(truth.account.equity)"
        case .foreignFill(let execution):
            "\(execution.instrument) \(execution.side) \(execution.quantity) at \(execution.price)"
        case .deadManSwitch(let time): time.map { "armed until \($0)" } ?? "off"
        case .clockSkew(let offset, let uncertainty):
            "\(offset.nanoseconds / 1_000_000) ms off, within \(uncertainty.nanoseconds / 1_000_000) ms"
        case .untradeable(let pair, let why): "\(pair): \(why.joined(separator: "; "))"
        case .gap(let pair, let from, let until): "\(pair) from \(from) until \(until)"
        case .depth(let depth): depth.description
        case .newsAge(let age): "\(age.nanoseconds) ns"
        case .marketState(let instrument, let state): "\(instrument) \(state)"
        case .journalFailed(let why): why
        case .leaseLost(let holder): holder
        case .stopping(let reason): reason
        }
    }
}

extension OperatorIntent {
    public var text: String {
        switch self {
        case .halt(let reason): "halt: \(reason)"
        case .flatten(let reason): "flatten: \(reason)"
        case .release(let name, let reason): "release by \(name): \(reason)"
        case .reconcile: "reconcile"
        }
    }
}
