import Foundation
import Lifecycle
import Synchronization

/// Ctrl-C and SIGTERM: leave with code 4, but never in the middle of writing a file. A program that runs as a group of
/// services is asked to end instead.
enum Interruption {
    private struct Group {
        var heard = 0
        let again: @Sendable () -> Void
    }

    private static let writing = Mutex(())
    /// The services that run; nil when there are none.
    private static let group = Mutex<Group?>(nil)

    static func install() {
        // A closed pipe is reported by the write itself.
        signal(SIGPIPE, SIG_IGN)
        // So is a file that may grow no further.
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                switch heard() {
                case nil, .some(3...): leave()
                case .some(2): group.withLock { $0?.again }?()
                case .some: break
                }
            }
            source.resume()
            // It lives as long as the process.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
    }

    /// Which signal this is for the services that run; nil when there are none.
    private static func heard() -> Int? {
        group.withLock { group in
            group?.heard += 1
            return group?.heard
        }
    }

    /// Ends the process as an interruption does.
    static func leave() -> Never {
        writing.withLock { _ in
            Terminal.line("\ninterrupted")
            exit(Code.interrupted.rawValue)
        }
    }

    /// A group hears the first signal by itself, the second cancels it, and the third ends the process.
    static let signals = ProgramGroup.Signals(
        taken: { again in group.withLock { $0 = Group(again: again) } },
        givenBack: { group.withLock { $0 = nil } },
        giveUp: { leave() })

    /// Runs `body` to its end before any interruption takes effect.
    static func deferred<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try writing.withLock { _ throws(Failure) in try body() }
    }
}
