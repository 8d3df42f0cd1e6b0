public import Market
public import Venue
public import Wire

extension Derivatives {
    /// `openpositions`: all of them.
    public struct OpenPositions: WireObject {
        public let positions: [OpenPosition]

        public init(_ positions: [OpenPosition]) { self.positions = positions }
        public init(_ value: JSONValue) throws(WireError) { positions = try Fields(value).list("openPositions") }
        public func members(into writer: inout JSONWriter) { writer.put("openPositions", positions) }
    }

    public struct OpenPosition: WireObject {
        public var instrument: InstrumentID
        public var side: Side
        /// Positive.
        public var size: Quantity
        /// Average entry.
        public var price: Price
        public var unrealisedFunding: Money?
        public var unrealisedProfit: Money?
        public var profitCurrency: String?
        /// Present for isolated margin only.
        public var maximumFixedLeverage: Rate?

        public init(instrument: InstrumentID, side: Side, size: Quantity, price: Price) {
            self.instrument = instrument
            self.side = side
            self.size = size
            self.price = price
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("symbol")
            side = try fields.side("side")
            size = try fields.amount("size")
            price = try fields.amount("price")
            unrealisedFunding = try fields.optionalAmount("unrealizedFunding")
            unrealisedProfit = try fields.optionalAmount("unrealizedPnl")
            profitCurrency = try fields.filledText("pnlCurrency")
            maximumFixedLeverage = try fields.optionalAmount("maxFixedLeverage")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("side", side.position)
            writer.put("symbol", instrument)
            writer.put("price", price)
            writer.put("size", size)
            writer.put("unrealizedPnl", unrealisedProfit)
            writer.put("unrealizedFunding", unrealisedFunding)
            writer.put("pnlCurrency", profitCurrency)
            writer.put("maxFixedLeverage", maximumFixedLeverage)
        }
    }

    /// `fills`: the last hundred, without fees: those are in the stream and in the account log.
    public struct Fills: WireObject {
        public let fills: [Fill]

        public init(_ fills: [Fill]) { self.fills = fills }
        public init(_ value: JSONValue) throws(WireError) { fills = try Fields(value).list("fills") }
        public func members(into writer: inout JSONWriter) { writer.put("fills", fills) }
    }

    public struct Fill: WireObject {
        public var id: String
        public var orderID: String
        public var clientID: String?
        public var instrument: InstrumentID
        public var side: Side
        public var size: Quantity
        public var price: Price
        public var time: Timestamp
        public var type: Open<FillType>

        public init(
            id: String, orderID: String, clientID: String?, instrument: InstrumentID, side: Side, size: Quantity,
            price: Price, time: Timestamp, type: FillType
        ) {
            self.id = id
            self.orderID = orderID
            self.clientID = clientID
            self.instrument = instrument
            self.side = side
            self.size = size
            self.price = price
            self.time = time
            self.type = .known(type)
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            id = try fields.text("fill_id")
            orderID = try fields.text("order_id")
            clientID = try fields.filledText("cliOrdId")
            instrument = try fields.instrument("symbol")
            side = try fields.side("side")
            size = try fields.amount("size")
            price = try fields.amount("price")
            time = try fields.instant("fillTime")
            type = try fields.word("fillType")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("fill_id", id)
            writer.put("symbol", instrument)
            writer.put("side", side.order)
            writer.put("order_id", orderID)
            writer.put("size", size)
            writer.put("price", price)
            writer.put("fillTime", instant: time)
            writer.put("fillType", type)
            writer.put("cliOrdId", clientID)
        }
    }
}
