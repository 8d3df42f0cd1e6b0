public import Market
public import Venue
public import Wire

extension Derivatives {
    /// All open positions: one that is not in the list is closed. A frame without the list is an error, never flat.
    public struct StreamPositions: WireObject {
        public var positions: [StreamPosition]
        public var sequence: Int64?
        public var time: Timestamp?

        public init(_ positions: [StreamPosition], sequence: Int64, time: Timestamp) {
            self.positions = positions
            self.sequence = sequence
            self.time = time
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            // Contracts whose names do not fit (options) are none of ours.
            guard let elements = fields["positions"]?.array else { throw .missing("positions") }
            positions = []
            for element in elements where (element["instrument"]?.string?.utf8.count ?? 0) <= Symbol.longest {
                positions.append(try Fields.part(element, "positions"))
            }
            sequence = try fields.optionalInteger("seq")
            time = try fields.optionalInstant("timestamp")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("feed", "open_positions")
            writer.put("positions", positions)
            writer.put("seq", sequence)
            writer.put("timestamp", milliseconds: time)
        }
    }

    public struct StreamPosition: WireObject {
        public var instrument: InstrumentID
        /// Signed: negative is short.
        public var balance: Quantity
        public var entryPrice: Price
        public var mark: Price?
        public var index: Price?
        /// At which mark price the exchange would liquidate; nil when it would not.
        public var liquidationPrice: Price?
        public var profit: Money?
        public var unrealisedFunding: Money?
        public var initialMargin: Money?
        public var initialMarginWithOrders: Money?
        public var maintenanceMargin: Money?
        public var effectiveLeverage: Double?
        public var returnOnEquity: Double?
        public var profitCurrency: String?

        public init(_ instrument: InstrumentID, balance: Quantity, entryPrice: Price) {
            self.instrument = instrument
            self.balance = balance
            self.entryPrice = entryPrice
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            instrument = try fields.instrument("instrument")
            balance = try fields.amount("balance")
            entryPrice = try fields.amount("entry_price")
            mark = try fields.optionalAmount("mark_price")
            index = try fields.optionalAmount("index_price")
            liquidationPrice = try fields.optionalAmount("liquidation_threshold").flatMap { (price: Price) in
                price.isPositive ? price : nil
            }
            profit = try fields.optionalAmount("pnl")
            unrealisedFunding = try fields.optionalAmount("unrealized_funding")
            initialMargin = try fields.optionalAmount("initial_margin")
            initialMarginWithOrders = try fields.optionalAmount("initial_margin_with_orders")
            maintenanceMargin = try fields.optionalAmount("maintenance_margin")
            effectiveLeverage = try fields.optionalDouble("effective_leverage")
            returnOnEquity = try fields.optionalDouble("return_on_equity")
            profitCurrency = try fields.filledText("pnl_currency")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("instrument", instrument)
            writer.put("balance", balance)
            writer.put("pnl", profit)
            writer.put("entry_price", entryPrice)
            writer.put("mark_price", mark)
            writer.put("index_price", index)
            writer.put("liquidation_threshold", liquidationPrice ?? .zero)
            writer.put("effective_leverage", effectiveLeverage)
            writer.put("return_on_equity", returnOnEquity)
            writer.put("unrealized_funding", unrealisedFunding)
            writer.put("initial_margin", initialMargin)
            writer.put("initial_margin_with_orders", initialMarginWithOrders)
            writer.put("maintenance_margin", maintenanceMargin)
            writer.put("pnl_currency", profitCurrency)
        }
    }

    /// Balances. A change carries only the parts that changed.
    public struct StreamBalances: WireObject {
        public var isSnapshot: Bool
        /// The holding wallet.
        public var holding: [CurrencyAmount]?
        /// Names of the single-collateral wallets, which are not read.
        public var otherWallets: [String]
        public var flex: StreamFlex?
        public var sequence: Int64?
        public var time: Timestamp

        public init(isSnapshot: Bool, holding: [CurrencyAmount]?, flex: StreamFlex?, sequence: Int64, time: Timestamp) {
            self.isSnapshot = isSnapshot
            self.holding = holding
            otherWallets = []
            self.flex = flex
            self.sequence = sequence
            self.time = time
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            isSnapshot = try fields.text("feed") == "balances_snapshot"
            holding = try fields["holding"].map { value throws(WireError) in
                try CurrencyAmount.list(value, "holding")
            }
            otherWallets = fields["futures"]?.members?.map(\.name) ?? []
            flex = try fields.optionalObject("flex_futures")
            sequence = try fields.optionalInteger("seq")
            time = try fields.instant("timestamp")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("feed", isSnapshot ? "balances_snapshot" : "balances")
            if let holding {
                writer.name("holding")
                CurrencyAmount.write(holding, into: &writer)
            }
            writer.put("flex_futures", flex)
            writer.put("timestamp", milliseconds: time)
            writer.put("seq", sequence)
        }
    }

    /// The multi-collateral wallet in the feed, in dollars. Here `initial_margin` is the one with orders.
    public struct StreamFlex: WireObject {
        public var currencies: [StreamFlexCurrency]
        public var balanceValue: Money
        public var portfolioValue: Money
        public var collateralValue: Money
        public var initialMarginWithOrders: Money
        public var initialMargin: Money
        public var maintenanceMargin: Money
        public var profit: Money
        public var unrealisedFunding: Money
        public var totalUnrealised: Money
        public var totalUnrealisedAsMargin: Money
        public var marginEquity: Money
        public var availableMargin: Money

        public init(balance: Money) {
            currencies = []
            balanceValue = balance
            portfolioValue = balance
            collateralValue = balance
            initialMarginWithOrders = .zero
            initialMargin = .zero
            maintenanceMargin = .zero
            profit = .zero
            unrealisedFunding = .zero
            totalUnrealised = .zero
            totalUnrealisedAsMargin = .zero
            marginEquity = balance
            availableMargin = balance
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            currencies = try (fields["currencies"]?.members ?? []).map { member throws(WireError) in
                try StreamFlexCurrency(member)
            }
            balanceValue = try fields.amount("balance_value")
            portfolioValue = try fields.amount("portfolio_value")
            collateralValue = try fields.amount("collateral_value")
            initialMarginWithOrders = try fields.amount("initial_margin")
            initialMargin = try fields.optionalAmount("initial_margin_without_orders") ?? initialMarginWithOrders
            maintenanceMargin = try fields.amount("maintenance_margin")
            profit = try fields.optionalAmount("pnl") ?? .zero
            unrealisedFunding = try fields.optionalAmount("unrealized_funding") ?? .zero
            totalUnrealised = try fields.optionalAmount("total_unrealized") ?? .zero
            totalUnrealisedAsMargin = try fields.optionalAmount("total_unrealized_as_margin") ?? .zero
            marginEquity = try fields.amount("margin_equity")
            availableMargin = try fields.amount("available_margin")
        }

        public func members(into writer: inout JSONWriter) {
            writer.name("currencies")
            writer.object { writer in
                for currency in currencies { currency.write(into: &writer) }
            }
            writer.put("balance_value", balanceValue)
            writer.put("portfolio_value", portfolioValue)
            writer.put("collateral_value", collateralValue)
            writer.put("initial_margin", initialMarginWithOrders)
            writer.put("initial_margin_without_orders", initialMargin)
            writer.put("maintenance_margin", maintenanceMargin)
            writer.put("pnl", profit)
            writer.put("unrealized_funding", unrealisedFunding)
            writer.put("total_unrealized", totalUnrealised)
            writer.put("total_unrealized_as_margin", totalUnrealisedAsMargin)
            writer.put("margin_equity", marginEquity)
            writer.put("available_margin", availableMargin)
        }
    }

    /// One currency of that wallet.
    public struct StreamFlexCurrency: Hashable, Sendable {
        public let currency: String
        public let quantity: Money
        public let value: Money
        public let collateral: Money
        public let available: Money
        /// The part of the value that does not count as collateral.
        public let haircut: Rate
        public let conversionSpread: Rate

        public init(
            currency: String, quantity: Money, value: Money, collateral: Money, available: Money, haircut: Rate,
            conversionSpread: Rate
        ) {
            self.currency = currency
            self.quantity = quantity
            self.value = value
            self.collateral = collateral
            self.available = available
            self.haircut = haircut
            self.conversionSpread = conversionSpread
        }

        init(_ member: JSONValue.Member) throws(WireError) {
            let fields = try Fields(member.value)
            currency = member.name
            quantity = try fields.amount("quantity")
            value = try fields.optionalAmount("value") ?? .zero
            collateral = try fields.optionalAmount("collateral_value") ?? .zero
            available = try fields.optionalAmount("available") ?? .zero
            haircut = try fields.optionalAmount("haircut") ?? .zero
            conversionSpread = try fields.optionalAmount("conversion_spread") ?? .zero
        }

        func write(into writer: inout JSONWriter) {
            writer.name(currency)
            writer.object { writer in
                writer.put("quantity", quantity)
                writer.put("value", value)
                writer.put("collateral_value", collateral)
                writer.put("available", available)
                writer.put("haircut", haircut)
                writer.put("conversion_spread", conversionSpread)
            }
        }
    }
}
