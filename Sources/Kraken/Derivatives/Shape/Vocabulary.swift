extension Derivatives {
    /// Kinds of orders in requests and REST answers.
    public enum OrderType: String, WireWord {
        case limit = "lmt"
        /// A limit that is refused if it would trade at once.
        case postOnly = "post"
        case immediateOrCancel = "ioc"
        case fillOrKill = "fok"
        /// Immediate-or-cancel within 1 % of the market.
        case market = "mkt"
        case stop = "stp"
        case takeProfit = "take_profit"
        case trailingStop = "trailing_stop"
        case liquidation
        case assignment
        case unwind
        case block

        public static func spelled(_ text: String) -> OrderType? {
            switch text {
            case "stop": .stop
            case "limit": .limit
            case "market": .market
            case "takeProfit": .takeProfit
            case "trailingStop": .trailingStop
            default: nil
            }
        }
    }

    /// Kinds of orders on the WebSocket.
    public enum StreamOrderType: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case limit
        case postOnly = "post"
        case immediateOrCancel = "ioc"
        case fillOrKill = "fok"
        case market
        case stop
        case takeProfit = "take_profit"
        case trailingStop = "trailing_stop"
        case liquidation
        case assignment
        case unwind
        case block

        public static func spelled(_ text: String) -> StreamOrderType? {
            switch text {
            case "lmt": .limit
            case "mkt": .market
            case "stp": .stop
            default: nil
            }
        }
    }

    /// The price that a trigger watches. Requests say `index`, answers `spot`.
    public enum TriggerSignal: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case mark
        case index
        case last

        public static func spelled(_ text: String) -> TriggerSignal? {
            switch text {
            case "spot", "spot_price", "index_price", "SpotPrice", "IndexPrice", "SPOT_PRICE": .index
            case "mark_price", "MarkPrice", "MARK_PRICE": .mark
            case "last_price", "LastPrice", "LAST_PRICE": .last
            default: nil
            }
        }

        /// In order lists and on the WebSocket.
        var short: String { self == .index ? "spot" : rawValue }
        /// In order events.
        var long: String { short + "_price" }
        /// In history.
        var pascal: String {
            switch self {
            case .mark: "MarkPrice"
            case .index: "SpotPrice"
            case .last: "LastPrice"
            }
        }
    }

    /// The side of the trigger price on which a trigger fires.
    public enum TriggerSide: String, WireWord {
        case above = "trigger_above"
        case below = "trigger_below"

        public static func spelled(_ text: String) -> TriggerSide? {
            switch text {
            case "Above", "above", "ABOVE", "TRIGGER_ABOVE": .above
            case "Below", "below", "BELOW", "TRIGGER_BELOW": .below
            default: nil
            }
        }

        var pascal: String { self == .above ? "Above" : "Below" }
    }

    /// The unit of a trailing distance or of a relative limit price.
    public enum OffsetUnit: String, WireWord {
        case percent = "PERCENT"
        case quoteCurrency = "QUOTE_CURRENCY"

        public static func spelled(_ text: String) -> OffsetUnit? {
            switch text {
            case "percent": .percent
            case "quote_currency": .quoteCurrency
            default: nil
            }
        }
    }

    /// How one of our fills came about.
    public enum FillType: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case maker
        case taker
        case takerAfterEdit
        case liquidation
        case partialLiquidation
        case assignor
        case assignee
        case unwindBankrupt
        case unwindCounterparty

        public static func spelled(_ text: String) -> FillType? {
            switch text {
            case "partial liquidation": .partialLiquidation
            case "taker after edit": .takerAfterEdit
            default: nil
            }
        }
    }

    /// How a trade in the public market came about.
    public enum TradeType: String, WireWord {
        public static let table: WordTable<Self>? = WordTable()

        case fill
        case liquidation
        case partialLiquidation
        case assignment
        case termination
        case block

        public static func spelled(_ text: String) -> TradeType? {
            text == "partial liquidation" ? .partialLiquidation : nil
        }
    }
}
