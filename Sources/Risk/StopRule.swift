public import Market

/// A stop is never widened: it may only move toward profit.
public enum StopRule {
    /// Whether moving the stop of a `side` position from `current` to `proposed` brings it closer to profit. Standing
    /// still is no move.
    @inlinable public static func allows(_ proposed: Price, from current: Price, side: Side) -> Bool {
        switch side {
        case .long: proposed > current
        case .short: proposed < current
        }
    }

    /// The tighter of two stops.
    @inlinable public static func tighter(_ a: Price, _ b: Price, side: Side) -> Price {
        switch side {
        case .long: max(a, b)
        case .short: min(a, b)
        }
    }
}
