import Market
import Wire

extension Unified {
    public enum Channel: String, WireWord {
        case ticker
        case book
        case trade
        case ohlc
        case instrument
        case executions
        case positions
        case margin
        case balances
        case ledgers
        case status
        case heartbeat

        /// Whether a subscription needs a token.
        public var isPrivate: Bool {
            switch self {
            case .executions, .positions, .margin, .balances, .ledgers: true
            case .ticker, .book, .trade, .ohlc, .instrument, .status, .heartbeat: false
            }
        }

        /// Whether a subscription names the class of assets; the ledgers refuse it.
        public var namesAssetClass: Bool { self != .ledgers && self != .balances }

        /// Whether a subscription names symbols.
        public var isBySymbol: Bool {
            switch self {
            case .ticker, .book, .trade, .ohlc: true
            case .instrument, .executions, .positions, .margin, .balances, .ledgers, .status, .heartbeat: false
            }
        }
    }

    public enum Method: String, WireWord {
        case subscribe
        case unsubscribe
        case ping
        case addOrder = "add_order"
        case amendOrder = "amend_order"
        case cancelOrder = "cancel_order"
        case batchAdd = "batch_add"
        case batchCancel = "batch_cancel"
        case cancelAll = "cancel_all"
        case cancelAllOrdersAfter = "cancel_all_orders_after"
    }

    public enum OrderType: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case limit
        case market
        case stopLoss = "stop-loss"
        case stopLossLimit = "stop-loss-limit"
        case takeProfit = "take-profit"
        case takeProfitLimit = "take-profit-limit"
        case trailingStop = "trailing-stop"
        case trailingStopLimit = "trailing-stop-limit"
    }

    /// The price that a trigger watches. There is no mark price here.
    public enum Reference: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        /// Falls back to last when the outside feed fails.
        case index
        case last
    }

    public enum TimeInForce: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case goodTillCancelled = "gtc"
        case immediateOrCancel = "ioc"
        case fillOrKill = "fok"

        public static func spelled(_ text: String) -> TimeInForce? {
            switch text {
            case "GTC": .goodTillCancelled
            case "IOC": .immediateOrCancel
            case "FOK": .fillOrKill
            default: nil
            }
        }
    }

    /// What candles are made of.
    public enum TickType: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case trade
        case mark
        case spot
    }

    /// What happened to an order.
    public enum ExecutionType: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case pendingNew = "pending_new"
        case new
        case trade
        case filled
        case canceled
        case expired
        case amended
        case restated
        case status
        case icebergRefill = "iceberg_refill"
    }

    /// The state of an order. `partially_filled` can stand on the fill that completed it: believe the quantities.
    public enum OrderState: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case pendingNew = "pending_new"
        case new
        case partiallyFilled = "partially_filled"
        case filled
        case canceled
        case expired
    }

    /// What a refusal asks for.
    public enum RefusalKind: Hashable, Sendable {
        /// A new token; reads and cancels may be sent again, orders never.
        case staleToken
        /// Stop: keys or permissions.
        case credentials
        case insufficientFunds
        /// Gone or never existed: reconcile.
        case invalidOrder
        case rateLimit
        /// About 15 minutes: stop and alarm.
        case lockout
        /// Our own fault: never in a loop.
        case bug
        /// Refused, for a reason that is only text.
        case other

        public init(_ text: String) {
            let rateLimits = [
                "EOrder:Rate limit exceeded", "EOrder:Domain rate limit exceeded", "EAPI:Rate limit exceeded",
                "EGeneral:Too many requests", "EService:Throttled",
            ]
            if text.hasPrefix("EAPI:Invalid token") || text.hasPrefix("ESession:Invalid session") {
                self = .staleToken
            } else if text.hasPrefix("EAPI:Invalid") || text.hasPrefix("EAuth:") || text.hasSuffix("Permission denied")
            {
                self = .credentials
            } else if text.hasPrefix("EOrder:Insufficient funds") {
                self = .insufficientFunds
            } else if text.hasPrefix("EOrder:Invalid order") {
                self = .invalidOrder
            } else if rateLimits.contains(where: { text.hasPrefix($0) }) {
                self = .rateLimit
            } else if text.hasPrefix("EGeneral:Temporary lockout") {
                self = .lockout
            } else if text.hasPrefix("Already subscribed to") || text.hasPrefix("Unsupported field")
                || text.hasPrefix("'params.")
            {
                self = .bug
            } else {
                self = .other
            }
        }
    }
}
