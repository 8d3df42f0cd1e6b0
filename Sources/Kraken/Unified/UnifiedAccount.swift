public import Market
public import Venue
public import Wire

extension Unified {
    /// Positions that changed, or all of them in the snapshot.
    public struct Positions: Hashable, Sendable {
        public var futures: [Position]
        /// Positions in options, as they came.
        public var options: [JSONValue]
        /// `snapshot_too_large` means resubscribe, never flat.
        public var error: String?

        public init(_ futures: [Position]) {
            self.futures = futures
            options = []
        }
    }

    /// A position. The names of most members are not documented: those of the old surface are tried.
    public struct Position: WireObject {
        public var instrument: InstrumentID
        /// As it came: whether it is signed is unknown. Zero is closed.
        public var size: Quantity
        /// Where the exchange says it apart from the size.
        public var side: Side?
        public var entryPrice: Price?
        /// Everything else, as it came.
        public var extra: [JSONValue.Member]

        public init(_ instrument: InstrumentID, size: Quantity, entryPrice: Price?) {
            self.instrument = instrument
            self.size = size
            self.entryPrice = entryPrice
            extra = []
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            let names = ["symbol", "instrument", "product_id", "contract"]
            let name = names.first { fields[$0] != nil } ?? "symbol"
            instrument = try fields.instrument(name)
            size = try fields.amount("size")
            side = try fields["side"] == nil ? nil : fields.side("side")
            entryPrice = try fields.optionalAmount("entry_price")
            extra = fields.members(beside: [name, "size", "side", "entry_price"])
        }

        private var guesses: Fields { Fields(members: extra) }
        /// Nil when not said, or when the exchange would not liquidate.
        public var liquidationPrice: Price? {
            let price: Price? = guesses.guess("liquidation_threshold", "liquidation_price")
            return price.flatMap { $0.isPositive ? $0 : nil }
        }
        public var mark: Price? { guesses.guess("mark_price", "markPrice") }
        public var unrealisedFunding: Money? { guesses.guess("unrealized_funding") }
        public var profit: Money? { guesses.guess("pnl", "unrealized_pnl") }
        public var initialMargin: Money? { guesses.guess("initial_margin") }
        public var maintenanceMargin: Money? { guesses.guess("maintenance_margin") }

        public func members(into writer: inout JSONWriter) {
            writer.put("symbol", instrument)
            writer.put("size", size)
            writer.put("side", side?.position)
            writer.put("entry_price", entryPrice)
            writer.put(extra)
        }
    }

    /// One complete section of the account's margin, replacing the former. Names are guessed from the old surface.
    public struct Margin: Hashable, Sendable {
        public var section: Open<Section>
        /// As it came.
        public var content: [JSONValue.Member]

        public enum Section: String, WireWord {
            case multiCollateral = "multi_collateral"
            case singleCollateral = "single_collateral"
        }

        public init(_ section: Section, _ content: [JSONValue.Member]) {
            self.section = .known(section)
            self.content = content
        }

        init(_ section: Open<Section>, _ content: [JSONValue.Member]) {
            self.section = section
            self.content = content
        }

        private var guesses: Fields { Fields(members: content) }
        public var portfolioValue: Money? { guesses.guess("portfolio_value") }
        public var balanceValue: Money? { guesses.guess("balance_value") }
        public var collateralValue: Money? { guesses.guess("collateral_value") }
        public var initialMarginWithOrders: Money? { guesses.guess("initial_margin") }
        public var initialMargin: Money? { guesses.guess("initial_margin_without_orders") }
        public var maintenanceMargin: Money? { guesses.guess("maintenance_margin") }
        public var profit: Money? { guesses.guess("pnl") }
        public var unrealisedFunding: Money? { guesses.guess("unrealized_funding") }
        public var totalUnrealised: Money? { guesses.guess("total_unrealized") }
        public var marginEquity: Money? { guesses.guess("margin_equity") }
        public var availableMargin: Money? { guesses.guess("available_margin") }
    }

    /// A balance in the snapshot, or a ledger transaction in an update.
    public struct Balance: WireObject {
        public var asset: String
        public var assetClass: String?
        /// After it.
        public var balance: Money
        /// Of a transaction.
        public var amount: Money?
        public var fee: Money?
        public var ledgerID: String?
        public var kind: String?
        public var time: Timestamp?
        public var wallets: [Wallet]
        public var extra: [JSONValue.Member]

        public struct Wallet: WireObject {
            public var type: String
            public var id: String?
            public var balance: Money

            public init(type: String, id: String?, balance: Money) {
                self.type = type
                self.id = id
                self.balance = balance
            }
            public init(_ value: JSONValue) throws(WireError) {
                let fields = try Fields(value)
                type = try fields.text("type")
                id = try fields.filledText("id")
                balance = try fields.amount("balance")
            }
            public func members(into writer: inout JSONWriter) {
                writer.put("type", type)
                writer.put("id", id)
                writer.put("balance", balance)
            }
        }

        private static let known: Set<String> = [
            "asset", "asset_class", "balance", "amount", "fee", "ledger_id", "type", "timestamp", "wallets",
        ]

        public init(asset: String, balance: Money) {
            self.asset = asset
            self.balance = balance
            wallets = []
            extra = []
        }

        public init(_ value: JSONValue) throws(WireError) {
            let fields = try Fields(value)
            asset = try fields.text("asset")
            assetClass = try fields.filledText("asset_class")
            balance = try fields.amount("balance")
            amount = try fields.optionalAmount("amount")
            fee = try fields.optionalAmount("fee")
            ledgerID = try fields.filledText("ledger_id")
            kind = try fields.filledText("type")
            time = try fields.optionalInstant("timestamp")
            wallets = try fields.optionalList("wallets") ?? []
            extra = fields.members(beside: Self.known)
        }

        public func members(into writer: inout JSONWriter) {
            writer.put("ledger_id", ledgerID)
            writer.put("timestamp", instant: time)
            writer.put("type", kind)
            writer.put("asset", asset)
            writer.put("asset_class", assetClass)
            writer.put("amount", amount)
            writer.put("fee", fee)
            writer.put("balance", balance)
            if !wallets.isEmpty { writer.put("wallets", wallets) }
            writer.put(extra)
        }
    }

    /// One change of one balance or of the size of a position, as it came: its members are not documented.
    public struct LedgerEntry: WireObject {
        public var content: [JSONValue.Member]

        public init(_ content: [JSONValue.Member]) { self.content = content }
        public init(_ value: JSONValue) throws(WireError) {
            guard let members = value.members else { throw WireError(.expected("an object")) }
            content = members
        }
        public func members(into writer: inout JSONWriter) { writer.put(content) }

        private var guesses: Fields { Fields(members: content) }
        public var id: String? { guesses["ledger_id"]?.string }
        public var asset: String? { guesses["asset"]?.string }
        public var kind: String? { guesses["type"]?.string }
        public var amount: Money? { guesses.guess("amount") }
        public var balance: Money? { guesses.guess("balance") }
        public var fee: Money? { guesses.guess("fee") }
        public var realisedFunding: Money? { guesses.guess("realized_funding") }
        public var realisedProfit: Money? { guesses.guess("realized_pnl") }
        public var time: Timestamp? { guesses["timestamp"]?.digits.flatMap { Timestamp(wire: $0) } }
    }
}
