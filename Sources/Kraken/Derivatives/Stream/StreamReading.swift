import Market
import Venue
import Wire

extension JSONReader {
    mutating func instrument() throws(WireError) -> InstrumentID {
        let text = try string()
        // Nearly always in upper case.
        if !text.bytes.contains(where: { $0 >= UInt8(ascii: "a") || $0 == UInt8(ascii: "\\") }),
            let symbol = Symbol(bytes: text.bytes)
        {
            return InstrumentID(symbol)
        }
        guard let instrument = InstrumentID(wire: text.string) else {
            throw WireError(
                .expected("a symbol of 1 to \(Symbol.longest) printable characters"), offset: text.offset)
        }
        return instrument
    }

    mutating func tradeSide() throws(WireError) -> Side {
        let text = try string()
        guard let side = Side(wire: text) else { throw WireError(.expected("buy or sell"), offset: text.offset) }
        return side
    }

    /// Nil when null or empty.
    mutating func filledText() throws(WireError) -> String? {
        if null() { return nil }
        let text = try string()
        return text.bytes.isEmpty ? nil : text.string
    }

    mutating func optionalAmount<Amount: FixedPoint>(_: Amount.Type = Amount.self) throws(WireError) -> Amount? {
        null() ? nil : try amount()
    }

    /// Nil for zero too: how frames say that an order has no such price.
    mutating func nonZero<Amount: FixedPoint>(_: Amount.Type = Amount.self) throws(WireError) -> Amount? {
        guard let amount: Amount = try optionalAmount(), !amount.isZero else { return nil }
        return amount
    }
}
