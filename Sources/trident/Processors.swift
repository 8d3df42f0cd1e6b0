import Dispatch
import Foundation
import Research
import Synchronization

/// All processors of the machine.
struct Processors: Workforce {
    func map<Answer: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (Int) -> Answer, finished: (Int) -> Void
    ) -> [Answer] {
        let bench = Bench<Answer>(count)
        let oneIsDone = DispatchSemaphore(value: 0)
        for _ in 0..<min(count, ProcessInfo.processInfo.activeProcessorCount) {
            DispatchQueue.global().async {
                while let number = bench.next() {
                    bench.put(work(number), at: number)
                    oneIsDone.signal()
                }
            }
        }
        for done in 0..<count {
            oneIsDone.wait()
            finished(done + 1)
        }
        return bench.answers
    }
}

/// What is to be done and what came of it.
private final class Bench<Answer: Sendable>: Sendable {
    private let count: Int
    private let state: Mutex<(next: Int, answers: [Int: Answer])> = Mutex((0, [:]))

    init(_ count: Int) { self.count = count }

    func next() -> Int? {
        state.withLock { state in
            guard state.next < count else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func put(_ answer: Answer, at number: Int) { state.withLock { $0.answers[number] = answer } }

    /// In order of number.
    var answers: [Answer] { state.withLock { state in (0..<count).compactMap { state.answers[$0] } } }
}
