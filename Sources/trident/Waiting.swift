import Dispatch
import Synchronization

/// Lets the main thread, which belongs to no pool, wait for work that is done with tasks.
enum Waiting {
    static func forResult<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        Task {
            let outcome: Result<Value, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        guard let outcome = result.withLock({ $0 }) else { throw CommandFailure("the work ended without a result") }
        return try outcome.get()
    }
}
