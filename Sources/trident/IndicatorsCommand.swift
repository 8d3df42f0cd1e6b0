import ArgumentParser
import CandleFiles
import Indicators
import Market

/// A candle file that a command reads.
struct CandleInput: ParsableArguments {
    @Option(help: ArgumentHelp("Candle file, CSV or CSV.gz.", valueName: "file"))
    var input: String

    @Option(help: "Timeframe to compute in; finer candles are resampled. Default: the file's own.")
    var timeframe: String?

    func candles() throws -> CandleSeries {
        var wanted: Timeframe?
        if let timeframe {
            guard let known = Timeframe(name: timeframe) else {
                let names = Timeframe.allCases.map(\.name).joined(separator: ", ")
                throw CommandFailure("unknown timeframe '\(timeframe)'; known are \(names)", code: .badInput)
            }
            wanted = known
        }
        let series: CandleSeries
        do {
            series = try CandleFile.read(path: input)
        } catch .timeframe(let path) {
            guard wanted != nil else { throw CommandFailure.input(CandleFileError.timeframe(path: path)) }
            do {
                series = try CandleFile.read(path: input, timeframe: wanted)
            } catch {
                throw CommandFailure.input(error)
            }
        } catch {
            throw CommandFailure.input(error)
        }
        guard let wanted else { return series }
        guard wanted >= series.timeframe, wanted.minutes % series.timeframe.minutes == 0 else {
            throw CommandFailure(
                "\(input) holds \(series.timeframe) candles: \(wanted) cannot be built from them", code: .badInput)
        }
        return series.resampled(to: wanted)
    }
}

struct IndicatorsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicators", abstract: "Indicator columns of a candle file, as CSV.",
        discussion: "Columns are named with their period, as in --columns ema:200,atr:14,adx:14,rsi:14. "
            + "A cell is empty until the indicator has warmed up. Conventions are TA-Lib's.")

    @OptionGroup var source: CandleInput
    @Option(help: "Columns, separated by commas.") var columns: String

    func run() throws {
        var wanted: [IndicatorColumn] = []
        for name in columns.split(separator: ",") {
            do {
                wanted.append(try IndicatorColumn(name.filter { $0 != " " }))
            } catch {
                throw CommandFailure.input(error)
            }
        }
        guard !wanted.isEmpty else { throw CommandFailure("--columns names no column", code: .badInput) }
        let candles = try source.candles()
        let values = wanted.map { $0.values(of: candles) }
        var text = "timestamp," + wanted.map(\.description).joined(separator: ",") + "\n"
        for (index, time) in candles.openTimes.enumerated() {
            text += "\(time.seconds)"
            for column in values { text += "," + (column[index].map { "\($0)" } ?? "") }
            text += "\n"
        }
        Terminal.result(text)
    }
}
