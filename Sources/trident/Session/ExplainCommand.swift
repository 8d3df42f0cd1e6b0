import ArgumentParser
import Journal
import Market
import Reports
import Sessions
import Trading

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "One trade's whole story, from the candle to the exit.",
        discussion: "Told from the session's journal, by playing it again: what is shown is what was decided from.")

    @Argument(help: ArgumentHelp("The trade's number, as `trident status` and alerts show it.", valueName: "trade"))
    var trade: Int
    @Option(help: "text or json") var format: Format = .text
    @OptionGroup var place: FolderOptions

    func run() throws {
        let path = try place.folder().journal
        var stories = StoryBook()
        do {
            _ = try Replay.run(try ReplayCommand.bytes(path), SessionParts.ofJournal) { event, outcome, _ in
                stories.take(event, outcome)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
        guard let story = stories.story(of: TradeID(trade)) else {
            let known = stories.trades.map { "\($0)" }
            throw CommandFailure(
                known.isEmpty
                    ? "there was no trade yet"
                    : "there is no trade \(trade); there are \(known.joined(separator: ", "))",
                code: .badInput)
        }
        switch format {
        case .text: Terminal.result(story.text)
        case .json: Terminal.result(story.json.pretty)
        }
    }
}
