public import Market

/// What rests at the best prices of a contract's book.
public struct Depth: Hashable, Sendable {
    /// A price and what rests there.
    public struct Level: Hashable, Sendable {
        public let price: Price
        public let quantity: Quantity

        public init(_ price: Price, _ quantity: Quantity) {
            self.price = price
            self.quantity = quantity
        }
    }

    public let instrument: InstrumentID
    /// Best first: falling bids, rising asks.
    public let bids: [Level]
    public let asks: [Level]

    /// Nil when a level is not positive, a side is out of order, or the best bid reaches the best ask.
    public init?(_ instrument: InstrumentID, bids: [Level], asks: [Level]) {
        let all = bids.reversed() + asks
        guard all.allSatisfy({ $0.price.isPositive && $0.quantity.isPositive }),
            zip(all, all.dropFirst()).allSatisfy({ $0.price < $1.price })
        else { return nil }
        self.instrument = instrument
        self.bids = bids
        self.asks = asks
    }

    private init(trusted instrument: InstrumentID, _ bids: [Level], _ asks: [Level]) {
        self.instrument = instrument
        self.bids = bids
        self.asks = asks
    }

    /// What an order of `side` takes from: buys the asks.
    public func levels(for side: Side) -> [Level] { side == .long ? asks : bids }

    /// The best levels of each side that hold `quantity` together, and no more than `count` of them.
    public func top(holding quantity: Quantity, atMost count: Int) -> Depth {
        func top(_ levels: [Level]) -> [Level] {
            var held = Quantity.zero
            return Array(
                levels.prefix(count).prefix { level in
                    defer { held += level.quantity }
                    return held < quantity
                })
        }
        return Depth(trusted: instrument, top(bids), top(asks))
    }

    /// Without what an order of `side` has taken from the best levels on.
    public func without(_ taken: Quantity, for side: Side) -> Depth {
        var left = taken
        let rest = levels(for: side).compactMap { level -> Level? in
            let part = min(left, level.quantity)
            left -= part
            return part == level.quantity ? nil : Level(level.price, level.quantity - part)
        }
        return side == .long ? Depth(trusted: instrument, bids, rest) : Depth(trusted: instrument, rest, asks)
    }
}

/// `PF_XBTUSD 45902@0.5 45901@1 | 45903@0.2`: bids, then asks, best first.
extension Depth: LosslessStringConvertible {
    public var description: String {
        func words(_ levels: [Level]) -> [String] { levels.map { "\($0.price)@\($0.quantity)" } }
        return ([instrument.description] + words(bids) + ["|"] + words(asks)).joined(separator: " ")
    }

    public init?(_ text: String) {
        let words = text.split(separator: " ")
        guard let name = words.first, let id = InstrumentID(name), let bar = words.firstIndex(of: "|") else {
            return nil
        }
        func levels(_ words: ArraySlice<Substring>) -> [Level]? {
            var levels: [Level] = []
            for word in words {
                let parts = word.split(separator: "@", omittingEmptySubsequences: false)
                guard parts.count == 2, let price = Self.read(Price.self, parts[0]),
                    let quantity = Self.read(Quantity.self, parts[1])
                else { return nil }
                levels.append(Level(price, quantity))
            }
            return levels
        }
        guard let bids = levels(words[1..<bar]), let asks = levels(words[(bar + 1)...]) else { return nil }
        self.init(id, bids: bids, asks: asks)
    }

    private static func read<Value: FixedPoint>(_ type: Value.Type, _ text: Substring) -> Value? {
        do { return try Value(text) } catch { return nil }
    }
}
