import Kraken
import Market

/// What the account's line is to carry while it is being asked who runs the account: kept back, in order, for a moment
/// only, because what protects must not depend on a store; and dropped when another instance has it.
struct LeaseGate: Sendable {
    private enum State: Sendable {
        case open
        /// The answer is waited for until then.
        case asking(until: Timestamp)
        case lost
    }

    /// How long an answer is waited for. [3 s]
    private let patience: Interval
    private var state = State.open
    private var kept: [SessionAction] = []

    init(patience: Interval) { self.patience = patience }

    mutating func doubted(_ isDoubted: Bool, at now: Timestamp) {
        switch (state, isDoubted) {
        case (.open, true): state = .asking(until: now + patience)
        case (.asking, false): state = .asking(until: now)
        case (.asking, true), (.open, false), (.lost, _): break
        }
    }

    mutating func lost() {
        state = .lost
        kept = []
    }

    /// When it opens by itself.
    var opensAt: Timestamp? {
        switch state {
        case .open, .lost: nil
        case .asking(let end): end
        }
    }

    /// Takes out of `effects`, from `start` on, what may not leave now, and puts back what now may.
    mutating func guardLine(_ effects: inout [Effect], from start: Int, at now: Timestamp) {
        switch state {
        case .open: return
        case .lost: effects = Self.without(effects, from: start) { _ in }
        case .asking(let end) where now < end:
            var kept = kept
            effects = Self.without(effects, from: start) { kept.append($0) }
            self.kept = kept
        case .asking:
            state = .open
            effects.insert(contentsOf: kept.map { .perform(.account, $0) }, at: start)
            kept = []
        }
    }

    private static func without(
        _ effects: [Effect], from start: Int, _ take: (SessionAction) -> Void
    ) -> [Effect] {
        var rest: [Effect] = []
        for (place, effect) in effects.enumerated() {
            if place >= start, case .perform(.account, let action) = effect {
                take(action)
            } else {
                rest.append(effect)
            }
        }
        return rest
    }
}
