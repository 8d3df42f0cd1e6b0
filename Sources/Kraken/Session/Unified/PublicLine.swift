import Market
import Wire

/// A connection to a public side of WebSocket version 2 with the subscriptions that have to stand on it. Spot and
/// Unified differ in their requests only; both frames are read alike.
struct PublicLine: Sendable {
    /// A request with the symbols that are acknowledged one by one; none where one answer is for all.
    struct Wish: Sendable {
        let symbols: [String]
        /// The request under a number.
        let request: @Sendable (Int64) -> [UInt8]
    }

    enum Event: Sendable {
        /// All subscriptions are asked for anew: nothing that was heard before counts.
        case opened
        case frame(Unified.Frame)
        /// The answer to what `tell` sent, whatever it said.
        case answered(Int64)
        case lost
        /// Nothing could be made of a frame, or a subscription was refused.
        case alarm(DataAlarm)
    }

    private var line: StreamLine
    private let wishes: [Wish]
    private var lastRequest: Int64 = 0
    /// Symbols that are not acknowledged, by the number of the request.
    private var owed: [Int64: Set<String>] = [:]

    init(_ endpoint: Endpoint, firstSocket: UInt64, watch: FeedWatch, seed: UInt64, wishes: [Wish]) {
        line = StreamLine(endpoint, firstSocket: firstSocket, watch: watch, seed: seed)
        self.wishes = wishes
    }

    var nextWake: Timestamp? { line.nextWake }
    var isOpen: Bool { line.socket != nil }

    mutating func start<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) {
        line.start(at: now, into: &outbox)
    }

    mutating func receive<News>(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<News>
    ) -> [Event] {
        var events: [Event] = []
        switch line.receive(input, at: now, into: &outbox) {
        case .opened:
            owed = [:]
            for wish in wishes { ask(wish, into: &outbox) }
            events.append(.opened)
        case .text(let bytes): events += read(bytes, at: now, into: &outbox)
        case .lost: events.append(.lost)
        case nil: break
        }
        if line.tick(at: now, into: &outbox) == .lost { events.append(.lost) }
        return events
    }

    /// Asks for one subscription more, or once more.
    mutating func ask<News>(_ wish: Wish, into outbox: inout SessionOutbox<News>) {
        lastRequest += 1
        owed[lastRequest] = Set(wish.symbols)
        line.send(wish.request(lastRequest), into: &outbox)
    }

    /// A request beside the subscriptions that have to stand; gives its number.
    mutating func tell<News>(_ request: (Int64) -> [UInt8], into outbox: inout SessionOutbox<News>) -> Int64 {
        lastRequest += 1
        line.send(request(lastRequest), into: &outbox)
        return lastRequest
    }

    mutating func giveUp<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) {
        _ = line.giveUp(at: now, into: &outbox)
    }

    private mutating func read<News>(
        _ bytes: [UInt8], at now: Timestamp, into outbox: inout SessionOutbox<News>
    ) -> [Event] {
        line.heard(hasContent: false, at: now)
        let frame: Unified.Frame
        do {
            frame = try Unified.Frame(bytes)
        } catch {
            return [.alarm(DataAlarm(.unreadableMessage, "\(error) in \(redactedExcerpt(bytes))"))]
        }
        switch frame {
        case .reply(let reply): return answered(reply, at: now, into: &outbox)
        case .unrecognised(let name): return [.alarm(DataAlarm(.unrecognisedValue, "frame '\(name)'"))]
        case .heartbeat, .status, .pong, .ticker, .book, .trades, .candles, .instruments, .executions, .positions,
            .margin, .balances, .ledgers:
            return [.frame(frame)]
        }
    }

    private mutating func answered<News>(
        _ reply: Unified.Reply, at now: Timestamp, into outbox: inout SessionOutbox<News>
    ) -> [Event] {
        guard let id = reply.id else { return [] }
        guard owed[id] != nil else { return [.answered(id)] }
        switch reply.outcome {
        case .accepted(let results):
            if let symbol = results.symbol { owed[id]?.remove(symbol) } else { owed[id] = [] }
            if owed[id]?.isEmpty ?? true { owed[id] = nil }
            if owed.isEmpty { line.stands(at: now) }
            return []
        case .refused(let text):
            _ = line.giveUp(at: now, into: &outbox)
            return [.alarm(DataAlarm(.subscriptionRefused, text)), .lost]
        }
    }

    /// What the feed is for has come.
    mutating func heardContent(at now: Timestamp) { line.heard(hasContent: true, at: now) }
    mutating func recovered() { line.recovered() }
    mutating func changedHealth(at now: Timestamp) -> FeedWatch.Health? { line.changedHealth(at: now) }
}
