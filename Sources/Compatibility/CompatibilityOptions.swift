/// The options of `trident smc --compat`, as they were given; nil means not given, so the library's default holds.
public struct CompatibilityOptions: Hashable, Sendable {
    public var swingLength: Int?
    public var joinConsecutive: Bool?
    public var closeBreak: Bool?
    public var closeMitigation: Bool?
    public var rangePercent: Double?
    public var timeFrame: String?
    public var session: String?
    public var startTime: String?
    public var endTime: String?
    public var timeZone: String?

    public init() {}

    /// The options that were given, by their names on the command line.
    private var given: [String] {
        let all: [(String, Bool)] = [
            ("--swing-length", swingLength != nil), ("--join-consecutive", joinConsecutive != nil),
            ("--close-break", closeBreak != nil), ("--close-mitigation", closeMitigation != nil),
            ("--range-percent", rangePercent != nil), ("--time-frame", timeFrame != nil),
            ("--session", session != nil), ("--start-time", startTime != nil), ("--end-time", endTime != nil),
            ("--time-zone", timeZone != nil),
        ]
        return all.filter(\.1).map(\.0)
    }

    private static func taken(by name: CompatibilityFunction.Name) -> [String] {
        switch name {
        case .fvg: ["--join-consecutive"]
        case .swingHighsLows, .retracements: ["--swing-length"]
        case .bosChoch: ["--swing-length", "--close-break"]
        case .ob: ["--swing-length", "--close-mitigation"]
        case .liquidity: ["--swing-length", "--range-percent"]
        case .previousHighLow: ["--time-frame"]
        case .sessions: ["--session", "--start-time", "--end-time", "--time-zone"]
        }
    }

    private func checked(for name: CompatibilityFunction.Name) throws(CompatibilityError) {
        let taken = Self.taken(by: name)
        if let stray = given.first(where: { !taken.contains($0) }) {
            throw .optionNotTaken(option: stray, function: name.rawValue)
        }
        if let swingLength, swingLength < 0 { throw .negativeSwingLength(swingLength) }
        if let rangePercent, !rangePercent.isFinite { throw .rangePercentNotFinite }
    }

    /// The function of a name with these options. Throws on an unknown name, an option that the function does not take,
    /// and a value that the library would refuse.
    public func function(named text: String) throws(CompatibilityError) -> CompatibilityFunction {
        guard let name = CompatibilityFunction.Name(rawValue: text) else { throw .unknownFunction(text) }
        try checked(for: name)
        let length = swingLength ?? 50
        switch name {
        case .fvg:
            return .fvg(.init(joinConsecutive: joinConsecutive ?? false))
        case .swingHighsLows:
            return .swingHighsLows(.init(swingLength: length))
        case .bosChoch:
            return .bosChoch(.init(swingLength: length, closeBreak: closeBreak ?? true))
        case .ob:
            return .ob(.init(swingLength: length, closeMitigation: closeMitigation ?? false))
        case .liquidity:
            return .liquidity(.init(swingLength: length, rangePercent: rangePercent ?? 0.01))
        case .previousHighLow:
            return .previousHighLow(try TimeFrame(timeFrame ?? "1D"))
        case .sessions:
            return .sessions(try sessionHours())
        case .retracements:
            return .retracements(.init(swingLength: length))
        }
    }

    private func sessionHours() throws(CompatibilityError) -> SessionHours {
        guard let session else { throw .missingSession }
        let offset = try UTCOffset(timeZone ?? "UTC")
        guard session == "Custom" else {
            if startTime != nil || endTime != nil { throw .timesNeedCustomSession(session: session) }
            return try SessionHours(named: session, zone: offset)
        }
        return try SessionHours(start: startTime ?? "", end: endTime ?? "", zone: offset)
    }
}
