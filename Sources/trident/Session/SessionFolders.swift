import ArgumentParser
import Foundation
import Journal
import Sessions
import TridentConfiguration

/// The state folders that a command looks at.
struct FolderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("State folder of one session. Default: all that are there.", valueName: "folder"))
    var state: String?
    @OptionGroup var source: ConfigurationOptions

    /// In order of their names; never empty.
    func folders() throws -> [StateFiles] {
        if let state {
            guard Self.isSession(state) else {
                throw CommandFailure("\(state): no session has kept its state here", code: .badInput)
            }
            return [StateFiles(state)]
        }
        let root = try source.settings()[SessionSettings.state]
        let names: [String]
        do { names = try StateFolder.names(in: root) } catch { throw CommandFailure("\(error)") }
        let folders = names.map { root + "/" + $0 }.filter(Self.isSession)
        guard !folders.isEmpty else {
            throw CommandFailure(
                "no session has kept its state in '\(root)'; start one with `trident paper` or `trident live`, or name its "
                    + "folder with --state")
        }
        return folders.map(StateFiles.init)
    }

    /// The one session that is meant.
    func folder() throws -> StateFiles {
        let all = try folders()
        guard all.count == 1 else {
            throw CommandFailure(
                "there are several sessions: \(all.map(\.folder).joined(separator: ", ")); name one with --state",
                code: .badInput)
        }
        return all[0]
    }

    private static func isSession(_ folder: String) -> Bool {
        let manager = FileManager.default
        return manager.fileExists(atPath: folder + "/safety") || manager.fileExists(atPath: folder + "/journal")
    }
}
