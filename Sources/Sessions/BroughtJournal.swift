import Foundation
import Journal
import Market
import Operations
import Trading

/// The journal of a session's folder, ready to be gone on with. One that has grown long, or was written with other
/// settings, is put away when its trader is at rest, and a new one begins with what must not be forgotten.
struct BroughtJournal {
    let journal: JournalFile
    /// What to go on from; nil for a new journal.
    let recovered: Runtime.Recovered?
    /// From the journal that was put away.
    let carried: Carryover?
    /// Which journal the new one continues.
    let note: String?
    /// What became of old archives when the journal was put away.
    let removed: [String]

    /// Beyond this a start would take long: so many bytes play in well under a second.
    static let longest = 16 * 1024 * 1024

    init(
        _ files: StateFiles, for header: JournalHeader, _ maker: @escaping TraderMaker.ForHeader,
        _ witness: SessionProgram.Witness?, keepArchives: Interval? = nil
    ) throws {
        var past = Past(maker)
        let old = try JournalFile(files.journal) { record in
            let outcome = try past.take(record)
            witness?(record, outcome)
        }
        let differences = past.differences(from: header)
        guard !differences.isEmpty || old.length > Self.longest else {
            journal = old
            recovered = past.recovered
            carried = nil
            note = nil
            removed = []
            return
        }
        guard past.trader == nil || past.carryover != nil else {
            guard !differences.isEmpty else {
                journal = old
                recovered = past.recovered
                carried = nil
                note = nil
                removed = []
                return
            }
            throw StateError(
                "the journal in \(files.folder) was written with other settings, and something is held or ordered; start with "
                    + "those settings until nothing is:\n  " + differences.joined(separator: "\n  "))
        }
        let archive = files.archive(past.header?.opened ?? header.opened)
        guard access(archive, F_OK) != 0 else { throw StateError("\(archive) is in the way; move it elsewhere") }
        guard rename(files.journal, archive) == 0 else { throw StateError.system("cannot put away", files.journal) }
        journal = try JournalFile(files.journal) { _ in }
        recovered = nil
        carried = past.carryover
        note = "\(archive) with its chain at \(old.head)"
        removed = keepArchives.map { ArchiveRetention.prune(files, keep: $0, at: header.opened) } ?? []
    }
}
