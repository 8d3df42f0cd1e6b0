import Dispatch
import Foundation
import Synchronization

/// A ring of blocks that one thread fills from a file and another one empties.
///
/// Unchecked: the two threads never have the same block. The semaphores hand each block over, with everything written
/// before.
final class BlocksAhead: @unchecked Sendable {
    private static let count = 4
    private static let size = 1 << 18

    private let file: GzipFile
    private let bytes: UnsafeMutableRawBufferPointer
    /// Of each block, how much of it is filled or why not.
    private let outcomes: UnsafeMutableBufferPointer<Result<Int, CandleFileError>>
    private let filled = DispatchSemaphore(value: 0)
    private let free = DispatchSemaphore(value: 0)
    private let isCancelled = Atomic(false)
    /// The number of the block that was handed out last; of the reading thread.
    private var current = -1

    /// Begins to read `file`, which nothing else may read from now on.
    init(of file: GzipFile) {
        self.file = file
        bytes = .allocate(byteCount: Self.count * Self.size, alignment: 64)
        outcomes = .allocate(capacity: Self.count)
        outcomes.initialize(repeating: .success(0))
        for _ in 0..<Self.count { free.signal() }
        Thread.detachNewThread { self.fill() }
    }

    deinit {
        bytes.deallocate()
        outcomes.deinitialize()
        outcomes.deallocate()
    }

    /// Lets the thread end before the file does.
    func cancel() {
        isCancelled.store(true, ordering: .releasing)
        free.signal()
    }

    /// The next block, valid until the next call; empty at the end of the file. Not to be called after an end or an
    /// error.
    func next() throws(CandleFileError) -> UnsafeRawBufferPointer {
        if current >= 0 { free.signal() }
        current = (current + 1) % Self.count
        filled.wait()
        return UnsafeRawBufferPointer(rebasing: block(current)[..<(try outcomes[current].get())])
    }

    private func fill() {
        var number = 0
        while true {
            free.wait()
            guard !isCancelled.load(ordering: .acquiring) else { return }
            let outcome = Result { () throws(CandleFileError) in try file.read(into: block(number)) }
            outcomes[number] = outcome
            filled.signal()
            switch outcome {
            case .success(0), .failure: return
            case .success: number = (number + 1) % Self.count
            }
        }
    }

    private func block(_ number: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: bytes[(number * Self.size)..<((number + 1) * Self.size)])
    }
}
