import Journal
import KrakenServer
import Market
import Operations
import Risk
import Trading
import Venue

/// What must hold when a run is over and nothing has gone wrong for a while.
extension World {
    /// - Parameter equity: what the account began with.
    mutating func conclude(equity: Money) {
        trades = runtime?.trader?.trades ?? trades
        isAlive()
        judge.check(
            .fencing, paused.allSatisfy { !$0.hasWoken || $0.runtime == nil }, at: now, "a replaced instance runs on")
        guard let runtime, let trader = runtime.trader else { return }
        let truth = exchange.truth()
        let held = trader.positions.filter(\.quantity.isPositive).map(\.quantity)
        if judge.isSettled(at: now) {
            let isEqual = held == truth.positions.map(\.quantity)
            judge.check(.agreement, isEqual, at: now, "the books differ at the end")
        }
        let replay = replayed()
        judge.check(.replay, replay.difference == nil, at: now, replay.difference ?? "")
        let again = replay.trader?.positions.filter(\.quantity.isPositive).map(\.quantity) ?? []
        judge.check(.replay, again == held, at: now, "the journal leads to other positions")
        judge.check(.replay, replay.trader?.safety == trader.safety, at: now, "the journal leads to another safety")
        ledger(replay, truth, equity)
    }

    /// Ready, or held by what only a restart ends, which follows when nothing is held any more.
    private mutating func isAlive() {
        let isReady =
            switch runtime?.phase {
            case .ready, .hold([.journalFailed]): true
            case .hold, .initialising, .syncing, .reconciling, .stopping, .ended, nil: false
            }
        let phase = runtime.map { "\($0.phase)" } ?? "dead"
        judge.check(.liveness, isReady, at: now, "nothing goes wrong any more, and the session is \(phase)")
    }

    private mutating func replayed() -> JournalReplay {
        var replay = JournalReplay(program)
        var copy = disk
        _ = copy.flush()
        do {
            try copy.open { try replay.take($0) }
        } catch {
            judge.check(.journal, false, at: now, "the journal cannot be read: \(error)")
        }
        return replay
    }

    /// With nothing held, the balance is what the account began with, and what came in or went out, and what the
    /// journal's fills made of it, and the funding that the exchange settled; and risk goes by that balance.
    private mutating func ledger(_ replay: JournalReplay, _ truth: PrivateTruth, _ equity: Money) {
        guard truth.positions.isEmpty, !judge.hasStrays else { return }
        let expected = equity + replay.cash + truth.funding + truth.deposits
        let difference = (truth.account.balance - expected).magnitude
        // Each fill's profit is rounded by the exchange on its own.
        judge.check(
            .ledger, difference <= Money(raw: Int64(replay.fills) + 1), at: now,
            "the exchange's balance is \(truth.account.balance), the journal's \(expected)")
        guard let trader = runtime?.trader, trader.isAtRest else { return }
        judge.check(
            .ledger, trader.ledger.equity == truth.account.balance, at: now,
            "the exchange's balance is \(truth.account.balance), risk goes by \(trader.ledger.equity?.description ?? "none")"
        )
    }
}
