import Foundation
public import Journal

/// Takes content out of a journal on disk. The caller holds the folder.
public enum JournalRedaction {
    /// Writes the redacted journal beside the file and puts it in its place.
    ///
    /// In the journal that the next start goes on from only remarks can be taken out; in one that was put away also events
    /// and answers, and then it cannot be played any more behind the first event that is missing.
    /// - Returns: what was taken out; the file is untouched when that is nothing.
    public static func redact(
        _ name: String, in folder: StateFolder, chosen: (Int, JournalRecord) -> Bool
    ) throws -> [(record: Int, kind: RedactedContent.Kind)] {
        let path = folder.path + "/" + name
        let isCurrent = path == folder.files.journal
        guard isCurrent || name.hasPrefix("journal-"), !name.contains("/") else {
            throw StateError("\(name) is no journal of \(folder.path)")
        }
        let bytes = try JournalFile.contents(path)
        guard !bytes.isEmpty else { throw StateError("\(path): no such journal, or an empty one") }
        let redacted = try RedactedJournal(bytes, chosen: chosen)
        guard !redacted.taken.isEmpty else { return [] }
        if isCurrent, let played = redacted.taken.first(where: { $0.kind != .remark }) {
            throw StateError(
                "record \(played.record) is no remark: the next session goes on from this journal and needs it; put the "
                    + "journal away first, which a start with other settings does when nothing is held")
        }
        // Never taken for an archive, should the program die before it is renamed.
        try replace(path, by: folder.path + "/redacting", with: redacted.bytes)
        return redacted.taken
    }

    private static func replace(_ path: String, by beside: String, with bytes: [UInt8]) throws(StateError) {
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot open", beside) }
        defer { close(descriptor) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, off_t(done))
            }
            guard count > 0 else { throw .system("cannot write", beside) }
            done += count
        }
        guard fsync(descriptor) == 0 else { throw .system("cannot sync", beside) }
        guard rename(beside, path) == 0 else { throw .system("cannot replace", path) }
        try sync(folderOf: path)
    }

    /// A rename is on the disk only when its folder is: without it a crash could bring back what was taken out.
    private static func sync(folderOf path: String) throws(StateError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("cannot sync", folder) }
    }
}
