import Market
import Venue
import Wire

/// The members of a JSON object, taken by name and kind. A member that is null counts as absent.
struct Fields {
    private let members: [JSONValue.Member]

    init(_ value: JSONValue) throws(WireError) {
        guard case .object(let members) = value else { throw WireError(.expected("an object")) }
        self.members = members
    }

    init(members: [JSONValue.Member]) { self.members = members }

    /// The value of this name, the last one when there are several.
    subscript(name: String) -> JSONValue? {
        guard let value = members.last(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    func required(_ name: String) throws(WireError) -> JSONValue {
        guard let value = self[name] else { throw .missing(name) }
        return value
    }

    /// Members that are none of `known`, as they came.
    func members(beside known: Set<String>) -> [JSONValue.Member] { members.filter { !known.contains($0.name) } }

    /// The first of `names` that holds such an amount: for members whose names are not documented.
    func guess<Amount: FixedPoint>(_ names: String..., as _: Amount.Type = Amount.self) -> Amount? {
        for name in names {
            if let amount: Amount = self[name]?.amount() { return amount }
        }
        return nil
    }

    /// Names that are none of `known`.
    func names(beside known: Set<String>) -> [String] { members.map(\.name).filter { !known.contains($0) } }

    // MARK: - Text

    func text(_ name: String) throws(WireError) -> String { try Self.text(try required(name), name) }

    func optionalText(_ name: String) throws(WireError) -> String? {
        guard let value = self[name] else { return nil }
        return try Self.text(value, name)
    }

    /// Nil for an empty text too: how some messages say that there is none.
    func filledText(_ name: String) throws(WireError) -> String? {
        guard let text = try optionalText(name), !text.isEmpty else { return nil }
        return text
    }

    /// Of the first of the names that is there.
    func filledText(_ name: String, or other: String) throws(WireError) -> String? {
        let text = try filledText(name)
        return text == nil ? try filledText(other) : text
    }

    private static func text(_ value: JSONValue, _ name: String) throws(WireError) -> String {
        switch value {
        case .string(let text), .number(let text): return text
        case .null, .bool, .array, .object: throw WireError(.expected("a string"), field: name)
        }
    }

    func word<Word>(_ name: String, _: Word.Type = Word.self) throws(WireError) -> Open<Word> {
        Open(try text(name))
    }

    func optionalWord<Word>(_ name: String, _: Word.Type = Word.self) throws(WireError) -> Open<Word>? {
        try filledText(name).map { Open($0) }
    }

    func side(_ name: String) throws(WireError) -> Side {
        guard let side = Side(wire: try text(name)) else { throw WireError(.expected("buy or sell"), field: name) }
        return side
    }

    func instrument(_ name: String) throws(WireError) -> InstrumentID {
        guard let id = InstrumentID(wire: try text(name)) else { throw Self.noSymbol(name) }
        return id
    }

    func optionalInstrument(_ name: String) throws(WireError) -> InstrumentID? {
        guard let text = try filledText(name) else { return nil }
        guard let id = InstrumentID(wire: text) else { throw Self.noSymbol(name) }
        return id
    }

    private static func noSymbol(_ name: String) -> WireError {
        WireError(.expected("a symbol of 1 to \(Symbol.longest) printable characters"), field: name)
    }

    // MARK: - Numbers

    func amount<Amount: FixedPoint>(_ name: String, _: Amount.Type = Amount.self) throws(WireError) -> Amount {
        try Self.amount(try required(name), name)
    }

    /// Nil for an empty text too.
    func optionalAmount<Amount: FixedPoint>(
        _ name: String, _: Amount.Type = Amount.self
    ) throws(WireError) -> Amount? {
        guard let value = self[name], value != .string("") else { return nil }
        return try Self.amount(value, name)
    }

    static func amount<Amount: FixedPoint>(_ value: JSONValue, _ name: String) throws(WireError) -> Amount {
        guard let digits = value.digits else { throw WireError(.expected("a number"), field: name) }
        do {
            return try Amount(digits, rounding: .nearestEven)
        } catch {
            switch error {
            case .outOfRange: throw WireError(.outOfRange, field: name)
            case .empty, .unexpectedCharacter, .tooPrecise: throw WireError(.expected("a number"), field: name)
            }
        }
    }

    func integer(_ name: String) throws(WireError) -> Int64 {
        guard let value = try optionalInteger(name) else { throw .missing(name) }
        return value
    }

    /// A whole number, plain or with zeros behind its point; nil for an empty text too.
    func optionalInteger(_ name: String) throws(WireError) -> Int64? {
        guard let value = self[name], value != .string("") else { return nil }
        if let whole = value.integer { return whole }
        guard let digits = value.digits, let binary = Double(digits), let whole = Int64(exactly: binary) else {
            throw WireError(.expected("a whole number"), field: name)
        }
        return whole
    }

    /// A statistic; never money.
    func optionalDouble(_ name: String) throws(WireError) -> Double? {
        guard let value = self[name], value != .string("") else { return nil }
        guard let digits = value.digits, let number = Double(digits), number.isFinite else {
            throw WireError(.expected("a number"), field: name)
        }
        return number
    }

    func optionalFlag(_ name: String) throws(WireError) -> Bool? {
        guard let value = self[name] else { return nil }
        switch value {
        case .bool(let flag): return flag
        case .string("true"): return true
        case .string("false"): return false
        case .null, .number, .string, .array, .object: throw WireError(.expected("true or false"), field: name)
        }
    }

    func flag(_ name: String, default absent: Bool) throws(WireError) -> Bool { try optionalFlag(name) ?? absent }

    // MARK: - Times

    func instant(_ name: String) throws(WireError) -> Timestamp {
        guard let time = try optionalInstant(name) else { throw .missing(name) }
        return time
    }

    /// Milliseconds since 1970, as a number or a string, or RFC 3339; nil for an empty text too.
    func optionalInstant(_ name: String) throws(WireError) -> Timestamp? {
        guard let value = self[name], value != .string("") else { return nil }
        guard let digits = value.digits, let time = Timestamp(wire: digits) else {
            throw WireError(.expected("milliseconds since 1970 or a time such as 2026-01-31T16:00:00Z"), field: name)
        }
        return time
    }

    /// Of the first of the names that is there.
    func optionalInstant(_ name: String, or other: String) throws(WireError) -> Timestamp? {
        let time = try optionalInstant(name)
        return time == nil ? try optionalInstant(other) : time
    }

    // MARK: - Parts

    func object<Part: WireObject>(_ name: String, _: Part.Type = Part.self) throws(WireError) -> Part {
        try Self.part(try required(name), name)
    }

    func optionalObject<Part: WireObject>(_ name: String, _: Part.Type = Part.self) throws(WireError) -> Part? {
        guard let value = self[name] else { return nil }
        return try Self.part(value, name)
    }

    func list<Part: WireObject>(_ name: String, of _: Part.Type = Part.self) throws(WireError) -> [Part] {
        guard let list: [Part] = try optionalList(name) else { throw .missing(name) }
        return list
    }

    func optionalList<Part: WireObject>(_ name: String, of _: Part.Type = Part.self) throws(WireError) -> [Part]? {
        guard let value = self[name] else { return nil }
        guard let elements = value.array else { throw WireError(.expected("an array"), field: name) }
        return try elements.map { element throws(WireError) in try Self.part(element, name) }
    }

    func texts(_ name: String) throws(WireError) -> [String] {
        guard let value = self[name] else { return [] }
        guard let elements = value.array else { throw WireError(.expected("an array"), field: name) }
        return try elements.map { element throws(WireError) in try Self.text(element, name) }
    }

    static func part<Part: WireObject>(_ value: JSONValue, _ name: String) throws(WireError) -> Part {
        do throws(WireError) { return try Part(value) } catch { throw error.within(name) }
    }
}
