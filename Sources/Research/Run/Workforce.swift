/// Does work that does not depend on each other, perhaps at the same time. The core has no threads of its own: who runs
/// it may lend it some.
public protocol Workforce: Sendable {
    /// Calls `work` once with each number below `count`, in any order and perhaps at the same time, and answers in order
    /// of number. `finished` is called in between, one call at a time, with how many are done.
    func map<Answer: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (Int) -> Answer, finished: (Int) -> Void
    ) -> [Answer]
}

/// One piece of work after another.
public struct OneByOne: Workforce {
    public init() {}

    public func map<Answer: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (Int) -> Answer, finished: (Int) -> Void
    ) -> [Answer] {
        (0..<count).map { number in
            let answer = work(number)
            finished(number + 1)
            return answer
        }
    }
}
