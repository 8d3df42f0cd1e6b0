public import Market

/// Margin rates by position size. The rate of a bracket applies to the whole position: the cautious reading where the
/// exchange does not say.
public struct MarginSchedule: Hashable, Sendable {
    /// A bracket: positions of at least this notional need these fractions of it.
    public struct Level: Hashable, Sendable {
        public let notional: Money
        public let initial: Rate
        public let maintenance: Rate

        public init(notional: Money, initial: Rate, maintenance: Rate) {
            self.notional = notional
            self.initial = initial
            self.maintenance = maintenance
        }
    }

    public let levels: [Level]

    /// Nil unless levels start at zero, rise in notional and never fall in rate, with 0 < maintenance ≤ initial ≤ 1.
    public init?(levels: [Level]) {
        guard let first = levels.first, first.notional.isZero else { return nil }
        for level in levels {
            guard level.maintenance.isPositive, level.maintenance <= level.initial, level.initial <= .one else {
                return nil
            }
        }
        for (lower, upper) in zip(levels, levels.dropFirst()) {
            guard lower.notional < upper.notional, lower.initial <= upper.initial,
                lower.maintenance <= upper.maintenance
            else { return nil }
        }
        self.levels = levels
    }

    /// The bracket of a position worth `notional`.
    public func level(for notional: Money) -> Level {
        var current = levels[0]
        for level in levels where level.notional <= notional { current = level }
        return current
    }
}

/// Trading fees as fractions of notional. A negative maker rate is a rebate.
public struct FeeSchedule: Hashable, Sendable {
    public let maker: Rate
    public let taker: Rate

    public init(maker: Rate, taker: Rate) {
        self.maker = maker
        self.taker = taker
    }

    @inlinable public func rate(_ liquidity: Liquidity) -> Rate {
        switch liquidity {
        case .maker: maker
        case .taker: taker
        }
    }

    /// What a fill costs, rounded against us.
    @inlinable public func fee(on notional: Money, _ liquidity: Liquidity) -> Money {
        notional.times(rate(liquidity), .up)
    }
}

/// Whether a fill rested in the book (maker) or took from it (taker).
@frozen public enum Liquidity: UInt8, Hashable, Sendable, Codable {
    case maker
    case taker
}
