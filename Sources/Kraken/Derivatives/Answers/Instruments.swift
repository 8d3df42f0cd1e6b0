public import Market
public import Venue
public import Wire

extension Derivatives {
    /// All listed contracts. One that cannot be read does not hide the others.
    public struct Instruments: WireObject {
        public let instruments: [InstrumentEntry]
        /// Entries that could not be read: symbol, or place in the list, and why.
        public let unreadable: [Unreadable]

        public struct Unreadable: Hashable, Sendable {
            public let entry: String
            public let problem: WireError
        }

        public init(_ instruments: [InstrumentEntry]) {
            self.instruments = instruments
            unreadable = []
        }

        public init(_ value: JSONValue) throws(WireError) {
            (instruments, unreadable) = try readable(value, "instruments")
        }

        public func members(into writer: inout JSONWriter) { writer.put("instruments", instruments) }
    }

    /// One contract as the exchange describes it.
    public struct InstrumentEntry: WireObject {
        public var symbol: InstrumentID
        public var type: Open<InstrumentType>
        public var base: String?
        public var quote: String?
        public var pair: String?
        public var tick: Price?
        public var contractSize: Quantity?
        /// Decimals of a size; negative n means multiples of 10 to the power of n.
        public var sizePrecision: Int64?
        public var maximumPosition: Quantity?
        /// Size for which the impact mid of the mark price is taken.
        public var impactMidSize: Quantity?
        public var openingDate: Timestamp?
        /// On dated contracts only: its absence marks a perpetual.
        public var lastTradingTime: Timestamp?
        /// Professional levels, or those of the account.
        public var marginLevels: [MarginLevel]
        public var retailMarginLevels: [MarginLevel]
        /// Levels by the exchange's legal entity.
        public var marginSchedules: [EntityMargins]
        public var fundingCoefficient: Rate?
        /// The greatest relative funding rate per hour.
        public var fundingCap: Rate?
        public var isTradeable: Bool
        public var isPostOnly: Bool
        public var isExpired: Bool

        /// A bracket that starts at this size.
        public struct MarginLevel: WireObject {
            /// Notional in dollars, linear contracts only.
            public let notional: Money?
            /// Contracts, inverse contracts only.
            public let contracts: Quantity?
            public let initial: Rate
            public let maintenance: Rate
        }

        public struct EntityMargins: Hashable, Sendable {
            public let entity: String
            public let retail: [MarginLevel]
            public let professional: [MarginLevel]
        }
    }

    public enum InstrumentType: String, WireWord {
        /// Linear, multi-collateral: perpetual or dated.
        case linear = "flexible_futures"
        case inverse = "futures_inverse"
        case vanilla = "futures_vanilla"
        case options
        case spotIndex = "spot index"
    }
}

/// The elements of the array `name`, those that can be read apart from those that cannot.
func readable<Part: WireObject>(
    _ value: JSONValue, _ name: String
) throws(WireError) -> ([Part], [Derivatives.Instruments.Unreadable]) {
    let fields = try Fields(value)
    guard let elements = try fields.required(name).array else { throw WireError(.expected("an array"), field: name) }
    var parts: [Part] = []
    var unreadable: [Derivatives.Instruments.Unreadable] = []
    for (index, element) in elements.enumerated() {
        do throws(WireError) {
            parts.append(try Part(element))
        } catch {
            unreadable.append(.init(entry: element["symbol"]?.string ?? "entry \(index + 1)", problem: error))
        }
    }
    return (parts, unreadable)
}

extension Derivatives.InstrumentEntry {
    public init(symbol: InstrumentID, type: Derivatives.InstrumentType) {
        self.symbol = symbol
        self.type = .known(type)
        marginLevels = []
        retailMarginLevels = []
        marginSchedules = []
        isTradeable = true
        isPostOnly = false
        isExpired = false
    }

    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        symbol = try fields.instrument("symbol")
        type = try fields.word("type")
        base = try fields.filledText("base")
        quote = try fields.filledText("quote")
        pair = try fields.filledText("pair")
        tick = try fields.optionalAmount("tickSize")
        contractSize = try fields.optionalAmount("contractSize")
        sizePrecision = try fields.optionalInteger("contractValueTradePrecision")
        maximumPosition = try fields.optionalAmount("maxPositionSize")
        impactMidSize = try fields.optionalAmount("impactMidSize")
        openingDate = try fields.optionalInstant("openingDate")
        lastTradingTime = try fields.optionalInstant("lastTradingTime")
        marginLevels = try fields.optionalList("marginLevels") ?? []
        retailMarginLevels = try fields.optionalList("retailMarginLevels") ?? []
        marginSchedules = try (fields["marginSchedules"]?.members ?? []).map { member throws(WireError) in
            let levels = try Fields(member.value)
            return EntityMargins(
                entity: member.name, retail: try levels.optionalList("retail") ?? [],
                professional: try levels.optionalList("professional") ?? [])
        }
        fundingCoefficient = try fields.optionalAmount("fundingRateCoefficient")
        fundingCap = try fields.optionalAmount("maxRelativeFundingRate")
        isTradeable = try fields.flag("tradeable", default: true)
        isPostOnly = try fields.flag("postOnly", default: false)
        isExpired = try fields.flag("isExpired", default: false)
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("symbol", symbol)
        writer.put("type", type)
        writer.put("lastTradingTime", instant: lastTradingTime)
        writer.put("tickSize", tick)
        writer.put("contractSize", contractSize)
        writer.put("tradeable", isTradeable)
        writer.put("impactMidSize", impactMidSize)
        writer.put("maxPositionSize", maximumPosition)
        writer.put("openingDate", instant: openingDate)
        writer.put("marginLevels", marginLevels)
        if !retailMarginLevels.isEmpty { writer.put("retailMarginLevels", retailMarginLevels) }
        if !marginSchedules.isEmpty {
            writer.name("marginSchedules")
            writer.object { writer in
                for schedule in marginSchedules {
                    writer.name(schedule.entity)
                    writer.object { writer in
                        writer.put("retail", schedule.retail)
                        writer.put("professional", schedule.professional)
                    }
                }
            }
        }
        writer.put("fundingRateCoefficient", fundingCoefficient)
        writer.put("maxRelativeFundingRate", fundingCap)
        writer.put("contractValueTradePrecision", sizePrecision)
        writer.put("postOnly", isPostOnly)
        writer.put("base", base)
        writer.put("quote", quote)
        writer.put("pair", pair)
        writer.put("isExpired", isExpired)
    }
}

extension Derivatives.InstrumentEntry.MarginLevel {
    public init(notional: Money, initial: Rate, maintenance: Rate) {
        self.notional = notional
        contracts = nil
        self.initial = initial
        self.maintenance = maintenance
    }

    public init(_ value: JSONValue) throws(WireError) {
        let fields = try Fields(value)
        notional = try fields.optionalAmount("numNonContractUnits")
        contracts = try fields.optionalAmount("contracts")
        initial = try fields.amount("initialMargin")
        maintenance = try fields.amount("maintenanceMargin")
    }

    public func members(into writer: inout JSONWriter) {
        writer.put("numNonContractUnits", notional)
        writer.put("contracts", contracts)
        writer.put("initialMargin", initial)
        writer.put("maintenanceMargin", maintenance)
    }
}
