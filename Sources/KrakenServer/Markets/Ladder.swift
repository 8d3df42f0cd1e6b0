import Market

/// One price level of a book.
struct BookLevel: Hashable, Sendable {
    let price: Price
    let quantity: Quantity
}

/// The best levels of a book, best first.
struct Book: Hashable, Sendable {
    var bids: [BookLevel] = []
    var asks: [BookLevel] = []

    /// Levels of `side` that are new, changed (with the new quantity) or gone (with none) in `newer`, against this.
    func changes(to newer: Book, _ side: Side) -> [BookLevel] {
        let old = side == .long ? bids : asks
        let new = side == .long ? newer.bids : newer.asks
        var changes: [BookLevel] = []
        var left = old[...]
        var right = new[...]
        while let a = left.first, let b = right.first {
            if a.price == b.price {
                if a.quantity != b.quantity { changes.append(b) }
                left.removeFirst()
                right.removeFirst()
            } else if (a.price < b.price) == (side == .long) {
                changes.append(b)
                right.removeFirst()
            } else {
                changes.append(BookLevel(price: a.price, quantity: .zero))
                left.removeFirst()
            }
        }
        changes += left.map { BookLevel(price: $0.price, quantity: .zero) }
        return changes + right
    }

    func cut(to depth: Int) -> Book {
        Book(bids: Array(bids.prefix(depth)), asks: Array(asks.prefix(depth)))
    }
}

/// Makes a book around bid and ask whose depth costs what the matching charges: the same quantity on every tick on
/// average, so that taking moves the price in a straight line. The levels change now and then, each in its turn.
struct Ladder: Hashable, Sendable {
    let tick: Price
    /// The smallest quantity of a level.
    let lot: Quantity
    let levels: Int
    let seed: UInt64

    func book(bid: Price, ask: Price, perTick: Quantity, moment: UInt64) -> Book {
        var book = Book()
        book.bids.reserveCapacity(levels)
        book.asks.reserveCapacity(levels)
        for place in 0..<levels {
            let away = Price(raw: tick.raw * Int64(place))
            if bid - away > .zero { book.bids.append(level(bid - away, perTick, moment)) }
            book.asks.append(level(ask + away, perTick, moment))
        }
        return book
    }

    private func level(_ price: Price, _ perTick: Quantity, _ moment: UInt64) -> BookLevel {
        let own = Mixer.mix(seed, UInt64(bitPattern: price.raw))
        let draw = Mixer.mix(own, (moment &+ own % 16) / 16)
        // Between one half and three halves of the mean.
        let share = Int64(512 + draw % 1024)
        let raw = Int64(clamping: Int128(perTick.raw) * Int128(share) / 1024)
        return BookLevel(price: price, quantity: max(lot, Quantity(raw: raw - raw % lot.raw)))
    }
}
