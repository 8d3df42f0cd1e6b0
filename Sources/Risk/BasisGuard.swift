public import Market

/// Watches how far the perpetual's mark price is from spot. Beyond the upper limit nothing may be opened (exits only)
/// until it has come back below the lower one.
public struct BasisGuard: Hashable, Sendable, Codable {
    /// The limits, as fractions of spot.
    public struct Limits: Hashable, Sendable, Codable {
        /// No entry above this, 0...`enter`. [0.5 %]
        public var entry: Rate
        /// Above this: exits only. [0.75 %]
        public var enter: Rate
        /// Back to normal at or below this, at most `enter`. [0.5 %]
        public var leave: Rate

        public init(
            entry: Rate = .basisPoints(50), enter: Rate = .basisPoints(75), leave: Rate = .basisPoints(50)
        ) {
            self.entry = entry
            self.enter = enter
            self.leave = leave
        }
    }

    public enum State: Hashable, Sendable, Codable {
        case normal
        case exitsOnly(since: Timestamp)
    }

    public private(set) var state: State

    public init(state: State = .normal) { self.state = state }

    /// |spot - mark| / spot, rounded up; nil unless both are positive.
    @inlinable public static func basis(mark: Price, spot: Price) -> Rate? {
        guard mark.isPositive, spot.isPositive else { return nil }
        return (spot - mark).magnitude.ratio(to: spot, .up)
    }

    /// Takes a pair of prices of one moment; returns the new state when it changed. Impossible prices close the guard.
    public mutating func observe(mark: Price, spot: Price, at time: Timestamp, limits: Limits) -> State? {
        let basis = Self.basis(mark: mark, spot: spot)
        switch state {
        case .normal:
            if let basis, basis <= limits.enter { return nil }
            state = .exitsOnly(since: time)
        case .exitsOnly:
            guard let basis, basis <= limits.leave else { return nil }
            state = .normal
        }
        return state
    }
}
