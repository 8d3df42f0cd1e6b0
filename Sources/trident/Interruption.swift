import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: leave with code 4, but never in the middle of writing a file.
enum Interruption {
    private static let writing = Mutex(())
    /// Who wants to hear of the next one instead of ending at once.
    private static let waiter = Mutex<AsyncStream<Void>.Continuation?>(nil)

    static func install() {
        // A closed pipe is reported by the write itself.
        signal(SIGPIPE, SIG_IGN)
        // So is a file that may grow no further.
        signal(SIGXFSZ, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                let waiting = waiter.withLock { waiter in
                    defer { waiter = nil }
                    return waiter
                }
                if let waiting { return waiting.finish() }
                writing.withLock { _ in
                    Terminal.line("\ninterrupted")
                    exit(Code.interrupted.rawValue)
                }
            }
            source.resume()
            // It lives as long as the process.
            _ = Unmanaged.passRetained(source as AnyObject)
        }
    }

    /// Ends when Ctrl-C or SIGTERM comes, which then does no more than that; the one after it ends the process as usual.
    static func next() -> Task<Void, Never> {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        waiter.withLock { $0 = continuation }
        return Task { for await _ in stream {} }
    }

    /// As `next`, to be looked at.
    static func nextAsSign() -> Sign {
        let sign = Sign()
        let task = next()
        Task {
            await task.value
            sign.raise()
        }
        return sign
    }

    /// Whether an interruption came.
    final class Sign: Sendable {
        private let state = Mutex(false)

        var isUp: Bool { state.withLock { $0 } }

        fileprivate func raise() { state.withLock { $0 = true } }
    }

    /// Runs `body` to its end before any interruption takes effect.
    static func deferred<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try writing.withLock { _ throws(Failure) in try body() }
    }
}
