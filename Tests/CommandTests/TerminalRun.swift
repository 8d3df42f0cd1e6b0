import Foundation
import Testing

/// A run of the program on a terminal of its own.
struct TerminalRun {
    /// Everything that was shown, stdout and stderr.
    let screen: String
    let code: Int32

    /// - Parameters:
    ///   - cue: the text on the screen at which `signal` is sent.
    init(
        _ arguments: [String], in folder: Workspace, environment: [String: String] = [:], at cue: String? = nil,
        send signal: Int32 = SIGINT
    ) throws {
        // `openpty` is not offered to Swift: these are its steps, with Linux's TIOCSPTLCK and TIOCGPTN.
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(master >= 0)
        defer { close(master) }
        var (isLocked, number): (Int32, Int32) = (0, 0)
        try #require(ioctl(master, 0x4004_5431, &isLocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(slave >= 0)
        let terminal = FileHandle(fileDescriptor: slave)
        let process = Process()
        process.executableURL = CommandRun.trident
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = CommandRun.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = terminal
        process.standardError = terminal
        try process.run()
        // With our end closed the terminal ends with the program.
        close(slave)
        var shown: [UInt8] = []
        var isSignalled = cue == nil
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { break }
            shown += buffer[..<count]
            if !isSignalled, let cue, String(decoding: shown, as: UTF8.self).contains(cue) {
                isSignalled = true
                kill(process.processIdentifier, signal)
            }
        }
        process.waitUntilExit()
        try #require(process.terminationReason == .exit, "ended by signal \(process.terminationStatus)")
        screen = String(decoding: shown, as: UTF8.self)
        code = process.terminationStatus
    }
}
