import ArgumentParser
import CandleFiles
import Market
import Reports

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Fetch, import, list and check market data.",
        subcommands: [Download.self, Import.self, Archive.self, List.self, Verify.self])

    func run() throws { throw CommandFailure.noSubcommand(Self.self) }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a data folder holds, as what each file was recognised, and what was not.")

        @Option(help: ArgumentHelp("Folder with data files.", valueName: "folder")) var data: String
        @Option(help: "text or json") var format: Format = .text

        func run() throws {
            let folder = try opened(data, mayBeEmpty: true)
            if format == .text || folder.files.isEmpty {
                for other in folder.unrecognised { Terminal.notice("\(other.path): not recognised: \(other.reason)") }
            }
            guard !folder.files.isEmpty else { throw CommandFailure.input(DataDirectory.nothing(in: data)) }
            switch format {
            case .text:
                for file in folder.files {
                    let name = file.name
                    let quote = name.quote == "USD" ? "" : " (\(name.quote) quotes, read as USD)"
                    Terminal.result(
                        "\(name.pair)  \(name.kind.rawValue)  \(name.timeframe?.name ?? "?")  \(name.venue ?? "-")  "
                            + "\(file.path)\(quote)\n")
                }
            case .json:
                let files = folder.files.map { file in
                    JSON.object([
                        ("path", .string(file.path)), ("symbol", .string(file.name.pair.description)),
                        ("quote", .string(file.name.quote)), ("kind", .string(file.name.kind.rawValue)),
                        ("timeframe", file.name.timeframe.map { .string($0.name) } ?? .null),
                        ("venue", file.name.venue.map { .string($0) } ?? .null), ("bytes", .integer(file.bytes)),
                    ])
                }
                Terminal.result(
                    JSON.object([
                        ("schema", .string("trident.data/1")), ("files", .array(files)),
                        ("unrecognised", .array(folder.unrecognised.map { .string($0.path) })),
                        (
                            "unrecognised_reasons",
                            .object(folder.unrecognised.map { ($0.path, .string($0.reason)) })
                        ),
                    ]).pretty)
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads every file of a data folder and reports gaps, duplicates, disorder and bad bars.")

        @Option(help: ArgumentHelp("Folder with data files.", valueName: "folder")) var data: String
        @OptionGroup var output: OutputOptions

        func run() throws {
            let folder = try opened(data)
            var failures: [CandleFileError] = []
            var progress = Progress("reading", quiet: output.quiet)
            for (index, file) in folder.files.enumerated() {
                progress.update(done: index, of: folder.files.count)
                do {
                    let report = try report(on: file)
                    progress.finish()
                    Terminal.result(report)
                } catch {
                    progress.finish()
                    failures.append(error)
                }
            }
            guard let last = failures.popLast() else { return }
            for failure in failures { Terminal.error("\(failure)") }
            throw CommandFailure.input(last)
        }

        private func report(on file: DataDirectory.File) throws(CandleFileError) -> String {
            guard file.name.kind != .funding else {
                let rows = try CandleFile.readFunding(path: file.path)
                return "\(file.path): \(rows.count) settlements\n"
            }
            let series = try CandleFile.read(path: file.path)
            guard let audit = CandleAudit(series) else { throw .empty(path: file.path) }
            var text =
                "\(file.path): \(audit.rows) \(audit.timeframe) bars, \(audit.first) to \(audit.last), "
                + "\(audit.gaps.count) gaps (\(audit.missingBars) bars missing), \(audit.zeroVolume) without volume\n"
            if output.verbose {
                for gap in audit.gaps { text += "  gap from \(gap.start): \(gap.bars) bars\n" }
            } else if let longest = audit.longestGap {
                text += "  longest gap from \(longest.start): \(longest.bars) bars\n"
            }
            return text
        }
    }

    private static func opened(_ path: String, mayBeEmpty: Bool = false) throws -> DataDirectory {
        do {
            return try DataDirectory(scanning: path, mayBeEmpty: mayBeEmpty)
        } catch {
            throw CommandFailure.input(error)
        }
    }
}
