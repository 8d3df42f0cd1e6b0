import Foundation
import Market
import SmartMoney
import TestSupport

typealias Kind = SmartMoneyEvent.Kind

/// Bars from whole-number rows of open, high, low, close; volume 1.
func bars(
    _ rows: [(Int, Int, Int, Int)], timeframe: Timeframe = .m15, start: Int64 = 1_704_067_200
) -> [Candle] {
    rows.enumerated().map { index, row in
        Candle(
            openTime: Timestamp(seconds: start) + timeframe.interval * Int64(index), open: Price(row.0),
            high: Price(row.1), low: Price(row.2), close: Price(row.3), volume: 1)
    }
}

/// Flat bars around `price` that touch `high` where the map says so.
func quiet(_ count: Int, price: Int = 100, highs: [Int: Int] = [:], lows: [Int: Int] = [:]) -> [(Int, Int, Int, Int)] {
    (0..<count).map { (price, highs[$0] ?? price + 1, lows[$0] ?? price - 1, price) }
}

func allEvents(
    _ candles: some Sequence<Candle>, _ parameters: SmartMoneyParameters, timeframe: Timeframe = .m15
) -> [SmartMoneyEvent] {
    var state = SmartMoneyState(timeframe: timeframe, parameters: parameters)
    var events: [SmartMoneyEvent] = []
    for candle in candles {
        state.push(candle)
        events += state.events
    }
    return events
}

extension Candle {
    /// The bar upside down: p becomes `around` - p.
    func mirrored(around: Price) -> Candle {
        Candle(
            openTime: openTime, open: around - open, high: around - low, low: around - high, close: around - close,
            volume: volume)
    }
}

/// Parameters with short strengths, so that small examples have structure.
func smallParameters() -> SmartMoneyParameters {
    var parameters = SmartMoneyParameters()
    parameters.atrPeriod = 2
    parameters.externalStrength = 1
    parameters.internalStrength = 1
    parameters.displacementBody = 0.75
    return parameters
}

/// Variations that switch every option.
func variedParameters() -> [SmartMoneyParameters] {
    var options = SmartMoneyParameters()
    options.breakRule = .wick
    options.blockZone = .body
    options.joinsGaps = true
    options.externalStrength = 3
    options.internalStrength = 1
    options.lookback = 64
    options.blockExpiry = 40
    options.gapExpiry = 30
    options.poolCapacity = 12
    var impulse = SmartMoneyParameters()
    impulse.blockNeedsImpulse = true
    impulse.atrPeriod = 5
    impulse.equalTolerance = 0.5
    impulse.gapMinimumFraction = 0
    impulse.equalCandidates = 4
    return [SmartMoneyParameters(), options, impulse]
}

/// A sample file beside the checkout, by its name.
func sampleCandles(_ name: String) throws -> CandleSeries {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", SharedData.path("sample/\(name)")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    var series = CandleSeries(timeframe: .m15)
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst() {
        let fields = line.split(separator: ",")
        func price(_ field: Int) throws -> Price {
            guard let value = Double(fields[field]), let price = Price(value, rounding: .nearestEven) else {
                throw CocoaError(.fileReadCorruptFile)
            }
            return price.rounded(to: Price(raw: 1_000_000), .nearestEven)
        }
        guard let seconds = Int64(fields[0]), let volume = Double(fields[5]) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        try series.append(
            Candle(
                openTime: Timestamp(seconds: seconds), open: price(1), high: price(2), low: price(3), close: price(4),
                volume: volume))
    }
    return series
}
