import Foundation

/// Where the figures come from. They mean nothing without it.
enum Machine {
    static var description: String {
        "\(processor), \(ProcessInfo.processInfo.activeProcessorCount) processors, load \(load), \(build) build"
    }

    private static var processor: String {
        line(of: "/proc/cpuinfo", startingWith: "model name").flatMap { $0.split(separator: ":").last }
            .map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    private static var load: String {
        text(of: "/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
    }

    private static var build: String {
        #if DEBUG
            "DEBUG (figures are void)"
        #else
            "release"
        #endif
    }

    /// Resident memory of this process now and at most since `forgetPeak`, in bytes; zero where it cannot be told.
    static var resident: Double { kilobytes("VmRSS:") }
    static var peak: Double { kilobytes("VmHWM:") }

    static func forgetPeak() {
        guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return }
        file.write(Data("5".utf8))
    }

    private static func kilobytes(_ key: String) -> Double {
        let words = line(of: "/proc/self/status", startingWith: key)?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count > 1 ? (Double(words[1]) ?? 0) * 1024 : 0
    }

    private static func text(of path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private static func line(of path: String, startingWith key: String) -> String? {
        text(of: path).split(separator: "\n").first { $0.hasPrefix(key) }.map(String.init)
    }
}
