public import Market
public import Venue

/// One message that reaches the trader.
@frozen public struct Delivery: Hashable, Sendable {
    /// When it happened at the venue.
    public let time: Timestamp
    /// When the trader gets it: never before an earlier delivery.
    public let received: Timestamp
    public let message: Message

    @inlinable public init(time: Timestamp, received: Timestamp, message: Message) {
        self.time = time
        self.received = received
        self.message = message
    }

    @frozen public enum Message: Hashable, Sendable {
        /// Public prices of one contract.
        case tick(Tick)
        /// News of our account and orders.
        case venue(VenueEvent)
    }
}
