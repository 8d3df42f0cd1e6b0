import Foundation

/// What people read: everything but results goes to stderr, colour only to a terminal and never against NO_COLOR.
enum Terminal {
    static let isInteractive = isatty(STDERR_FILENO) == 1
    private static let stdoutIsTerminal = isatty(STDOUT_FILENO) == 1
    private static let wantsColour = (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty

    static func line(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    static func error(_ text: String) {
        line((isInteractive && wantsColour ? "\u{1B}[31merror:\u{1B}[0m " : "error: ") + text)
    }

    static func notice(_ text: String) {
        line((isInteractive && wantsColour ? "\u{1B}[33mnotice:\u{1B}[0m " : "notice: ") + text)
    }

    /// A result, to stdout.
    static func result(_ text: String) { write(text, to: STDOUT_FILENO) }

    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case bold = "1"
        case dim = "2"
    }

    /// `text` in `colour` where stdout is a terminal that may be coloured.
    static func coloured(_ text: String, _ colour: Colour) -> String {
        stdoutIsTerminal && wantsColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Overwrites the last line of the terminal.
    static func status(_ text: String) { write("\r\u{1B}[2K" + text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        let problem: Int32 = text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
                if count >= 0 {
                    offset += count
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
        guard problem != 0 else { return }
        // After a closed pipe, as in `trident ... | head`, there is nobody left to tell.
        if problem != EPIPE, descriptor != STDERR_FILENO {
            error("the result cannot be written: \(String(cString: strerror(problem)))")
        }
        exit(Code.failed.rawValue)
    }
}

/// A progress bar on a terminal; silent elsewhere.
struct Progress {
    private let name: String
    private let isShown: Bool
    private let started = ContinuousClock.now
    private var lastShown = ContinuousClock.now

    init(_ name: String, quiet: Bool) {
        self.name = name
        isShown = Terminal.isInteractive && !quiet
    }

    /// Shows how far the work is, at most ten times a second.
    mutating func update(done: Int, of total: Int) {
        guard isShown, total > 0 else { return }
        let now = ContinuousClock.now
        guard done == total || now - lastShown > .milliseconds(100) else { return }
        lastShown = now
        let share = Double(done) / Double(total)
        let filled = Int(share * 30)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        let seconds = Double((now - started).components.attoseconds) / 1e18 + Double((now - started).components.seconds)
        let left = share > 0.01 ? String(format: ", %.0f s left", seconds / share - seconds) : ""
        Terminal.status(String(format: "\(name) \(bar) %3.0f %%\(left)", share * 100))
    }

    func finish() { if isShown { Terminal.status("") } }
}
