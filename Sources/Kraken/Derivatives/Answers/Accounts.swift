public import Market
public import Wire

extension Derivatives {
    /// `accounts`: the multi-collateral wallet, the only one that linear contracts use, and plain cash.
    public struct Accounts: WireObject {
        /// Nil when the account has none.
        public var flex: FlexAccount?
        /// The holding wallet: currency, as it is spelled there, and amount.
        public var cash: [CurrencyAmount]
        /// Names of the single-collateral wallets, which are not read.
        public var otherWallets: [String]

        public init(flex: FlexAccount?, cash: [CurrencyAmount] = []) {
            self.flex = flex
            self.cash = cash
            otherWallets = []
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(try Fields(value).required("accounts"))
            flex = try fields.optionalObject("flex")
            cash =
                try fields["cash"].map { value throws(WireError) in
                    try CurrencyAmount.list(try Fields(value)["balances"], "accounts.cash")
                } ?? []
            otherWallets = fields.names(beside: ["flex", "cash"])
        }

        public func members(into writer: inout JSONWriter) {
            writer.name("accounts")
            writer.object { writer in
                writer.name("cash")
                writer.object { writer in
                    writer.put("type", "cashAccount")
                    writer.name("balances")
                    CurrencyAmount.write(cash, into: &writer)
                }
                writer.put("flex", flex)
            }
        }
    }

    /// An amount of some currency. Coins reach to 10¹⁰ with eight decimals.
    public struct CurrencyAmount: Hashable, Sendable {
        public let currency: String
        public let amount: Money

        public init(currency: String, amount: Money) {
            self.currency = currency
            self.amount = amount
        }

        static func list(_ value: JSONValue?, _ name: String) throws(WireError) -> [CurrencyAmount] {
            guard let members = value?.members else { return [] }
            return try members.map { member throws(WireError) in
                CurrencyAmount(
                    currency: member.name, amount: try Fields.amount(member.value, name + "." + member.name))
            }
        }

        static func write(_ list: [CurrencyAmount], into writer: inout JSONWriter) {
            writer.object { writer in
                for entry in list {
                    writer.name(entry.currency)
                    writer.number(entry.amount)
                }
            }
        }
    }

    /// The multi-collateral wallet, in dollars.
    public struct FlexAccount: WireObject {
        public var currencies: [FlexCurrency]
        /// Of positions.
        public var initialMargin: Money
        public var initialMarginWithOrders: Money
        public var maintenanceMargin: Money
        /// Sum of all currencies.
        public var balanceValue: Money
        /// With unrealised profit.
        public var portfolioValue: Money
        /// Currencies after haircuts.
        public var collateralValue: Money
        public var profit: Money
        public var unrealisedFunding: Money
        public var totalUnrealised: Money
        /// The part of it that counts as margin.
        public var totalUnrealisedAsMargin: Money
        /// Collateral and unrealised.
        public var marginEquity: Money
        /// Margin equity less initial margin.
        public var availableMargin: Money

        public init(balance: Money) {
            currencies = []
            initialMargin = .zero
            initialMarginWithOrders = .zero
            maintenanceMargin = .zero
            balanceValue = balance
            portfolioValue = balance
            collateralValue = balance
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
                try FlexCurrency(member)
            }
            initialMargin = try fields.amount("initialMargin")
            initialMarginWithOrders = try fields.optionalAmount("initialMarginWithOrders") ?? initialMargin
            maintenanceMargin = try fields.amount("maintenanceMargin")
            balanceValue = try fields.amount("balanceValue")
            portfolioValue = try fields.amount("portfolioValue")
            collateralValue = try fields.amount("collateralValue")
            profit = try fields.optionalAmount("pnl") ?? .zero
            unrealisedFunding = try fields.optionalAmount("unrealizedFunding") ?? .zero
            totalUnrealised = try fields.optionalAmount("totalUnrealized") ?? .zero
            totalUnrealisedAsMargin = try fields.optionalAmount("totalUnrealizedAsMargin") ?? .zero
            marginEquity = try fields.amount("marginEquity")
            availableMargin = try fields.amount("availableMargin")
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("type", "multiCollateralMarginAccount")
            writer.name("currencies")
            writer.object { writer in
                for currency in currencies { currency.write(into: &writer) }
            }
            writer.put("initialMargin", initialMargin)
            writer.put("initialMarginWithOrders", initialMarginWithOrders)
            writer.put("maintenanceMargin", maintenanceMargin)
            writer.put("balanceValue", balanceValue)
            writer.put("portfolioValue", portfolioValue)
            writer.put("collateralValue", collateralValue)
            writer.put("pnl", profit)
            writer.put("unrealizedFunding", unrealisedFunding)
            writer.put("totalUnrealized", totalUnrealised)
            writer.put("totalUnrealizedAsMargin", totalUnrealisedAsMargin)
            writer.put("marginEquity", marginEquity)
            writer.put("availableMargin", availableMargin)
        }
    }

    /// One currency of the multi-collateral wallet.
    public struct FlexCurrency: Hashable, Sendable {
        public let currency: String
        /// In the currency itself.
        public let quantity: Money
        /// In dollars.
        public let value: Money
        /// In dollars, after the haircut.
        public let collateral: Money
        /// In the currency itself.
        public let available: Money

        public init(currency: String, quantity: Money, value: Money, collateral: Money, available: Money) {
            self.currency = currency
            self.quantity = quantity
            self.value = value
            self.collateral = collateral
            self.available = available
        }

        init(_ member: JSONValue.Member) throws(WireError) {
            let fields = try Fields(member.value)
            currency = member.name
            quantity = try fields.amount("quantity")
            value = try fields.optionalAmount("value") ?? .zero
            let older: Money? = try fields.optionalAmount("collateralValue")
            collateral = try fields.optionalAmount("collateral") ?? older ?? .zero
            available = try fields.optionalAmount("available") ?? .zero
        }

        func write(into writer: inout JSONWriter) {
            writer.name(currency)
            writer.object { writer in
                writer.put("quantity", quantity)
                writer.put("value", value)
                writer.put("collateral", collateral)
                writer.put("available", available)
            }
        }
    }
}
