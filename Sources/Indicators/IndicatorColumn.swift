public import Market

/// An indicator by name and period as a user writes it: `ema:200`, `atr:14`, `tr`.
public struct IndicatorColumn: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, CaseIterable, Sendable {
        case ema
        case sma
        case trueRange = "tr"
        case atr
        case adx
        case plusDI = "plus_di"
        case minusDI = "minus_di"
        case rsi
        case highest = "max"
        case lowest = "min"
        case percentile

        var needsPeriod: Bool { self != .trueRange }
        var smallestPeriod: Int {
            switch self {
            case .adx, .plusDI, .minusDI, .rsi, .percentile: 2
            case .ema, .sma, .trueRange, .atr, .highest, .lowest: 1
            }
        }
    }

    public let kind: Kind
    /// Bars; zero for indicators without a period.
    public let period: Int

    /// Reads `name` or `name:period`.
    public init(_ text: some StringProtocol) throws(IndicatorColumnError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let kind = Kind(rawValue: String(name)) else {
            throw .unknownName(String(text))
        }
        self.kind = kind
        guard kind.needsPeriod else {
            guard parts.count == 1 else { throw .noPeriodWanted(kind.rawValue) }
            period = 0
            return
        }
        guard parts.count == 2, let period = Int(parts[1]), period >= kind.smallestPeriod, period <= 1_000_000 else {
            throw .badPeriod(String(text), smallest: kind.smallestPeriod)
        }
        self.period = period
    }

    public var description: String { kind.needsPeriod ? "\(kind.rawValue):\(period)" : kind.rawValue }

    /// One value a bar, of closes or of whole bars as the indicator is defined; nil until warmed up.
    public func values(of series: CandleSeries) -> [Double?] {
        switch kind {
        case .ema:
            var ema = EMA(period: period)
            return series.map { ema.push($0.close.double) }
        case .sma:
            var sma = SMA(period: period)
            return series.map { sma.push($0.close.double) }
        case .trueRange:
            var range = TrueRange()
            return series.map { range.push(high: $0.high.double, low: $0.low.double, close: $0.close.double) }
        case .atr:
            var atr = WilderATR(period: period)
            return series.map { atr.push(high: $0.high.double, low: $0.low.double, close: $0.close.double) }
        case .adx:
            return directional(of: series, \.value)
        case .plusDI:
            return directional(of: series, \.plusDI)
        case .minusDI:
            return directional(of: series, \.minusDI)
        case .rsi:
            var rsi = RSI(period: period)
            return series.map { rsi.push($0.close.double) }
        case .highest:
            var extreme = RollingExtreme(.highest, period: period)
            return series.map { extreme.push($0.high.double) }
        case .lowest:
            var extreme = RollingExtreme(.lowest, period: period)
            return series.map { extreme.push($0.low.double) }
        case .percentile:
            var percentile = RollingPercentile(period: period)
            return series.map { percentile.push($0.close.double) }
        }
    }

    private func directional(of series: CandleSeries, _ part: KeyPath<ADX, Double?>) -> [Double?] {
        var adx = ADX(period: period)
        return series.map { candle in
            adx.push(high: candle.high.double, low: candle.low.double, close: candle.close.double)
            return adx[keyPath: part]
        }
    }
}

/// What is wrong with the name of an indicator column.
public enum IndicatorColumnError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownName(String)
    case badPeriod(String, smallest: Int)
    case noPeriodWanted(String)

    public var description: String {
        let names = IndicatorColumn.Kind.allCases.map { $0.needsPeriod ? "\($0.rawValue):N" : $0.rawValue }
        return switch self {
        case .unknownName(let text): "unknown indicator '\(text)'; known are \(names.joined(separator: ", "))"
        case .badPeriod(let text, let smallest): "'\(text)' needs a period from \(smallest) to 1000000, as in ema:200"
        case .noPeriodWanted(let name): "'\(name)' takes no period"
        }
    }
}
