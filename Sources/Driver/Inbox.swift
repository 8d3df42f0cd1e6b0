import Dispatch
import Kraken
import Market
import Synchronization
import Wire

/// Everything that comes in, on its way from the thread of the sockets to the thread of the program: in order, bounded,
/// for one reader.
final class Inbox: Sendable {
    /// What happens to the sender of an account's news.
    enum Room: Hashable, Sendable {
        case ample
        /// Send no more until there is room again.
        case none
    }

    enum Item: Sendable {
        case delivery(Delivery)
        case overflowed(Line, messages: Int, bytes: Int)
        case knocked
        /// Nothing is there at this time, which is not before the one waited for.
        case nothing(Timestamp)
    }

    private struct Entry {
        let sequence: UInt64
        let delivery: Delivery
        let bytes: Int
    }

    private struct Loss {
        let line: Line
        var messages: Int
        var bytes: Int
    }

    private struct State {
        /// Texts of markets, which may go.
        var market = Fifo<Entry>()
        var marketBytes = 0
        /// All else, which may not.
        var account = Fifo<Entry>()
        var accountBytes = 0
        var sequence: UInt64 = 0
        var losses: [Loss] = []
        var isKnocked = false
        var isFull = false
        /// The reader sleeps, or is about to.
        var isAwaited = false
    }

    private let limits: WireLimits
    private let clock: WireClock
    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    /// Wakes a reader that does not sleep on the bell.
    private let caller: (@Sendable () -> Void)?
    /// Steps of the wall clock are noticed this soon, however long the wait.
    private static let longestNap = Interval.seconds(1)

    /// - Parameter caller: called from any thread when there is something for a reader that found nothing.
    init(limits: WireLimits, clock: WireClock, caller: (@Sendable () -> Void)? = nil) {
        self.limits = limits
        self.clock = clock
        self.caller = caller
    }

    /// Puts in what came for a line.
    func push(_ line: Line, _ input: SessionInput) -> Room {
        let (room, wasAwaited) = state.withLock { state -> (Room, Bool) in
            state.sequence += 1
            let delivery = Delivery(line, input, receivedAt: clock.now)
            let entry = Entry(sequence: state.sequence, delivery: delivery, bytes: input.size)
            if line.freight == .market, case .text = input {
                state.market.append(entry)
                state.marketBytes += entry.bytes
                makeRoom(&state)
            } else {
                state.account.append(entry)
                state.accountBytes += entry.bytes
                if state.account.count >= limits.accountMessages || state.accountBytes >= limits.accountBytes {
                    state.isFull = true
                }
            }
            return (state.isFull ? .none : .ample, Self.wake(&state))
        }
        if wasAwaited { wakeReader() }
        return room
    }

    func knock() {
        let wasAwaited = state.withLock { state in
            state.isKnocked = true
            return Self.wake(&state)
        }
        if wasAwaited { wakeReader() }
    }

    /// The next item, waited for until `deadline`; without one, as long as it takes.
    func next(until deadline: Timestamp?) -> Item {
        while true {
            if let item = poll(until: deadline) { return item }
            sleep(until: deadline)
        }
    }

    /// The next item if there is one, or `nothing` when `deadline` has passed. After nil the reader is woken by the next
    /// push.
    func poll(until deadline: Timestamp?) -> Item? {
        state.withLock { state in
            if let item = Self.pop(&state) { return item }
            if let deadline {
                let now = clock.now
                if deadline <= now { return .nothing(now) }
            }
            state.isAwaited = true
            return nil
        }
    }

    /// How long a reader may wait for `deadline` before it looks again.
    func nap(until deadline: Timestamp?) -> Interval {
        min(Self.longestNap, deadline.map { clock.wait(until: $0) } ?? Self.longestNap)
    }

    /// Whether senders of accounts were told to wait and there is room again; true once.
    func takesRoomBack() -> Bool {
        state.withLock { state in
            guard state.isFull, state.account.count <= limits.accountMessages / 2,
                state.accountBytes <= limits.accountBytes / 2
            else { return false }
            state.isFull = false
            return true
        }
    }

    // MARK: The reader's side

    private func wakeReader() {
        if let caller { caller() } else { bell.signal() }
    }

    /// Sleeps after an empty `poll` until the next push, or until it is time to look again.
    func sleep(until deadline: Timestamp?) {
        let nap = nap(until: deadline)
        guard bell.wait(timeout: .now() + .nanoseconds(Int(nap.nanoseconds))) == .timedOut else { return }
        let hasRung = state.withLock { state in
            defer { state.isAwaited = false }
            return !state.isAwaited
        }
        // Somebody saw the reader asleep a moment before it woke: that signal belongs to this sleep.
        if hasRung { bell.wait() }
    }

    private static func wake(_ state: inout State) -> Bool {
        defer { state.isAwaited = false }
        return state.isAwaited
    }

    private static func pop(_ state: inout State) -> Item? {
        if state.isKnocked {
            state.isKnocked = false
            return .knocked
        }
        if let loss = state.losses.popLast() {
            return .overflowed(loss.line, messages: loss.messages, bytes: loss.bytes)
        }
        switch (state.market.first, state.account.first) {
        case (nil, nil): return nil
        case (let market?, let account?) where market.sequence > account.sequence: return popAccount(&state)
        case (nil, _?): return popAccount(&state)
        case (_?, _):
            guard let entry = state.market.popFirst() else { return nil }
            state.marketBytes -= entry.bytes
            return .delivery(entry.delivery)
        }
    }

    private static func popAccount(_ state: inout State) -> Item? {
        guard let entry = state.account.popFirst() else { return nil }
        state.accountBytes -= entry.bytes
        return .delivery(entry.delivery)
    }

    // MARK: Overflow

    private func makeRoom(_ state: inout State) {
        while state.market.count > limits.marketMessages || state.marketBytes > limits.marketBytes,
            state.market.count > 1, let oldest = state.market.popFirst()
        {
            state.marketBytes -= oldest.bytes
            let line = oldest.delivery.line
            if let place = state.losses.firstIndex(where: { $0.line == line }) {
                state.losses[place].messages += 1
                state.losses[place].bytes += oldest.bytes
            } else {
                state.losses.append(Loss(line: line, messages: 1, bytes: oldest.bytes))
            }
        }
    }
}

extension SessionInput {
    /// Bytes of content.
    fileprivate var size: Int {
        switch self {
        case .text(_, let bytes): bytes.count
        case .answered(_, let response): response.body.count
        case .opened, .closed, .failed, .woke: 0
        }
    }
}
