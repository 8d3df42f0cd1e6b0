import ArgumentParser
import Foundation
import Journal
import Sessions

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Prove journals, and take content out of them.",
        subcommands: [List.self, Verify.self, Redact.self])

    func run() throws { throw CommandFailure.noSubcommand(Self.self) }

    /// The journals in a session's folder, oldest first.
    static func names(_ files: StateFiles) throws(CommandFailure) -> [String] {
        do {
            let names = try StateFolder.names(in: files.folder)
            let archives = names.filter { $0.hasPrefix("journal-") && Int64($0.dropFirst(8)) != nil }
            return archives.sorted { ($0.count, $0) < ($1.count, $1) } + names.filter { $0 == "journal" }
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every journal of the sessions, with its size.")
        @OptionGroup var place: FolderOptions

        func run() throws {
            for files in try place.folders() {
                for name in try JournalCommand.names(files) {
                    let path = files.folder + "/" + name
                    Terminal.result("\(path)  \(try JournalFile.contents(path).count) bytes\n")
                }
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prove the chain of hashes of every journal; names file, record and byte of what is broken.",
            discussion: "Plays nothing; `trident replay` compares every answer too. A session may go on meanwhile.")
        @OptionGroup var place: FolderOptions

        func run() throws {
            var broken: [String] = []
            for files in try place.folders() {
                for name in try JournalCommand.names(files) {
                    let path = files.folder + "/" + name
                    do {
                        Terminal.result("\(path): \(try Self.proof(of: try JournalFile.contents(path)))\n")
                    } catch {
                        broken.append("\(path): \(error)")
                    }
                }
            }
            guard broken.isEmpty else { throw CommandFailure(broken.joined(separator: "\n")) }
        }

        private static func proof(of bytes: [UInt8]) throws -> String {
            var reader = try JournalReader(bytes)
            var redacted = 0
            while let record = try reader.next() {
                if case .redacted = record { redacted += 1 }
            }
            let head = JournalWriter(after: reader).head
            let taken = redacted > 0 ? ", \(redacted) of them redacted" : ""
            let tail =
                switch reader.tail {
                case .clean: ""
                case .torn(let bytes): ", then \(bytes) bytes that were not written to their end"
                }
            return "\(reader.count) records\(taken), chain at \(head)\(tail)"
        }
    }

    struct Redact: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the content of records out of a journal; its chain of hashes still holds.",
            discussion: """
                Of the journal that the next start goes on from only remarks can be taken out. A journal that was put away \
                cannot be replayed any more behind the first event that is missing, and the paper gate counts no journal \
                with a redacted record. There is no way back: keep a copy if you may need it. Refused while a session runs.
                """)
        @Option(help: ArgumentHelp("Which journal of the folder.", valueName: "name")) var journal = "journal"
        @Option(help: ArgumentHelp("Numbers of the first and last record, from 1 on: 17-20.", valueName: "range"))
        var records: String?
        @Option(help: ArgumentHelp("All remarks that contain this.", valueName: "text")) var containing: String?
        @OptionGroup var place: FolderOptions

        func run() throws {
            let chosen = try choice()
            let folder = try SessionRun.take(try place.folder().folder)
            do {
                let taken = try JournalRedaction.redact(journal, in: folder, chosen: chosen)
                guard !taken.isEmpty else { throw CommandFailure("no record was chosen; nothing was changed") }
                for (record, kind) in taken { Terminal.result("record \(record): \(kind) taken out\n") }
                if let first = taken.first(where: { $0.kind == .event }) {
                    Terminal.notice("this journal cannot be replayed from record \(first.record) on")
                }
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                throw CommandFailure("\(folder.path)/\(journal): \(error)", code: .refused)
            }
        }

        private func choice() throws(CommandFailure) -> (Int, JournalRecord) -> Bool {
            switch (records, containing) {
            case (let text?, nil):
                let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
                guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, 1 <= first,
                    first <= last
                else { throw CommandFailure("--records '\(text)': say 17 or 17-20", code: .badInput) }
                return { number, _ in first <= number && number <= last }
            case (nil, let text?) where !text.isEmpty:
                return { _, record in
                    guard case .remark(_, let name, let detail) = record else { return false }
                    return name.contains(text) || detail.contains(text)
                }
            case (nil, _), (.some, .some):
                throw CommandFailure("say which records: either --records or --containing", code: .badInput)
            }
        }
    }
}
