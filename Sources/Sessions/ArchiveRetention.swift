import Foundation
import Market

/// Which of the journals that were put away are still kept.
enum ArchiveRetention {
    /// Removes the archives that ended more than `keep` before `now`. An archive ended when the one after it began. What
    /// cannot be removed keeps no session from starting.
    /// - Returns: what was done, oldest first, in words for the journal.
    static func prune(_ files: StateFiles, keep: Interval, at now: Timestamp) -> [String] {
        let names: [String]
        do { names = try StateFolder.names(in: files.folder) } catch { return ["\(error)"] }
        let archives = names.compactMap { name -> (name: String, begun: Int64)? in
            guard name.hasPrefix("journal-"), let begun = Int64(name.dropFirst(8)) else { return nil }
            return (name, begun)
        }.sorted { $0.begun < $1.begun }
        // The newest ends only now.
        return zip(archives, archives.dropFirst()).prefix { _, next in now - Timestamp(seconds: next.begun) > keep }
            .map { archive, _ in
                let path = files.folder + "/" + archive.name
                return unlink(path) == 0
                    ? "\(archive.name) was removed" : StateError.system("cannot remove", path).description
            }
    }
}
