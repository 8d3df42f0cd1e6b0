public import Market
public import Operations

/// Decides what is told, to whom and when. Alerts go in, deliveries come out; how each ended is told back.
///
/// Critical alerts pass at once on every channel, are never muted, and are tried until they arrive; while several of one
/// kind and instrument wait for a channel they travel together. Everything else is gathered by kind and instrument,
/// bounded, and what had to be dropped is told as a number.
public struct Notices: Sendable {
    /// More kinds and instruments than this are not gathered: their alerts pass one by one.
    static let gatheringLimit = 1_000

    public let configuration: NoticesConfiguration
    private let scrubber: Scrubber
    private var queues: [ChannelQueue]
    private var gatherings: [Gathering] = []
    private var diary: Diary
    private var own: [Alert] = []

    public struct Delivery: Hashable, Sendable {
        public let channel: Channel
        public let notice: Notice
    }

    public init(_ configuration: NoticesConfiguration, scrubber: Scrubber = Scrubber(), at now: Timestamp) {
        precondition(
            Set(configuration.routes.map(\.channel)).count == configuration.routes.count, "one route for each channel")
        self.configuration = configuration
        self.scrubber = scrubber
        queues = configuration.routes.map { ChannelQueue($0, limit: configuration.queue) }
        diary = Diary(summaryAt: configuration.summaryAt, from: now)
    }

    // MARK: What goes in

    public mutating func take(_ alert: Alert, at now: Timestamp) {
        diary.count(alert.severity)
        let line = alert.line(scrubber)
        if alert.severity == .critical { return spread(Notice(alert, line: line), at: now) }
        guard !configuration.muted.contains(alert.kind) else { return }
        if let place = gatherings.firstIndex(where: { $0.gathers(alert) }) {
            guard alert.severity > gatherings[place].told else { return gatherings[place].add(alert, line: line) }
            gatherings[place].told = alert.severity
        } else if gatherings.count < Self.gatheringLimit {
            gatherings.append(Gathering(alert, end: now + configuration.window))
        }
        spread(Notice(alert, line: line), at: now)
    }

    /// How the session stands now, for the summary.
    public mutating func note(_ standing: Standing, at now: Timestamp) { diary.note(standing, at: now) }

    /// A trade has ended, for the summary.
    public mutating func note(closedTradeWith net: Money, fees: Money) { diary.note(net: net, fees: fees) }

    /// An answer to somebody who asked on this channel.
    public mutating func answer(_ lines: [String], on channel: Channel, at now: Timestamp) {
        let lines = lines.map { OneLine.of(scrubber.scrub($0), limit: Notice.lineLength) }
        let notice = Notice(.info, heading: "", lines: lines, kind: "answer", at: now)
        change(channel) { $0.add(notice, at: now, firstPause: .zero) }
    }

    // MARK: What comes out

    /// What is to be sent now. Of each channel at most one delivery is under way: `delivered` or `failed` ends it.
    public mutating func due(at now: Timestamp) -> [Delivery] {
        endWindows(at: now)
        if let summary = diary.summary(at: now, undelivered: queues.map(\.count).reduce(0, +)) {
            for place in queues.indices { add(summary, to: place, at: now) }
        }
        var deliveries: [Delivery] = []
        for place in queues.indices {
            if let notice = queues[place].next(at: now) {
                deliveries.append(Delivery(channel: queues[place].route.channel, notice: notice))
            }
        }
        return deliveries
    }

    /// When `due` has something to say by itself; nil when nothing waits.
    public var nextDeadline: Timestamp? {
        let windows = gatherings.map(\.end).min()
        let tries = queues.compactMap(\.nextTime).min()
        return [windows, tries, diary.nextSummary].compactMap { $0 }.min()
    }

    /// The notices about channels themselves since this was last asked: for the log.
    public mutating func takeOwnAlerts() -> [Alert] {
        defer { own = [] }
        return own
    }

    /// Notices that wait or are under way, by channel.
    public var backlog: [(channel: Channel, notices: Int)] { queues.map { ($0.route.channel, $0.count) } }

    // MARK: How it went

    public mutating func delivered(_ channel: Channel, at now: Timestamp) {
        guard let place = queues.firstIndex(where: { $0.route.channel == channel }) else { return }
        let failures = queues[place].failures
        queues[place].delivered(at: now, pace: configuration.pace)
        if queues[place].reported != nil {
            queues[place].reported = nil
            tell(.info, "\(channel.rawValue) delivers again after \(failures) failures", except: place, at: now)
        }
        let dropped = queues[place].takeDropped(at: now, window: configuration.window)
        guard dropped > 0 else { return }
        diary.lose(dropped)
        let alert = Alert(
            .warning, .delivery,
            "\(channel.rawValue): \(dropped) notices were dropped: its queue was full or it refused them", at: now)
        own.append(alert)
        for index in queues.indices { add(Notice(alert, line: alert.line(scrubber)), to: index, at: now) }
    }

    public mutating func failed(_ channel: Channel, _ failure: DeliveryFailure, at now: Timestamp) {
        guard let place = queues.firstIndex(where: { $0.route.channel == channel }) else { return }
        queues[place].failed(
            failure, at: now, first: configuration.firstPause, longest: configuration.longestPause)
        report(failure, of: place, at: now)
    }

    /// Says elsewhere that a channel fails: once, and once more when something critical waits for it.
    private mutating func report(_ failure: DeliveryFailure, of place: Int, at now: Timestamp) {
        let queue = queues[place]
        let isDenied = if case .denied = failure { true } else { false }
        let severity: Alert.Severity = queue.holdsCritical ? .critical : .warning
        guard queue.failures >= (queue.holdsCritical ? 2 : 3) || isDenied else { return }
        guard queue.reported.map({ $0 < severity }) ?? true else { return }
        let isRecent = now < queue.reportedAt + configuration.window
        guard !isRecent || severity == .critical else { return }
        queues[place].reported = severity
        queues[place].reportedAt = now
        let channel = queue.route.channel.rawValue
        tell(severity, "\(channel) does not deliver: \(failure.text); trying again", except: place, at: now)
    }

    private mutating func tell(_ severity: Alert.Severity, _ text: String, except place: Int, at now: Timestamp) {
        let alert = Alert(severity, .delivery, scrubber.scrub(text), at: now)
        own.append(alert)
        let notice = Notice(alert, line: alert.line(scrubber))
        for index in queues.indices where index != place && severity >= queues[index].route.minimum {
            add(notice, to: index, at: now)
        }
    }

    /// Ends every window now: nothing more is expected.
    public mutating func flush(at now: Timestamp) {
        for place in gatherings.indices { gatherings[place].end = min(gatherings[place].end, now) }
        endWindows(at: now)
        gatherings = []
    }

    // MARK: Inside

    private mutating func endWindows(at now: Timestamp) {
        for place in gatherings.indices where gatherings[place].end <= now && !gatherings[place].isEmpty {
            for index in queues.indices {
                guard let notice = gatherings[place].notice(from: queues[index].route.minimum) else { continue }
                add(notice, to: index, at: now)
            }
            gatherings[place].startAgain(until: now + configuration.window)
        }
        gatherings.removeAll { $0.end <= now }
    }

    private mutating func spread(_ notice: Notice, at now: Timestamp) {
        for index in queues.indices where notice.severity >= queues[index].route.minimum {
            add(notice, to: index, at: now)
        }
    }

    private mutating func add(_ notice: Notice, to index: Int, at now: Timestamp) {
        queues[index].add(notice, at: now, firstPause: configuration.firstPause)
    }

    private mutating func change(_ channel: Channel, _ body: (inout ChannelQueue) -> Void) {
        guard let place = queues.firstIndex(where: { $0.route.channel == channel }) else { return }
        body(&queues[place])
    }
}
