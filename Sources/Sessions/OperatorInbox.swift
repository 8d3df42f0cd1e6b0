import Foundation
public import Operations

/// Orders of the operator to a running session: one small file each, written whole beside and renamed into the folder.
public enum OperatorInbox {
    /// An order that was left.
    public struct Order {
        fileprivate let path: String

        /// Not taken yet.
        public var isWaiting: Bool { access(path, F_OK) == 0 }

        /// Takes it back; false when it was taken.
        public func withdraw() -> Bool { unlink(path) == 0 }
    }

    /// Leaves an order for the session that holds the folder.
    @discardableResult
    public static func leave(_ intent: OperatorIntent, in folder: String) throws(StateError) -> Order {
        // As many digits always, so that names sort by time.
        let time = String(UInt64(Date().timeIntervalSince1970 * 1e9))
        let name = String(repeating: "0", count: max(0, 20 - time.count)) + time + "-\(getpid())"
        let path = folder + "/operator/" + name
        let text = lines(intent).joined(separator: "\n") + "\n"
        let descriptor = open(path + ".part", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot write", path) }
        defer { close(descriptor) }
        guard write(descriptor, text, text.utf8.count) == text.utf8.count, fsync(descriptor) == 0,
            rename(path + ".part", path + ".order") == 0
        else { throw .system("cannot write", path) }
        return Order(path: path + ".order")
    }

    /// Takes what was left, oldest first. Files that say nothing known are put aside.
    public static func take(_ folder: String) -> [OperatorIntent] {
        guard let directory = opendir(folder) else { return [] }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".order") { names.append(name) }
        }
        closedir(directory)
        return names.sorted().compactMap { name in
            let path = folder + "/" + name
            guard let data = FileManager.default.contents(atPath: path) else { return nil }
            let parts = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            guard let intent = intent(parts.map(String.init)) else {
                rename(path, path + ".unreadable")
                return nil
            }
            unlink(path)
            return intent
        }
    }

    private static func lines(_ intent: OperatorIntent) -> [String] {
        func one(_ text: String) -> String { text.replacingOccurrences(of: "\n", with: " ") }
        switch intent {
        case .halt(let reason): return ["halt", one(reason)]
        case .flatten(let reason): return ["flatten", one(reason)]
        case .release(let name, let reason): return ["release", one(name), one(reason)]
        case .reconcile: return ["reconcile"]
        }
    }

    private static func intent(_ lines: [String]) -> OperatorIntent? {
        switch lines.first {
        case "halt" where lines.count >= 2: .halt(reason: lines[1])
        case "flatten" where lines.count >= 2: .flatten(reason: lines[1])
        case "release" where lines.count >= 3: .release(operatorName: lines[1], reason: lines[2])
        case "reconcile": .reconcile
        default: nil
        }
    }
}
