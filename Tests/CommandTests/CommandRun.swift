import Foundation
import Testing

/// What one run of the real program left behind.
struct CommandRun {
    let code: Int32
    let stdout: String
    let stderr: String

    /// Runs `trident` in `folder` to its end.
    init(_ arguments: [String], in folder: Workspace, environment: [String: String] = [:]) throws {
        try self.init(program: Self.trident, arguments, in: folder, environment: environment)
    }

    /// A shell script that runs the program as `"$0"`, for what only a shell can arrange.
    init(shell script: String, _ arguments: [String] = [], in folder: Workspace) throws {
        try self.init(
            program: URL(filePath: "/bin/sh"), ["-c", script, Self.trident.path] + arguments, in: folder,
            environment: [:])
    }

    private init(
        program: URL, _ arguments: [String], in folder: Workspace, environment: [String: String]
    ) throws {
        // Files rather than pipes: no run can wait for a reader.
        let streams = try Workspace()
        let paths = [streams.path + "/out", streams.path + "/err"]
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = Self.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        for path in paths { try Data().write(to: URL(filePath: path)) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: paths[0]))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: paths[1]))
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationReason == .exit, "ended by signal \(process.terminationStatus)")
        code = process.terminationStatus
        stdout = try String(contentsOfFile: paths[0], encoding: .utf8)
        stderr = try String(contentsOfFile: paths[1], encoding: .utf8)
    }

    /// The program stands beside the bundle of tests.
    static let trident: URL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "trident")

    /// The tester's own, without what would change the program's ways.
    static let environment = ProcessInfo.processInfo.environment.filter {
        $0.key != "NO_COLOR" && !$0.key.hasPrefix("KRAKEN") && !$0.key.hasPrefix("TRIDENT")
    }

    /// Refused in one clear line: nothing on stdout, one `error:` line that ends stderr, before it notices at most.
    func expectRefusal(
        _ expected: Int32 = 2, saying texts: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(code == expected, sourceLocation: sourceLocation)
        #expect(stdout.isEmpty, sourceLocation: sourceLocation)
        let lines = stderr.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.last?.hasPrefix("error: ") == true, "\(stderr)", sourceLocation: sourceLocation)
        #expect(lines.dropLast().allSatisfy { $0.hasPrefix("notice: ") }, "\(stderr)", sourceLocation: sourceLocation)
        for text in texts { #expect(stderr.contains(text), "\(stderr)", sourceLocation: sourceLocation) }
    }
}

/// A folder that is gone after the test.
final class Workspace: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "trident-command-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes `text` to `name`, with the folders above it.
    func write(_ text: String, to name: String) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Everything in the folder: paths with their bytes, folders with none.
    func contents() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            found[name] = FileManager.default.contents(atPath: path + "/" + name) ?? Data()
        }
        return found
    }

    /// Quarter-hour candles around 100 from 2024-01-01, with `change` made to the rows.
    static func candles(_ count: Int = 400, _ change: (inout [String]) -> Void = { _ in }) -> String {
        var rows = (0..<count).map { index in
            let level = 100 + (index / 7) % 5
            return "\(1_704_067_200 + 900 * index),\(level),\(level + 2),\(level - 2),\(level + 1),\(5 + index % 3)"
        }
        change(&rows)
        return "timestamp,open,high,low,close,volume\n" + rows.joined(separator: "\n") + "\n"
    }
}
