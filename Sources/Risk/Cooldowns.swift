public import Market
public import Venue

/// A pause after a run of losses over all instruments.
public struct LossStreakLimit: Hashable, Sendable {
    /// Losses in a row, 1 or more. [3]
    public var losses: Int
    /// How long nothing is opened, over 0; the count then starts again. [2 hours]
    public var pause: Interval
    /// A result counts from this part of the trade's R on, 0...1; smaller ones neither count nor clear. [0.1]
    public var smallestLoss: Rate

    public init(losses: Int = 3, pause: Interval = .hours(2), smallestLoss: Rate = .basisPoints(1_000)) {
        self.losses = losses
        self.pause = pause
        self.smallestLoss = smallestLoss
    }
}

/// Pauses after losses. Each carries the time at which it ends: none needs a trade, or anybody, to end it.
public struct Cooldowns: Hashable, Sendable, Codable {
    /// A pause of one instrument.
    public struct Pause: Hashable, Sendable, Codable {
        public let instrument: InstrumentID
        public let until: Timestamp

        public init(instrument: InstrumentID, until: Timestamp) {
            self.instrument = instrument
            self.until = until
        }
    }

    /// Losses in a row since the last win or pause.
    public private(set) var losses = 0
    /// The end of the last pause after a run of losses.
    public private(set) var streakUntil = Timestamp.distantPast
    /// In order of instrument; may hold pauses that have ended.
    public private(set) var pauses: [Pause] = []

    public init() {}

    init(_ memory: RiskMemory) {
        losses = memory.losses
        streakUntil = memory.streakUntil
        pauses = memory.pauses
    }

    /// The end of the instrument's pause, when one is in force.
    public func pause(of instrument: InstrumentID, at now: Timestamp) -> Timestamp? {
        for pause in pauses where pause.instrument == instrument && pause.until > now { return pause.until }
        return nil
    }

    /// The end of the pause after a run of losses, when one is in force.
    public func streakPause(at now: Timestamp) -> Timestamp? { streakUntil > now ? streakUntil : nil }

    mutating func record(_ trade: ClosedTrade, streak: LossStreakLimit?, symbol: Interval?) {
        if let streak { count(trade, streak) }
        guard let symbol else { return }
        pauses.removeAll { $0.until <= trade.closedAt || ($0.instrument == trade.instrument && trade.net.isNegative) }
        guard trade.net.isNegative else { return }
        let place = pauses.firstIndex { trade.instrument < $0.instrument } ?? pauses.endIndex
        pauses.insert(Pause(instrument: trade.instrument, until: trade.closedAt + symbol), at: place)
    }

    private mutating func count(_ trade: ClosedTrade, _ limit: LossStreakLimit) {
        guard !trade.net.isZero, trade.net.magnitude >= trade.risk.times(limit.smallestLoss, .towardZero) else {
            return
        }
        losses = trade.net.isNegative ? losses + 1 : 0
        guard losses >= limit.losses else { return }
        losses = 0
        streakUntil = max(streakUntil, trade.closedAt + limit.pause)
    }
}
