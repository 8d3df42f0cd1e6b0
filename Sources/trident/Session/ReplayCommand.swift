import ArgumentParser
import Foundation
import Journal
import Market
import Reports
import Sessions

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Feed a journal through the core again and compare every answer.",
        discussion: """
            Ends with 0 only if the chain of hashes holds and every order and every note is byte-identical to the recorded \
            one. A running session may go on meanwhile.
            """)

    @Argument(help: ArgumentHelp("A journal, or the state folder it is in.", valueName: "journal"))
    var journal: String
    @Option(help: "text or json") var format: Format = .text
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = try Self.path(journal)
        let findings: Replay.Findings
        do {
            findings = try Replay.run(try Self.bytes(path), SessionParts.ofJournal)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
        switch format {
        case .text: Terminal.result(Self.text(findings))
        case .json: Terminal.result(Self.json(findings).pretty)
        }
    }

    static func path(_ journal: String) throws(CommandFailure) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: journal, isDirectory: &isFolder) else {
            throw CommandFailure("\(journal): no such journal; a session's is in its state folder", code: .badInput)
        }
        return isFolder.boolValue ? StateFiles(journal).journal : journal
    }

    static func bytes(_ path: String) throws(CommandFailure) -> [UInt8] {
        do {
            let bytes = try JournalFile.contents(path)
            guard !bytes.isEmpty else { throw StateError("\(path): the journal is empty") }
            return bytes
        } catch {
            throw CommandFailure("\(error)", code: .badInput)
        }
    }

    private static func text(_ findings: Replay.Findings) -> String {
        var lines = [
            "records      \(findings.records) in \(findings.sessions) sessions",
            "events       \(findings.events)", "answers      \(findings.outcomes), every byte the same",
            "commands     \(findings.commands)",
            "trades       \(findings.trades), net \(findings.net), funding beside them \(findings.unattributedFunding)",
        ]
        if let first = findings.first, let last = findings.last { lines.append("span         \(first) to \(last)") }
        if findings.redacted > 0 { lines.append("redacted     \(findings.redacted)") }
        if case .torn(let bytes) = findings.tail {
            lines.append("torn tail    \(bytes) bytes, not part of the journal")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func json(_ findings: Replay.Findings) -> JSON {
        let torn =
            switch findings.tail {
            case .clean: 0
            case .torn(let bytes): bytes
            }
        return .object([
            ("schema", .string("trident.replay/1")), ("identical", .bool(true)),
            ("records", .integer(findings.records)), ("sessions", .integer(findings.sessions)),
            ("events", .integer(findings.events)), ("answers", .integer(findings.outcomes)),
            ("commands", .integer(findings.commands)),
            ("trades", .integer(findings.trades)), ("net", .string(findings.net.description)),
            ("unattributed_funding", .string(findings.unattributedFunding.description)),
            ("redacted", .integer(findings.redacted)),
            ("torn_bytes", .integer(torn)),
            ("first", findings.first.map { .string($0.description) } ?? .null),
            ("last", findings.last.map { .string($0.description) } ?? .null),
        ])
    }
}
