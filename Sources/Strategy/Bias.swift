public import Market

/// What one higher timeframe says about direction.
public enum Bias: String, Hashable, Sendable, Codable, CaseIterable {
    case bullish
    case bearish
    case neutral
}

/// What the higher timeframes say together.
public enum CombinedBias: String, Hashable, Sendable, Codable, CaseIterable {
    case bullish
    case bearish
    /// No timeframe has a direction: neither side may trade.
    case neutral
    /// Two timeframes point opposite ways: neither side may trade.
    case conflict

    /// Aligned when every timeframe with a direction has the same one and at least one has.
    public init(_ biases: some Sequence<Bias>) {
        var hasBullish = false
        var hasBearish = false
        for bias in biases {
            switch bias {
            case .bullish: hasBullish = true
            case .bearish: hasBearish = true
            case .neutral: break
            }
        }
        switch (hasBullish, hasBearish) {
        case (true, true): self = .conflict
        case (true, false): self = .bullish
        case (false, true): self = .bearish
        case (false, false): self = .neutral
        }
    }

    public func allows(_ side: Side) -> Bool {
        switch self {
        case .bullish: side == .long
        case .bearish: side == .short
        case .neutral, .conflict: false
        }
    }
}
