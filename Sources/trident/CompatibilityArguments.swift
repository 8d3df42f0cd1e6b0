import ArgumentParser
import CandleFiles
import Compatibility
import Market

/// `--compat smartmoneyconcepts` and what goes with it.
struct CompatibilityArguments: ParsableArguments {
    @Option(
        help:
            "Answer with the columns of a Python library instead: smartmoneyconcepts. They repaint: see the documentation."
    )
    var compat: Library?
    @Option(help: "The library's function, such as fvg or swing_highs_lows.") var function: String?
    @Option(parsing: .unconditional, help: "Bars on each side of a swing.") var swingLength: Int?
    @Flag(help: "Join consecutive gaps.") var joinConsecutive = false
    @Option(help: "Whether breaks need a close: true or false.") var closeBreak: Bool?
    @Option(help: "Whether mitigation needs a close: true or false.") var closeMitigation: Bool?
    @Option(parsing: .unconditional, help: "Width of a liquidity pool as a fraction.") var rangePercent: Double?
    @Option(help: "Period of previous_high_low: 4h, 1D, W.") var timeFrame: String?
    @Option(help: "Session name, or Custom with --start-time and --end-time.") var session: String?
    @Option(help: "Start of a custom session, HH:MM.") var startTime: String?
    @Option(help: "End of a custom session, HH:MM.") var endTime: String?
    @Option(parsing: .unconditional, help: "Time zone of session times, such as UTC or UTC+2.") var timeZone: String?
    @Flag(help: "Print how long the computation took, to stderr.") var timing = false

    enum Library: String, ExpressibleByArgument, CaseIterable {
        case smartmoneyconcepts
    }

    /// Prints the table when one was asked for; false when not.
    func run(on source: CandleInput) throws -> Bool {
        guard compat != nil else {
            guard function == nil else {
                throw CommandFailure("--function goes with --compat smartmoneyconcepts", code: .badInput)
            }
            return false
        }
        guard let function else {
            let names = CompatibilityFunction.Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("--compat needs --function, one of \(names)", code: .badInput)
        }
        guard source.timeframe == nil else {
            throw CommandFailure(
                "--timeframe does not go with --compat: the view takes the bars as they are", code: .badInput)
        }
        do {
            let wanted = try options.function(named: function)
            let bars = try Self.bars(try UncheckedCandles(path: source.input))
            var result = try table(for: wanted, on: bars)
            if timing {
                var fastest = Duration.seconds(3600)
                for _ in 0..<5 {
                    let time = try ContinuousClock().measure { result = try table(for: wanted, on: bars) }
                    fastest = min(fastest, time)
                }
                Terminal.line("computed in \(Double(fastest.components.attoseconds) / 1e15) ms")
            }
            Terminal.result(result.csv)
        } catch {
            throw CommandFailure.input(error)
        }
        return true
    }

    private var options: CompatibilityOptions {
        var options = CompatibilityOptions()
        options.swingLength = swingLength
        options.joinConsecutive = joinConsecutive ? true : nil
        options.closeBreak = closeBreak
        options.closeMitigation = closeMitigation
        options.rangePercent = rangePercent
        options.timeFrame = timeFrame
        options.session = session
        options.startTime = startTime
        options.endTime = endTime
        options.timeZone = timeZone
        return options
    }

    private static func bars(_ candles: UncheckedCandles) throws(CompatibilityError) -> OHLCV {
        try OHLCV(
            timestamps: candles.times.map(\.seconds), open: candles.columns[0], high: candles.columns[1],
            low: candles.columns[2], close: candles.columns[3], volume: candles.columns[4])
    }
}
