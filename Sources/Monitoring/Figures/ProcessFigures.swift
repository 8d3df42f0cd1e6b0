import Foundation

/// What the system says of this process, under the names that Prometheus's own clients use.
public enum ProcessFigures {
    public struct Figure: Hashable, Sendable {
        public let name: String
        public let help: String
        public let value: Double
        /// A counter rather than a gauge.
        public let grows: Bool

        public init(_ name: String, _ help: String, _ value: Double, grows: Bool = false) {
            self.name = name
            self.help = help
            self.value = value
            self.grows = grows
        }
    }

    /// Those that can be read here: all of them on Linux.
    public static func now() -> [Figure] {
        var figures: [Figure] = []
        if let status = text("/proc/self/stat"), let read = ProcessStatus(status) {
            figures.append(
                Figure("process_cpu_seconds_total", "Processor time, user and system.", read.cpuSeconds, grows: true))
            figures.append(Figure("process_threads", "Threads.", Double(read.threads)))
            figures.append(
                Figure(
                    "process_resident_memory_bytes", "Memory in use.", Double(read.residentPages * Int(getpagesize()))))
        }
        if let open = descriptors() { figures.append(Figure("process_open_fds", "Open descriptors.", Double(open))) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.append(Figure("process_max_fds", "Descriptors that may be open.", Double(limit.rlim_cur)))
        }
        return figures
    }

    private static func text(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    private static func descriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not itself, and not the folder and its parent.
        return count - 3
    }
}

/// `/proc/self/stat`, proc(5).
struct ProcessStatus: Equatable {
    let cpuSeconds: Double
    let threads: Int
    let residentPages: Int

    init?(_ text: String) {
        // The name in parentheses may hold blanks and parentheses: the fields after it are counted from the last one.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let threads = Int(fields[17]), let pages = Int(fields[21])
        else { return nil }
        cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        self.threads = threads
        residentPages = pages
    }
}
