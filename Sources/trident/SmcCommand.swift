import ArgumentParser
import CandleFiles
import Market
import Reports
import SmartMoney

struct SmcCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smc", abstract: "Every Smart Money event of a candle file.",
        discussion: """
            Events come in the order in which they became knowable, with the bar they are about and the bar that \
            confirmed them. Nothing is ever taken back. Definitions are those of the documentation.
            """)

    @OptionGroup var source: CandleInput
    @Option(help: "csv or jsonl") var format: EventFormat = .csv
    @OptionGroup(title: "Compatibility view") var view: CompatibilityArguments

    enum EventFormat: String, ExpressibleByArgument, CaseIterable {
        case csv
        case jsonl
    }

    func run() throws {
        if try view.run(on: source) { return }
        let candles = try source.candles()
        var state = SmartMoneyState(timeframe: candles.timeframe, parameters: SmartMoneyParameters())
        var text = format == .csv ? SmartMoneyEvent.csvHeader + "\n" : ""
        for candle in candles {
            state.push(candle)
            for event in state.events {
                switch format {
                case .csv: text += event.csvRow + "\n"
                case .jsonl: text += event.json.compact + "\n"
                }
            }
            if text.utf8.count > 1 << 20 {
                Terminal.result(text)
                text = ""
            }
        }
        Terminal.result(text)
    }
}

extension SmartMoneyEvent {
    fileprivate var json: JSON {
        .object([
            ("confirmed_at", .integer(Int(confirmedAt))), ("index", .integer(Int(index))),
            ("timestamp", .time(timestamp)),
            ("kind", .string(kind.rawValue)), ("direction", .string("\(direction)")), ("price", .exact(price)),
            ("price2", price2 == price ? .null : .exact(price2)), ("reference", .string("\(reference)")),
            ("detail", .string(detailText)),
        ])
    }
}
