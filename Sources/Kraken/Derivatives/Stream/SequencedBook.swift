public import Market
public import Venue

extension Derivatives {
    /// An order book kept by sequence numbers: a gap makes it unreliable until the next snapshot.
    public struct SequencedBook: Hashable, Sendable {
        public let instrument: InstrumentID
        /// Of the last change; nil until a snapshot came, and after a gap: subscribe again then.
        public private(set) var sequence: Int64?
        /// When it changed last.
        public private(set) var time: Timestamp?
        /// Best last: changes happen near the end.
        private var bidsWorstFirst: [BookLevel] = []
        private var asksWorstFirst: [BookLevel] = []

        /// What a change did.
        public enum Change: Hashable, Sendable {
            case applied
            /// Older than the book; nothing changed.
            case repeated
            /// No snapshot yet; nothing changed.
            case early
            /// Changes are missing: the book is empty and unreliable until the next snapshot.
            case gap(expected: Int64, got: Int64)
            /// Of another instrument; nothing changed.
            case foreign
        }

        public init(_ instrument: InstrumentID) { self.instrument = instrument }

        /// Whether it is the exchange's book.
        public var isReliable: Bool { sequence != nil }
        public var bestBid: BookLevel? { bidsWorstFirst.last }
        public var bestAsk: BookLevel? { asksWorstFirst.last }
        /// Best first.
        public var bids: some Collection<BookLevel> { bidsWorstFirst.reversed() }
        public var asks: some Collection<BookLevel> { asksWorstFirst.reversed() }
        public var bidCount: Int { bidsWorstFirst.count }
        public var askCount: Int { asksWorstFirst.count }

        /// A bid at or above an ask: something was lost all the same.
        public var isCrossed: Bool {
            guard let bestBid, let bestAsk else { return false }
            return bestBid.price >= bestAsk.price
        }

        /// Starts anew. False when it is of another instrument.
        @discardableResult
        public mutating func start(_ snapshot: BookSnapshot) -> Bool {
            guard snapshot.instrument == instrument else { return false }
            sequence = snapshot.sequence
            time = snapshot.time
            bidsWorstFirst = Self.sorted(snapshot.bids, rising: true)
            asksWorstFirst = Self.sorted(snapshot.asks, rising: false)
            return true
        }

        public mutating func apply(_ delta: BookDelta) -> Change {
            guard delta.instrument == instrument else { return .foreign }
            guard let sequence else { return .early }
            guard delta.sequence > sequence else { return .repeated }
            guard delta.sequence == sequence &+ 1 else {
                forget()
                return .gap(expected: sequence &+ 1, got: delta.sequence)
            }
            self.sequence = delta.sequence
            time = delta.time
            switch delta.side {
            case .long: Self.put(delta.level, into: &bidsWorstFirst, rising: true)
            case .short: Self.put(delta.level, into: &asksWorstFirst, rising: false)
            }
            return .applied
        }

        /// Unreliable until the next snapshot, as after a lost connection.
        public mutating func forget() {
            sequence = nil
            bidsWorstFirst = []
            asksWorstFirst = []
        }

        private static func sorted(_ levels: [BookLevel], rising: Bool) -> [BookLevel] {
            levels.filter(\.quantity.isPositive).sorted { ($0.price < $1.price) == rising && $0.price != $1.price }
        }

        private static func put(_ level: BookLevel, into levels: inout [BookLevel], rising: Bool) {
            var low = 0
            var high = levels.count
            while low < high {
                let middle = (low + high) / 2
                let isBefore =
                    rising ? levels[middle].price < level.price : levels[middle].price > level.price
                if isBefore { low = middle + 1 } else { high = middle }
            }
            let isThere = low < levels.count && levels[low].price == level.price
            switch (isThere, level.quantity.isPositive) {
            case (true, true): levels[low] = level
            case (true, false): levels.remove(at: low)
            case (false, true): levels.insert(level, at: low)
            case (false, false): break
            }
        }
    }
}
