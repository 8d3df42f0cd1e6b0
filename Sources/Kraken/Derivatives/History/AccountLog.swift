public import Market
public import Venue
public import Wire

extension Derivatives {
    /// A page of the account log.
    public struct AccountLog: WireObject {
        public let entries: [AccountLogEntry]

        public init(_ entries: [AccountLogEntry]) { self.entries = entries }
        public init(_ value: JSONValue) throws(WireError) { entries = try Fields(value).list("logs") }
        public func members(into writer: inout JSONWriter) { writer.put("logs", entries) }
    }

    /// One booking. A trade writes two with the same `execution`: one in a currency, one in the position. Never add them.
    public struct AccountLogEntry: WireObject {
        public var id: Int64
        public var time: Timestamp
        /// A currency or a contract, in lower case.
        public var asset: String
        public var info: Open<LogInfo>
        public var bookingUid: String?
        public var instrument: InstrumentID?
        public var marginAccount: String?
        public var execution: String?
        /// In units of the asset.
        public var oldBalance: Money
        public var newBalance: Money
        public var oldEntryPrice: Price?
        public var newEntryPrice: Price?
        public var tradePrice: Price?
        public var mark: Price?
        public var fee: Money?
        public var liquidationFee: Money?
        public var realisedProfit: Money?
        public var realisedFunding: Money?
        /// Absolute, as in the ticker.
        public var fundingRate: Rate?
        public var collateral: String?

        public init(
            id: Int64, time: Timestamp, asset: String, info: LogInfo, bookingUid: String, oldBalance: Money,
            newBalance: Money
        ) {
            self.id = id
            self.time = time
            self.asset = asset
            self.info = .known(info)
            self.bookingUid = bookingUid
            self.oldBalance = oldBalance
            self.newBalance = newBalance
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            id = try fields.integer("id")
            time = try fields.instant("date")
            asset = try fields.text("asset")
            info = try fields.word("info")
            bookingUid = try fields.filledText("booking_uid")
            instrument = try fields.optionalInstrument("contract")
            marginAccount = try fields.filledText("margin_account")
            execution = try fields.filledText("execution")
            oldBalance = try fields.amount("old_balance")
            newBalance = try fields.amount("new_balance")
            oldEntryPrice = try fields.optionalAmount("old_average_entry_price")
            newEntryPrice = try fields.optionalAmount("new_average_entry_price")
            tradePrice = try fields.optionalAmount("trade_price")
            mark = try fields.optionalAmount("mark_price")
            fee = try fields.optionalAmount("fee")
            liquidationFee = try fields.optionalAmount("liquidation_fee")
            realisedProfit = try fields.optionalAmount("realized_pnl")
            realisedFunding = try fields.optionalAmount("realized_funding")
            fundingRate = try fields.optionalAmount("funding_rate")
            collateral = try fields.filledText("collateral")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("asset", asset)
            writer.put("booking_uid", bookingUid)
            writer.putTextOrNull("contract", instrument?.description.lowercased())
            writer.put("date", instant: time)
            writer.putTextOrNull("execution", execution)
            writer.putAmountOrNull("fee", fee)
            writer.putAmountOrNull("funding_rate", fundingRate)
            writer.put("id", id)
            writer.put("info", info)
            writer.put("margin_account", marginAccount)
            writer.putAmountOrNull("mark_price", mark)
            writer.put("new_average_entry_price", newEntryPrice)
            writer.put("new_balance", newBalance)
            writer.put("old_average_entry_price", oldEntryPrice)
            writer.put("old_balance", oldBalance)
            writer.putAmountOrNull("realized_funding", realisedFunding)
            writer.putAmountOrNull("realized_pnl", realisedProfit)
            writer.putAmountOrNull("trade_price", tradePrice)
            writer.put("liquidation_fee", liquidationFee)
            writer.put("collateral", collateral)
        }
    }

    /// What was booked.
    public enum LogInfo: String, WireWord {
        case trade = "futures trade"
        case liquidation = "futures liquidation"
        case assignor = "futures assignor"
        case assignee = "futures assignee"
        case unwindCounterparty = "futures unwind counterparty"
        case unwindBankrupt = "futures unwind bankrupt"
        case coveredLiquidation = "covered liquidation"
        case funding = "funding rate change"
        case conversion
        case interest = "interest payment"
        case transfer
        case crossExchangeTransfer = "cross-exchange transfer"
        case kfee = "kfee applied"
        case subaccountTransfer = "subaccount transfer"
        case settlement
        case adminTransfer = "admin transfer"
        case taxWithheld = "tax withheld"
        case taxRefund = "tax refund"
    }
}
