import Market

/// A signal whose entry rests: followed until it is no longer worth entering. Whether it was filled is not the strategy's
/// to know; for a filled entry a withdrawal means nothing.
struct PendingEntry: Sendable {
    let id: SetupID
    let side: Side
    private let entry: Int64
    private let stop: Int64
    private let firstTarget: Int64
    private let expiresAt: Timestamp
    private let reachTime: Interval
    /// When it ends because price was in reach long enough; nil before price came to the entry.
    private var reachEnds: Timestamp?

    /// Prices are oriented.
    init(
        id: SetupID, side: Side, entry: Int64, stop: Int64, firstTarget: Int64, expiresAt: Timestamp,
        reachTime: Interval
    ) {
        self.id = id
        self.side = side
        self.entry = entry
        self.stop = stop
        self.firstTarget = firstTarget
        self.expiresAt = expiresAt
        self.reachTime = reachTime
    }

    /// Takes the next bar of the finest timeframe and answers why the entry is given up at its close, if it is.
    mutating func push(_ candle: Candle, closedAt: Timestamp) -> Withdrawal? {
        let reach = side.reach(candle)
        if reach.against <= stop { return .stopTradedFirst }
        if reach.with >= firstTarget { return .targetTradedFirst }
        if reachEnds == nil, reach.against <= entry { reachEnds = closedAt + reachTime }
        if let reachEnds, closedAt >= reachEnds { return .reachExpired }
        return closedAt >= expiresAt ? .expired : nil
    }
}
