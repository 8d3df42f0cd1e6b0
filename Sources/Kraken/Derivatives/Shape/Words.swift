import Market
import Venue
import Wire

extension Side {
    /// What `buy`, `sell`, `long` or `short`, in any case, adds to a position.
    init?(wire text: String) {
        switch text {
        case "buy", "Buy", "BUY", "long", "Long": self = .long
        case "sell", "Sell", "SELL", "short", "Short": self = .short
        default: return nil
        }
    }

    init?(wire text: JSONText) {
        if text == "buy" {
            self = .long
        } else if text == "sell" {
            self = .short
        } else {
            self.init(wire: text.string)
        }
    }

    var order: String { self == .long ? "buy" : "sell" }
    var position: String { self == .long ? "long" : "short" }
    /// As the history endpoints write it.
    var direction: String { self == .long ? "Buy" : "Sell" }
}

extension InstrumentID {
    /// Symbols are compared without case: payloads up to 2023, and the account log still, have them in lower case.
    init?(wire text: String) {
        // Lower case becomes upper case: an ASCII letter without its bit of 32.
        let upper = text.utf8.lazy.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & 0xDF : $0 }
        guard let symbol = Symbol(ascii: upper) else { return nil }
        self.init(symbol)
    }
}

extension Timestamp {
    /// Milliseconds since 1970 or RFC 3339. Blanks inside, a missing `Z` and `+00:00` occur and are read as meant.
    init?(wire text: String) {
        if let value = Int64(text) {
            guard value.magnitude < 9_000_000_000_000 else { return nil }
            self.init(milliseconds: value)
            return
        }
        if let time = Timestamp(rfc3339: text) {
            self = time
            return
        }
        var plain = text.filter { $0 != " " }
        if plain.hasSuffix("+00:00") { plain.removeLast(6) }
        if !plain.hasSuffix("Z") { plain += "Z" }
        self.init(rfc3339: plain)
    }
}
