public import Market

/// The strategies that can be asked for by name.
public enum StrategyPreset: String, Hashable, Sendable, Codable, CaseIterable {
    case swing
    case intraday
    case emaCross = "ema-cross"

    /// Its settings, to be adjusted or used as they are.
    public var configuration: StrategyConfiguration {
        switch self {
        case .swing: .smartMoney(.swing)
        case .intraday: .smartMoney(.intraday)
        case .emaCross: .emaCross(EMACrossParameters())
        }
    }
}

/// A strategy's kind and settings: everything that is needed to make it for a market.
public enum StrategyConfiguration: Hashable, Sendable {
    case smartMoney(SmartMoneyStrategyParameters)
    case emaCross(EMACrossParameters)

    public func strategy(for pair: SpotPair) -> any Strategy {
        switch self {
        case .smartMoney(let parameters): SmartMoneyStrategy(pair: pair, parameters: parameters)
        case .emaCross(let parameters): EMACross(pair: pair, parameters: parameters)
        }
    }
}
