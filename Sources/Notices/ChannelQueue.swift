import Market
import Operations

/// What waits for one channel, and how the channel does.
struct ChannelQueue: Sendable {
    let route: Route
    let limit: Int
    /// Sent first.
    private(set) var critical: [Notice] = []
    private(set) var ordinary: [Notice] = []
    private(set) var inFlight: Notice?
    /// Notices lost since this was last told.
    private(set) var dropped = 0
    private var droppedToldAt = Timestamp.distantPast
    /// Failures in a row.
    private(set) var failures = 0
    /// The severity with which the outage was reported elsewhere; nil while none is.
    var reported: Alert.Severity?
    var reportedAt = Timestamp.distantPast
    private var retryAt = Timestamp.distantPast
    private var throttledUntil = Timestamp.distantPast
    private var paceUntil = Timestamp.distantPast
    private var triedAt = Timestamp.distantPast

    init(_ route: Route, limit: Int) {
        self.route = route
        self.limit = limit
    }

    var count: Int { critical.count + ordinary.count + (inFlight == nil ? 0 : 1) }
    var holdsCritical: Bool { !critical.isEmpty || inFlight?.severity == .critical }

    mutating func add(_ notice: Notice, at now: Timestamp, firstPause: Interval) {
        guard notice.severity == .critical else {
            ordinary.append(notice)
            return limitOrdinary()
        }
        // What is new and critical does not sit out the long pause of an older failure.
        retryAt = min(retryAt, max(now, triedAt + firstPause))
        let alike = critical.firstIndex { $0.kind == notice.kind && $0.instrument == notice.instrument }
        guard let place = alike ?? (critical.count < limit ? nil : critical.indices.last) else {
            critical.append(notice)
            return
        }
        for line in notice.lines { critical[place].add(alike == nil ? "\(notice.heading): \(line)" : line) }
    }

    private mutating func limitOrdinary() {
        while ordinary.count > limit {
            ordinary.removeFirst()
            dropped += 1
        }
    }

    /// How many were lost, when it is time to tell: once in `window`, so that telling does not fill the queue, and when
    /// nothing else waits. Counted from zero again.
    mutating func takeDropped(at now: Timestamp, window: Interval) -> Int {
        guard dropped > 0, ordinary.isEmpty || now >= droppedToldAt + window else { return 0 }
        droppedToldAt = now
        defer { dropped = 0 }
        return dropped
    }

    /// The next notice when it is time for one.
    mutating func next(at now: Timestamp) -> Notice? {
        guard let time = nextTime, time <= now else { return nil }
        let notice = critical.isEmpty ? ordinary.removeFirst() : critical.removeFirst()
        inFlight = notice
        triedAt = now
        return notice
    }

    /// When the next notice may go; nil when nothing waits or one is on its way.
    var nextTime: Timestamp? {
        guard inFlight == nil, !(critical.isEmpty && ordinary.isEmpty) else { return nil }
        let free = max(retryAt, throttledUntil)
        return critical.isEmpty ? max(free, paceUntil) : free
    }

    mutating func delivered(at now: Timestamp, pace: Interval) {
        inFlight = nil
        failures = 0
        retryAt = .distantPast
        paceUntil = now + pace
    }

    mutating func failed(_ failure: DeliveryFailure, at now: Timestamp, first: Interval, longest: Interval) {
        guard var notice = inFlight else { return }
        inFlight = nil
        failures += 1
        var pause = first
        var doublings = failures - 1
        while doublings > 0, pause < longest {
            pause = pause + pause
            doublings -= 1
        }
        retryAt = now + min(pause, longest)
        switch failure {
        case .unavailable, .denied: giveBack(notice, first: true)
        case .throttled(let wait):
            throttledUntil = now + min(wait, .minutes(15))
            giveBack(notice, first: true)
        case .refused:
            notice.refusals += 1
            notice.isPlain = true
            // Something that is never accepted must not hold up the rest.
            if notice.severity < .critical, notice.refusals >= 3 {
                dropped += 1
            } else {
                giveBack(notice, first: false)
            }
        }
    }

    private mutating func giveBack(_ notice: Notice, first: Bool) {
        if notice.severity == .critical {
            critical.insert(notice, at: first ? 0 : critical.endIndex)
        } else {
            ordinary.insert(notice, at: first ? 0 : ordinary.endIndex)
            limitOrdinary()
        }
    }
}
