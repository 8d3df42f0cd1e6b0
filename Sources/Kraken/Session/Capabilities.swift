public import Venue

/// One thing that a session may want of a surface.
public enum Feature: String, Hashable, Sendable, CaseIterable {
    case markTrigger
    case indexTrigger
    case lastTrigger
    /// Moving a resting stop in place. Without it, and always while unproven, a stop moves by add-then-cancel.
    case amendTrigger
    case amendLimit
    /// A time after which the order must not be processed.
    case orderDeadline
    case deadManSwitch
    /// Asking for the state of one order by its client id.
    case orderQuery
    /// Fills older than the snapshot.
    case fillHistory
    /// The exchange's own liquidation price of a position.
    case liquidationPrice
    /// Mark price, index and funding in the live ticker.
    case markAndFunding
    case fundingHistory
    case candleHistory
    /// Margin levels and position limits in the list of instruments.
    case marginLevels
    /// A client order id that was ever used is refused for ever.
    case orderIDsNeverReusable
    /// A cost that is published for each request.
    case publishedRateLimit
    case leverageSetting
}

/// Whether a surface has a feature.
public enum Support: Hashable, Sendable {
    case supported
    /// It has not; `why` is for people.
    case unsupported(why: String)
    /// Not shown by any recording: used only after `probe`, what to try with a real key, has settled it.
    case unverified(probe: String)
}

/// What a surface can do, as a record that sessions and `trident check` read. Nothing asks a surface for its name.
public struct Capabilities: Hashable, Sendable {
    public let surface: Surface

    public init(_ surface: Surface) { self.surface = surface }

    public subscript(feature: Feature) -> Support {
        switch surface {
        case .derivatives: Self.derivatives(feature)
        case .unified: Self.unified(feature)
        }
    }

    /// Features that a live probe must settle, with the probe.
    public var unverified: [(feature: Feature, probe: String)] {
        Feature.allCases.compactMap { feature in
            switch self[feature] {
            case .unverified(let probe): (feature, probe)
            case .supported, .unsupported: nil
            }
        }
    }

    /// Which price a stop should watch: the mark price where the surface offers it, else the index. The core watches
    /// the mark price itself either way.
    public var stopTrigger: TriggerSource {
        self[.markTrigger] == .supported ? .mark : .index
    }

    private static func derivatives(_ feature: Feature) -> Support {
        switch feature {
        case .markTrigger, .indexTrigger, .lastTrigger, .amendTrigger, .amendLimit, .orderDeadline, .deadManSwitch,
            .orderQuery, .fillHistory, .liquidationPrice, .markAndFunding, .fundingHistory, .candleHistory,
            .marginLevels, .orderIDsNeverReusable, .publishedRateLimit, .leverageSetting:
            .supported
        }
    }

    private static func unified(_ feature: Feature) -> Support {
        switch feature {
        case .indexTrigger, .lastTrigger, .amendLimit, .deadManSwitch: .supported
        case .orderDeadline: .supported
        case .markTrigger: .unsupported(why: "stops trigger on last or index only")
        case .orderQuery: .unsupported(why: "one order cannot be asked for; the executions snapshot has it if open")
        case .fillHistory: .unsupported(why: "the snapshot holds the last 50 fills; older ones are in the ledgers")
        case .fundingHistory: .unsupported(why: "no source is documented; archive it while the old endpoint answers")
        case .candleHistory: .unsupported(why: "live candles only; archive them while the old endpoint answers")
        case .orderIDsNeverReusable:
            .unsupported(why: "a client order id is unique among open orders only; ours are never used twice")
        case .amendTrigger:
            .unverified(probe: "place a far reduce-only stop of the smallest size, amend its trigger_price, cancel it")
        case .liquidationPrice:
            .unverified(probe: "hold the smallest position and read positions with with_margin true")
        case .markAndFunding: .unverified(probe: "subscribe ticker and ohlc with tick_type mark for two minutes")
        case .marginLevels: .unverified(probe: "subscribe instrument and compare with the archived list")
        case .publishedRateLimit:
            .unverified(probe: "subscribe executions with ratecounter true and read maxratecount")
        case .leverageSetting: .unverified(probe: "read the preference on the website before and after a session")
        }
    }
}
