public import Market

/// A pause after a run of losses over all instruments.
public struct LossStreakLimit: Hashable, Sendable {
    /// Losses in a row, 1 or more. [3]
    public var losses: Int
    /// How long nothing is opened, over 0; the count then starts again. [2 hours]
    public var pause: Interval
    /// A trade counts as a loss from this part of its R on, 0...1; smaller losses neither count nor clear. [0.1]
    public var smallestLoss: Rate

    public init(losses: Int = 3, pause: Interval = .hours(2), smallestLoss: Rate = .basisPoints(1_000)) {
        self.losses = losses
        self.pause = pause
        self.smallestLoss = smallestLoss
    }
}
