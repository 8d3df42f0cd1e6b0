import ArgumentParser
import CandleFiles
import Foundation
import Journal
import Market
import Reports
import Sessions
import Storage
import TridentConfiguration
import Wire

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "What sessions have left in their database.",
        discussion: """
            The store holds what journals say, as rows to be asked about; it can be made again from them at any time. Running \
            sessions fill it. See docs/storage.md.
            """,
        subcommands: [Status.self, Export.self, Verify.self, Rebuild.self], defaultSubcommand: Status.self)

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Rows of every table, by session.")
        @Option(help: "text or json") var format: Format = .text
        @OptionGroup var place: FolderOptions

        func run() throws {
            var all: [(String, Book, String?, [(StoreTable, Int)])] = []
            for files in try place.folders() {
                let store = try StorePlace(files, place)
                try asCommand { () throws(Storage.StoreError) in
                    for book in try store.store.books() where store.isMeant(book) {
                        let holder = try store.store.leaseHolder(of: book)
                        all.append((store.name, book, holder, try counts(store.store, book)))
                    }
                }
            }
            switch format {
            case .text:
                for (name, book, holder, counts) in all {
                    Terminal.result("\(book.mode) \(book.account) at \(book.venue), in \(name)\n")
                    Terminal.result("  run by     \(holder ?? "nobody")\n")
                    for (table, count) in counts {
                        Terminal.result(
                            "  " + table.name + String(repeating: " ", count: 11 - table.name.count) + "\(count)\n")
                    }
                }
            case .json:
                let books = all.map { name, book, holder, counts in
                    JSON.object([
                        ("mode", .string(book.mode)), ("account", .string(book.account)),
                        ("venue", .string(book.venue)), ("store", .string(name)),
                        ("holder", holder.map(JSON.string) ?? .null),
                        ("rows", .object(counts.map { ($0.name, .integer($1)) })),
                    ])
                }
                Terminal.result(
                    JSON.object([("schema", .string("trident.store/1")), ("books", .array(books))]).pretty)
            }
        }

        private func counts(
            _ store: any Store, _ book: Book
        ) throws(Storage.StoreError) -> [(StoreTable, Int)] {
            var counts: [(StoreTable, Int)] = []
            for table in StoreTable.allCases { counts.append((table, try store.count(of: table, book))) }
            return counts
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One table as CSV or JSON lines, amounts as decimals, times in UTC.")
        enum Form: String, ExpressibleByArgument, CaseIterable { case csv, jsonl }

        @Argument(help: "One of \(StoreTable.allCases.map(\.name).joined(separator: ", "))") var table: String
        @Option(help: "csv or jsonl") var format: Form = .csv
        @Option(help: ArgumentHelp("Rows from then on.", valueName: "time")) var from: String?
        @Option(help: ArgumentHelp("Rows before then.", valueName: "time")) var to: String?
        @OptionGroup var place: FolderOptions

        func run() throws {
            guard let table = StoreTable(rawValue: table) else {
                throw CommandFailure(
                    "no table '\(table)'; name one of \(StoreTable.allCases.map(\.name).joined(separator: ", "))",
                    code: .badInput)
            }
            let (from, until) = (try time(from, "--from"), try time(to, "--to"))
            let store = try StorePlace(try place.folder(), place)
            let columns = Array(table.columns.dropFirst())
            if format == .csv { Terminal.result(columns.map(\.name).joined(separator: ",") + "\n") }
            var rows: [[SQLValue]] = []
            try asCommand { () throws(Storage.StoreError) in
                for book in try store.store.books() where store.isMeant(book) {
                    rows += try store.store.rows(of: table, book, from: from, until: until, limit: nil)
                }
            }
            for row in rows { Terminal.result(line(columns, row) + "\n") }
        }

        private func line(_ columns: [Column], _ row: [SQLValue]) -> String {
            let texts = zip(columns, row).map { ($0, $0.shown($1)) }
            switch format {
            case .csv: return texts.map { Self.field($0.1 ?? "") }.joined(separator: ",")
            case .jsonl:
                return JSON.object(texts.map { ($0.name, $1.map(JSON.string) ?? .null) }).compact
            }
        }

        private static func field(_ text: String) -> String {
            guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
            return "\"" + text.replacing("\"", with: "\"\"") + "\""
        }

        private func time(_ text: String?, _ option: String) throws(CommandFailure) -> Timestamp? {
            guard let text else { return nil }
            guard let time = Timestamp(dateOrTime: text) else {
                throw CommandFailure(
                    "\(option) '\(text)' is no time; write 2026-01-31 or 2026-01-31T12:00:00Z", code: .badInput)
            }
            return time
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Play the journals again and compare every row.",
            discussion: "For sessions that do not run. Ends with 1 when a row differs, is missing or is too many.")
        @OptionGroup var place: FolderOptions

        func run() throws {
            for files in try place.folders() {
                let store = try StorePlace(files, place)
                let fresh = try StoreRebuild.scratch(files)
                let (count, behind) = try StoreComparison.run(store, with: fresh)
                let note = behind == 0 ? "" : "; \(behind) of the journals come at the next start of the session"
                Terminal.result("\(store.name): \(count) rows, each as the journals say\(note)\n")
            }
        }
    }

    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget what came from journals and make it again from them.",
            discussion: "For sessions that do not run. Alerts and gate records, which no journal holds, stay.")
        @OptionGroup var place: FolderOptions

        func run() throws {
            for files in try place.folders() {
                let held = try SessionRun.take(files.folder)
                let store = try StorePlace(held.files, place)
                let count = try StoreRebuild.run(files, into: store.store, clearing: true)
                Terminal.result("\(store.name): \(count) rows\n")
            }
        }
    }
}
