import Market

/// A column of a table.
public struct Column: Hashable, Sendable {
    /// What its values are, which says how they are kept and how they are shown.
    public enum Kind: Hashable, Sendable {
        case number
        case text
        case flag
        case real
        /// Nanoseconds since 1970.
        case time
        /// Seconds.
        case duration
        /// Kept as the whole numbers that the exact types count in: 10^-10, 10^-6, 10^-8 and 10^-12.
        case price
        case quantity
        case money
        case rate
    }

    public let name: String
    public let kind: Kind
    public let isOptional: Bool
    /// The version of the tables that it came with.
    let version: Int

    init(_ name: String, _ kind: Kind, optional isOptional: Bool = false, since version: Int = 1) {
        self.name = name
        self.kind = kind
        self.isOptional = isOptional
        self.version = version
    }

    /// The type in SQL, the same word for every database.
    var type: String {
        switch kind {
        case .number, .flag, .time, .duration, .price, .quantity, .money, .rate: "BIGINT"
        case .real: "DOUBLE PRECISION"
        case .text: "TEXT"
        }
    }

    var definition: String { "\(name) \(type)" + (isOptional ? "" : " NOT NULL") }

    /// As people read it: times in RFC 3339, amounts as decimals, flags as true and false; nil for null.
    public func shown(_ value: SQLValue) -> String? {
        switch value {
        case .null: nil
        case .text(let text): text
        case .real(let number): "\(number)"
        case .integer(let number):
            switch kind {
            case .number, .duration, .text, .real: String(number)
            case .flag: number == 0 ? "false" : "true"
            case .time: Timestamp(nanoseconds: number).description
            case .price: Price(raw: number).description
            case .quantity: Quantity(raw: number).description
            case .money: Money(raw: number).description
            case .rate: Rate(raw: number).description
            }
        }
    }
}
