public import Market
import Venue
import Wire

/// Books of WebSocket version 2, spot or unified, proved by the exchange's checksum after every frame.
public struct ChecksumBookFeed: BookFeed {
    /// One market, with the decimals that its checksum is made with: as AssetPairs or the `instrument` channel give them.
    public struct Market: Hashable, Sendable {
        public let symbol: Symbol
        public let priceDecimals: Int
        public let quantityDecimals: Int

        /// Nil when there are more decimals than can be kept. Lots of many coins have none: pass zero.
        public init?(symbol: Symbol, priceDecimals: Int, quantityDecimals: Int) {
            guard (0...Price.decimals).contains(priceDecimals),
                (0...SpotQuantity.decimals).contains(quantityDecimals)
            else { return nil }
            self.symbol = symbol
            self.priceDecimals = priceDecimals
            self.quantityDecimals = quantityDecimals
        }
    }

    public enum Side: Hashable, Sendable {
        case spot
        case unified
    }

    private let side: Side
    private let depth: Int
    /// In the order given.
    private var books: [SpotBook]
    private var standings: [BookStanding] = []
    /// Requests to end a subscription, and of which book.
    private var endings: [Int64: Int] = [:]
    private var line: PublicLine
    private var lineHealth = FeedWatch.Health.recovering
    private var toldHealth = FeedWatch.Health.recovering

    /// - Parameters:
    ///   - depth: levels of each side: 10, 25, 100, 500 or 1000.
    ///   - seed: for the random part of the pauses between connections.
    public init(_ side: Side, _ markets: [Market], depth: Int = 10, seed: UInt64 = 8) {
        self.side = side
        self.depth = depth
        books = markets.map {
            SpotBook(
                symbol: $0.symbol, depth: depth, priceDecimals: $0.priceDecimals, quantityDecimals: $0.quantityDecimals)
        }
        // A quiet book sends nothing for minutes; heartbeats come every second.
        line = PublicLine(
            side == .spot ? .spotStream : .unifiedPublic, firstSocket: 0,
            watch: FeedWatch(silence: .seconds(10), staleness: .minutes(30)), seed: seed,
            wishes: [Self.wish(side, markets.map(\.symbol), depth)])
    }

    /// The whole book; nil while it is not the exchange's.
    public func book(of symbol: Symbol) -> SpotBook? {
        guard let place = place(of: symbol), standings.indices.contains(place), standings[place].isSound else {
            return nil
        }
        return books[place]
    }

    public func top(of symbol: Symbol) -> BookTop? {
        guard let book = book(of: symbol), let bid = book.bestBid, let ask = book.bestAsk else { return nil }
        return BookTop(bid: bid.price, ask: ask.price)
    }

    public var nextWake: Timestamp? {
        let due = line.isOpen ? standings.compactMap(\.deadline) : []
        return (due + [line.nextWake].compactMap { $0 }).min()
    }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        line.start(at: now, into: &outbox)
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>
    ) {
        for event in line.receive(input, at: now, into: &outbox) {
            switch event {
            case .opened:
                endings = [:]
                standings = books.map { _ in BookStanding(awaitedSince: now) }
                line.recovered()
            case .lost: dropAll(into: &outbox)
            case .frame(.book(let delivery, let updates)):
                for update in updates { take(update, delivery, at: now, into: &outbox) }
            case .frame: break
            case .answered(let id):
                if let place = endings.removeValue(forKey: id) { ask(for: place, at: now, into: &outbox) }
            case .alarm(let alarm): outbox.news.append(.alarm(alarm))
            }
        }
        follow(at: now, into: &outbox)
        tellHealth(at: now, into: &outbox)
    }

    private func place(of symbol: Symbol) -> Int? { books.firstIndex { $0.symbol == symbol } }

    private mutating func take(
        _ update: SpotBookUpdate, _ delivery: SpotDelivery, at now: Timestamp,
        into outbox: inout SessionOutbox<BookNews>
    ) {
        guard let place = place(of: update.symbol), standings.indices.contains(place) else { return }
        switch standings[place].stage {
        case .sound: break
        case .awaited: guard delivery == .snapshot else { return }
        case .lost, .ending: return
        }
        line.heardContent(at: now)
        do {
            try books[place].apply(update, delivery)
            standings[place].sounded(at: now)
            outbox.news.append(.changed(update.symbol))
        } catch {
            lose(place, "\(error)", at: now, into: &outbox)
        }
    }

    /// The book is not the exchange's: dropped, told, and asked for anew.
    private mutating func lose(
        _ place: Int, _ why: String, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>
    ) {
        let symbol = books[place].symbol
        if standings[place].isSound { outbox.news.append(.dropped(symbol)) }
        standings[place].lost(at: now)
        let remedy = standings[place].lossesInARow > 2 ? "; read the market's decimals anew" : ""
        outbox.news.append(.alarm(DataAlarm(.messagesLost, "book of \(symbol): \(why)\(remedy)")))
    }

    private mutating func dropAll(into outbox: inout SessionOutbox<BookNews>) {
        for place in standings.indices where standings[place].isSound {
            outbox.news.append(.dropped(books[place].symbol))
        }
        standings = []
        endings = [:]
    }

    /// Ends what was lost, and gives up a connection on which no snapshot comes.
    private mutating func follow(at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        guard line.isOpen else { return }
        for place in standings.indices {
            guard let due = standings[place].deadline, due <= now else { continue }
            switch standings[place].stage {
            case .lost:
                standings[place].ending(at: now)
                let (side, symbol, depth) = (side, books[place].symbol, depth)
                let id = line.tell({ Self.unsubscribe(side, [symbol], depth, $0) }, into: &outbox)
                endings[id] = place
            case .awaited, .ending:
                outbox.news.append(.alarm(DataAlarm(.messagesLost, "no snapshot of \(books[place].symbol)")))
                line.giveUp(at: now, into: &outbox)
                return dropAll(into: &outbox)
            case .sound: break
            }
        }
    }

    private mutating func ask(for place: Int, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        standings[place].asked(at: now)
        line.ask(Self.wish(side, [books[place].symbol], depth), into: &outbox)
    }

    private mutating func tellHealth(at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        if let changed = line.changedHealth(at: now) { lineHealth = changed }
        let areSound = !standings.isEmpty && standings.allSatisfy(\.isSound)
        let health = lineHealth == .healthy && !areSound ? .recovering : lineHealth
        guard health != toldHealth else { return }
        toldHealth = health
        outbox.news.append(.health(health))
    }

    // MARK: Requests

    private static func wish(_ side: Side, _ symbols: [Symbol], _ depth: Int) -> PublicLine.Wish {
        let names = symbols.map(\.description)
        return .init(symbols: names) { id in
            switch side {
            case .spot: SpotCommand.subscribe(spot(names, depth), requestID: id).bytes
            case .unified: Unified.Request(.subscribe(unified(symbols, depth)), id: id).bytes
            }
        }
    }

    private static func unsubscribe(_ side: Side, _ symbols: [Symbol], _ depth: Int, _ id: Int64) -> [UInt8] {
        switch side {
        case .spot: SpotCommand.unsubscribe(spot(symbols.map(\.description), depth), requestID: id).bytes
        case .unified: Unified.Request(.unsubscribe(unified(symbols, depth)), id: id).bytes
        }
    }

    private static func spot(_ names: [String], _ depth: Int) -> SpotSubscription {
        SpotSubscription(.book(depth: Int64(depth)), symbols: names, snapshot: true)
    }

    private static func unified(_ symbols: [Symbol], _ depth: Int) -> Unified.Subscription {
        .book(symbols.map { InstrumentID($0) }, depth: Int64(depth))
    }
}
