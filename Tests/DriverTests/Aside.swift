import Foundation

/// Runs what waits on a thread of its own, so that it takes none from the tasks that it waits for.
enum Aside {
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async -> Result<Value, any Error> {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: Result { try body() }) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }
}
