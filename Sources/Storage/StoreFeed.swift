import Foundation
public import Market
public import Operations
import Synchronization

/// A store that a session fills, and the session's right to run its account, both on a thread of their own: the session
/// only leaves rows and reads a flag. A store that cannot be written is an alert and no more; at its next start a session
/// hands over what is missing.
public final class StoreFeed: Sendable {
    public struct Configuration: Sendable {
        public var address: StoreAddress
        public var book: Book
        /// Who this is, for another instance that is refused.
        public var holder: String
        /// How long the right is relied upon without being confirmed. [15 s]
        public var trust = Interval.seconds(15)
        /// Records whose rows may wait. [50,000]
        public var capacity = 50_000

        public init(address: StoreAddress, book: Book, holder: String) {
            self.address = address
            self.book = book
            self.holder = holder
        }
    }

    private enum Item: Sendable {
        /// Rows of a record; `isNew`: it was just written, else it stood in the journal before.
        case record([StoredRow], JournalPlace, isNew: Bool)
        case rows([StoredRow])
    }

    private struct State {
        var items: [Item] = []
        var watch: LeaseWatch
        var isEnding = false
        /// Rows were lost or refused: nothing is kept any more before the next start.
        var isBehind = false
    }

    private let configuration: Configuration
    private let state: Mutex<State>
    private let news = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let trouble: @Sendable (Alert.Severity, String) -> Void

    /// Opens the store and takes the account; throws when either fails.
    /// - Parameter trouble: hears what becomes of the store later; called on the store's thread.
    public static func start(
        _ configuration: Configuration, trouble: @escaping @Sendable (Alert.Severity, String) -> Void
    ) throws(StoreError) -> StoreFeed {
        let feed = StoreFeed(configuration, trouble)
        let opened = DispatchSemaphore(value: 0)
        let result = Mutex<StoreError?>(nil)
        let thread = Thread {
            do throws(StoreError) {
                let store = try configuration.address.open()
                let asked = SleepClock.now
                let token = try store.takeLease(on: configuration.book, for: configuration.holder, at: Self.wall)
                feed.state.withLock { $0.watch = LeaseWatch(trust: configuration.trust, confirmed: asked) }
                opened.signal()
                feed.run(store, token)
            } catch {
                result.withLock { $0 = error }
                opened.signal()
            }
            feed.ended.signal()
        }
        thread.name = "store"
        thread.start()
        opened.wait()
        if let error = result.withLock({ $0 }) { throw error }
        return feed
    }

    private init(_ configuration: Configuration, _ trouble: @escaping @Sendable (Alert.Severity, String) -> Void) {
        self.configuration = configuration
        self.trouble = trouble
        state = Mutex(State(watch: LeaseWatch(trust: configuration.trust, confirmed: SleepClock.now)))
    }

    // MARK: For the session

    /// Whether the account is still this session's to run. Waits for nothing.
    public var standing: LeaseWatch.Standing { state.withLock { $0.watch.standing(at: SleepClock.now) } }

    /// The first record that a session writes, whether rows come of it or not: what the store has of this journal from here
    /// on, a crash took from it. Waits for nothing.
    public func begin(at place: JournalPlace) { post(.record([], place, isNew: true), mayWait: false) }

    /// Rows of a record of the journal.
    /// - Parameter isNew: it was just written; then this waits for nothing. Else it stood there before the session began,
    ///   and when too much waits, so does this.
    public func post(_ rows: [StoredRow], at place: JournalPlace, isNew: Bool) {
        guard !rows.isEmpty else { return }
        post(.record(rows, place, isNew: isNew), mayWait: !isNew)
    }

    /// Rows that are of no journal. Waits for nothing.
    public func post(_ row: StoredRow) { post(.rows([row]), mayWait: false) }

    private func post(_ item: Item, mayWait: Bool) {
        while true {
            let (isTaken, isLost) = state.withLock { state -> (Bool, Bool) in
                guard !state.isBehind else { return (true, false) }
                if state.items.count < configuration.capacity {
                    state.items.append(item)
                    return (true, false)
                }
                if mayWait { return (false, false) }
                state.isBehind = true
                state.items.removeAll()
                return (true, true)
            }
            if isLost { trouble(.warning, "the store is too slow: it is left behind until the next start") }
            if isTaken { break }
            usleep(2_000)
        }
        news.signal()
    }

    /// Writes what waits, for a few seconds at most, gives the account back, and ends.
    public func stop(within seconds: Int = 5) {
        state.withLock { $0.isEnding = true }
        news.signal()
        if ended.wait(timeout: .now() + .seconds(seconds)) == .timedOut {
            trouble(.warning, "the store was still being written when the session ended; the next start goes on")
        }
    }

    // MARK: On the thread

    private static var wall: Timestamp { Timestamp(nanoseconds: SleepClock.wall.nanoseconds) }

    private func run(_ store: any Store, _ token: LeaseToken) {
        var writer = BatchWriter(store, configuration.book)
        var retryAt = SleepClock.now
        var pause = Interval.seconds(1)
        while true {
            renew(token, store)
            let now = SleepClock.now
            let isEnding = state.withLock { $0.isEnding }
            if writer.isEmpty {
                let items = state.withLock { state -> [Item] in
                    defer { state.items.removeAll(keepingCapacity: true) }
                    return state.items
                }
                take(items, into: &writer)
            }
            if !writer.isEmpty, isEnding || now >= retryAt {
                do throws(StoreError) {
                    try writer.write()
                    if pause > .seconds(1) { trouble(.info, "the store is written again") }
                    pause = .seconds(1)
                    continue
                } catch {
                    if pause == .seconds(1) || isEnding {
                        trouble(.warning, "the store cannot be written: \(error)")
                    }
                    if error.kind != .unavailable || isEnding { giveUp(&writer) }
                    retryAt = now + pause
                    pause = min(Interval(nanoseconds: pause.nanoseconds * 2), .seconds(30))
                }
            }
            if isEnding, writer.isEmpty, state.withLock({ $0.items.isEmpty }) { break }
            _ = news.wait(timeout: .now() + .milliseconds(500))
        }
        do throws(StoreError) {
            try store.giveLeaseBack(token, on: configuration.book)
        } catch {
            trouble(.warning, "the account could not be given back in the store: \(error)")
        }
    }

    private func take(_ items: [Item], into writer: inout BatchWriter) {
        for item in items {
            switch item {
            case .record(let rows, let place, let isNew): writer.add(rows, place, isNew: isNew)
            case .rows(let rows): writer.add(rows)
            }
        }
    }

    private func giveUp(_ writer: inout BatchWriter) {
        writer.drop()
        state.withLock {
            $0.isBehind = true
            $0.items.removeAll()
        }
    }

    private func renew(_ token: LeaseToken, _ store: any Store) {
        let asked = SleepClock.now
        let isDue = state.withLock { state in
            if case .lost = state.watch.standing(at: asked) { return false }
            return asked >= state.watch.renewAt
        }
        guard isDue else { return }
        do throws(StoreError) {
            if try store.renewLease(token, on: configuration.book, at: Self.wall) {
                state.withLock { $0.watch.renewed(asked: asked) }
            } else {
                let holder = try store.leaseHolder(of: configuration.book) ?? "another instance"
                state.withLock { $0.watch.taken(by: holder) }
            }
        } catch {
            // The flag tells, when it has lasted too long.
        }
    }
}
