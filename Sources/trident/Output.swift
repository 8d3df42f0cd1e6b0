import CandleFiles

/// Files that a command writes: checked before the work begins, written whole or not at all.
enum Output {
    /// Bad input when nothing can be written to `folder`. Nothing is left there.
    static func check(_ folder: String) throws(CommandFailure) {
        do {
            try Interruption.deferred { () throws(OutputFolder.Failure) in try OutputFolder.check(folder) }
        } catch {
            throw CommandFailure.input(error)
        }
    }

    static func write(_ files: [(name: String, content: String)], to folder: String) throws(CommandFailure) {
        do {
            try Interruption.deferred { () throws(OutputFolder.Failure) in try OutputFolder.write(files, to: folder) }
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
