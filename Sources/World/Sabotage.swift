/// A bug that is planted between the program and what it acts on, to prove that the invariants see it.
public enum Sabotage: String, Hashable, Sendable, CaseIterable {
    // Orders.
    case stopDropped = "stop_dropped"
    case stopOnWrongSide = "stop_on_wrong_side"
    case stopNotReduceOnly = "stop_not_reduce_only"
    case stopTooSmall = "stop_too_small"
    /// Only the first stop of each instrument reaches the exchange.
    case laterStopsLost = "later_stops_lost"
    /// The old stop is cancelled at once, and the new one follows half a minute later.
    case stopCancelledThenPlaced = "stop_cancelled_then_placed"
    case entrySentTwice = "entry_sent_twice"
    case entryTooLarge = "entry_too_large"
    case entryOnWrongSide = "entry_on_wrong_side"
    /// Orders get another name than the journal knows.
    case nameNotRecorded = "name_not_recorded"
    /// The dead man's switch is armed and never released.
    case deadManKeptArmed = "dead_man_kept_armed"

    // News.
    case fillCountedTwice = "fill_counted_twice"
    case fillLost = "fill_lost"
    case fillWithoutFee = "fill_without_fee"
    case fillAtWrongPrice = "fill_at_wrong_price"
    /// A position that the list of them leaves out is taken for closed, and the list leaves out all.
    case absenceMeansClosed = "absence_means_closed"
    case neverReconciles = "never_reconciles"
    /// The feed of prices dies, and says that it lives.
    case stalePricesAccepted = "stale_prices_accepted"

    // Two instances.
    /// A program that was stopped for long goes on as if it had not been.
    case leaseNotChecked = "lease_not_checked"

    // Journal, latch, operator.
    case syncSkipped = "sync_skipped"
    case latchNotPersisted = "latch_not_persisted"
    case haltIgnored = "halt_ignored"
    case fillsNotJournaled = "fills_not_journaled"
    case answersNotJournaled = "answers_not_journaled"
    case journalForgotten = "journal_forgotten"
}
