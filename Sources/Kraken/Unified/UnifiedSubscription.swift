import Market
public import Venue
import Wire

extension Unified {
    /// What is subscribed, or no longer. Members that a channel does not know stay nil.
    public struct Subscription: Hashable, Sendable {
        public var channel: Open<Channel>
        public var instruments: [InstrumentID]
        public var snapshot: Bool?
        /// Levels of a book: 10, 25, 100, 500, 1000.
        public var depth: Int64?
        /// Minutes of a candle: 1, 5, 15, 30, 60, 240, 1440, 10080, 21600.
        public var interval: Int64?
        public var tickType: Open<TickType>?
        public var snapOrders: Bool?
        public var snapTrades: Bool?
        public var orderStatus: Bool?
        public var rateCounter: Bool?
        public var withMargin: Bool?

        public init(_ channel: Channel, _ instruments: [InstrumentID] = [], snapshot: Bool? = nil) {
            self.channel = .known(channel)
            self.instruments = instruments
            self.snapshot = snapshot
        }

        public static func book(_ instruments: [InstrumentID], depth: Int64 = 10) -> Self {
            var subscription = Self(.book, instruments, snapshot: true)
            subscription.depth = depth
            return subscription
        }

        public static func candles(_ instruments: [InstrumentID], minutes: Int64, _ tick: TickType) -> Self {
            var subscription = Self(.ohlc, instruments, snapshot: true)
            subscription.interval = minutes
            subscription.tickType = .known(tick)
            return subscription
        }

        /// Open orders and the last 50 fills, all transitions, the counter of the rate limit. Both snapshots are asked for
        /// by name: the documentation contradicts itself about their defaults.
        public static var executions: Self {
            var subscription = Self(.executions)
            subscription.snapOrders = true
            subscription.snapTrades = true
            subscription.orderStatus = true
            subscription.rateCounter = true
            return subscription
        }

        /// With figures of margin; excludes `snapshot`, and needs a connection of its own beside the plain ones.
        public static var positionsWithMargin: Self {
            var subscription = Self(.positions)
            subscription.withMargin = true
            return subscription
        }
    }
}

extension Unified.Subscription {
    func write(_ writer: inout JSONWriter) {
        writer.put("channel", channel)
        if channel.word?.namesAssetClass ?? true { writer.put("asset_class", "derivatives") }
        if !instruments.isEmpty { writer.put("symbol", instruments.map(\.description)) }
        writer.put("depth", depth)
        writer.put("interval", interval)
        writer.put("tick_type", tickType)
        writer.put("snapshot", snapshot)
        writer.put("snap_orders", snapOrders)
        writer.put("snap_trades", snapTrades)
        writer.put("order_status", orderStatus)
        writer.put("ratecounter", rateCounter)
        writer.put("with_margin", withMargin)
    }

    init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        channel = try fields.word("channel")
        instruments = try fields.texts("symbol").map { text throws(WireError) in
            guard let id = InstrumentID(wire: text) else { throw WireError(.expected("a symbol"), field: "symbol") }
            return id
        }
        snapshot = try fields.optionalFlag("snapshot")
        depth = try fields.optionalInteger("depth")
        interval = try fields.optionalInteger("interval")
        tickType = try fields.optionalWord("tick_type")
        snapOrders = try fields.optionalFlag("snap_orders")
        snapTrades = try fields.optionalFlag("snap_trades")
        orderStatus = try fields.optionalFlag("order_status")
        rateCounter = try fields.optionalFlag("ratecounter")
        withMargin = try fields.optionalFlag("with_margin")
    }
}
