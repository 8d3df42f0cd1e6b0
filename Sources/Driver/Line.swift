public import Kraken
public import Market

/// One session of a program: a gateway or a feed. Socket and request numbers are a session's own; the line tells the
/// sessions apart.
public struct Line: Hashable, Sendable {
    public enum Freight: UInt8, Hashable, Sendable, CaseIterable {
        /// News that the next one makes old. When too much waits, the oldest is thrown away and an alarm told.
        case market
        /// News of orders and money. When too much waits, the sender has to wait too: nothing is thrown away.
        case account
    }

    public let number: Int
    public let freight: Freight

    public init(_ number: Int, carrying freight: Freight) {
        self.number = number
        self.freight = freight
    }
}

/// An input for the session of one line.
public struct Delivery: Hashable, Sendable {
    public let line: Line
    public let input: SessionInput
    /// When it came from the network. Never earlier than any time told before.
    public let receivedAt: Timestamp

    public init(_ line: Line, _ input: SessionInput, receivedAt: Timestamp) {
        self.line = line
        self.input = input
        self.receivedAt = receivedAt
    }
}

/// What a program's loop is woken for.
public enum Arrival: Hashable, Sendable {
    case delivery(Delivery)
    /// The loop was too slow for a market's news: this much of it was thrown away, the oldest first.
    case overflowed(Line, messages: Int, bytes: Int)
    /// Another thread asked for attention.
    case knocked
    /// The time waited for has come.
    case due(Timestamp)
}
