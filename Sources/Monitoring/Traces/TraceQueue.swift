import Market
import Notices
import Operations

/// Spans on their way out: gathered into batches, one batch at a time, tried again after a failure, bounded. A value;
/// time is given.
struct TraceQueue {
    struct Limits: Sendable {
        /// Spans that may wait, the batch that travels included.
        var waiting = 8_192
        /// Spans of one batch.
        var batch = 512
        /// How long the first span of a batch waits for others.
        var gather = Interval.seconds(2)
        /// After a failure, doubled with each that follows.
        var firstPause = Interval.seconds(1)
        var longestPause = Interval.seconds(60)
    }

    /// What people have to hear of it.
    struct Word: Hashable, Sendable {
        let severity: Alert.Severity
        let text: String
    }

    /// After so many failures in a row it is told.
    private static let tellAfter = 3

    private let limits: Limits
    private let place: String
    private var spans: [FinishedSpan] = []
    private var gatheredAt: Timestamp?
    private var travelling: Int?
    private var retryAt = Timestamp.distantPast
    private var pause: Interval
    private var failures = 0
    private var isTold = false
    private var isEnding = false
    private var lostUntold = 0
    private var words: [Word] = []
    /// Spans that were lost: too many, or not accepted.
    private(set) var lost = 0
    private(set) var delivered = 0

    /// - Parameter place: where they go, in words.
    init(to place: String, _ limits: Limits = Limits()) {
        self.place = place
        self.limits = limits
        pause = limits.firstPause
    }

    var isEmpty: Bool { spans.isEmpty }
    var waiting: Int { spans.count }

    mutating func add(_ more: [FinishedSpan], lostBefore: Int = 0, at now: Timestamp) {
        let room = max(0, limits.waiting - spans.count)
        spans.append(contentsOf: more.prefix(room))
        if gatheredAt == nil, !spans.isEmpty { gatheredAt = now }
        lose(max(0, more.count - room) + lostBefore)
    }

    private mutating func lose(_ count: Int) {
        guard count > 0 else { return }
        lost += count
        lostUntold += count
        tell("\(count) spans were lost: too many wait for \(place)")
    }

    /// Once until all is well again.
    private mutating func tell(_ text: String) {
        guard !isTold else { return }
        isTold = true
        words.append(Word(severity: .warning, text: text))
    }

    /// The batch that is to leave now, if any. One travels at a time.
    mutating func next(at now: Timestamp) -> [FinishedSpan]? {
        guard travelling == nil, !spans.isEmpty, now >= dueAt else { return nil }
        let count = min(limits.batch, spans.count)
        travelling = count
        return Array(spans.prefix(count))
    }

    private var dueAt: Timestamp {
        let isFull = isEnding || spans.count >= limits.batch
        return isFull ? retryAt : max(retryAt, (gatheredAt ?? .distantPast) + limits.gather)
    }

    /// When to ask again although nothing comes; nil when there is nothing to wait for.
    var nextDeadline: Timestamp? { travelling == nil && !spans.isEmpty ? dueAt : nil }

    /// - Parameter rejected: spans that the receiver took but did not keep.
    mutating func arrived(rejected: Int, at now: Timestamp) {
        let count = remove(at: now)
        delivered += count - min(count, rejected)
        if rejected > 0 {
            lost += rejected
            lostUntold += rejected
            tell("\(place) keeps \(rejected) spans of \(count) not")
        } else if isTold, spans.count < limits.waiting / 2 {
            isTold = false
            words.append(Word(severity: .info, text: "traces arrive again; \(lostUntold) spans were lost"))
            lostUntold = 0
        }
        failures = 0
        pause = limits.firstPause
    }

    mutating func failed(_ failure: DeliveryFailure, at now: Timestamp) {
        failures += 1
        switch failure {
        case .unavailable:
            travelling = nil
            retryAt = now + pause
            pause = min(Interval(nanoseconds: pause.nanoseconds * 2), limits.longestPause)
        case .throttled(let asked):
            travelling = nil
            retryAt = now + asked
        case .refused, .denied:
            // To be sent again is not for these, says OTLP.
            let count = remove(at: now)
            lost += count
            lostUntold += count
            return tell("\(count) spans were lost: \(place): \(failure.text)")
        }
        if failures >= Self.tellAfter { tell("traces do not arrive: \(place): \(failure.text); trying on") }
    }

    private mutating func remove(at now: Timestamp) -> Int {
        let count = travelling ?? 0
        travelling = nil
        spans.removeFirst(count)
        gatheredAt = spans.isEmpty ? nil : now
        return count
    }

    /// From now on nothing is gathered.
    mutating func end() {
        isEnding = true
        retryAt = .distantPast
    }

    mutating func takeWords() -> [Word] {
        defer { words = [] }
        return words
    }
}
