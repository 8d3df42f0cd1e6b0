public import Market
public import Venue
import Wire

/// Books of derivatives WebSocket v1, proved by sequence numbers that rise by one.
public struct SequencedBookFeed: BookFeed {
    private var books: [Derivatives.SequencedBook]
    private let symbols: [Symbol]
    private var standings: [BookStanding] = []
    private var line: StreamLine
    private var missing: Set<InstrumentID> = []
    private var lineHealth = FeedWatch.Health.recovering
    private var toldHealth = FeedWatch.Health.recovering

    /// - Parameter seed: for the random part of the pauses between connections.
    public init(_ instruments: [InstrumentID], hurry: Int64 = 1, seed: UInt64 = 9) {
        books = instruments.map { Derivatives.SequencedBook($0) }
        symbols = instruments.map(\.symbol)
        line = StreamLine(
            .derivativesStream, firstSocket: 0,
            watch: FeedWatch(silence: .seconds(15), staleness: .minutes(5), hurry: hurry),
            seed: seed)
    }

    /// The whole book; nil while it is not the exchange's.
    public func book(of symbol: Symbol) -> Derivatives.SequencedBook? {
        guard let place = symbols.firstIndex(of: symbol), standings.indices.contains(place), standings[place].isSound
        else { return nil }
        return books[place]
    }

    public func top(of symbol: Symbol) -> BookTop? {
        guard let book = book(of: symbol), let bid = book.bestBid, let ask = book.bestAsk else { return nil }
        return BookTop(bid: bid.price, ask: ask.price)
    }

    public var nextWake: Timestamp? {
        let due = line.socket == nil ? [] : standings.compactMap(\.deadline)
        return (due + [line.nextWake].compactMap { $0 }).min()
    }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        line.start(at: now, into: &outbox)
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>
    ) {
        switch line.receive(input, at: now, into: &outbox) {
        case .opened:
            let instruments = books.map(\.instrument)
            missing = Set(instruments)
            standings = books.map { _ in BookStanding(awaitedSince: now) }
            line.send(Derivatives.StreamRequest.subscribe(.known(.heartbeat), [], nil).bytes, into: &outbox)
            line.send(Derivatives.StreamRequest.subscribe(.known(.book), instruments, nil).bytes, into: &outbox)
        case .text(let bytes): read(bytes, at: now, into: &outbox)
        case .lost: dropAll(into: &outbox)
        case nil: break
        }
        if line.tick(at: now, into: &outbox) == .lost { dropAll(into: &outbox) }
        follow(at: now, into: &outbox)
        tellHealth(at: now, into: &outbox)
    }

    private mutating func read(_ bytes: [UInt8], at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        line.heard(hasContent: false, at: now)
        let frame: Derivatives.StreamFrame
        do {
            frame = try Derivatives.StreamFrame(bytes)
        } catch {
            // Were it of a book, the next number shows the gap.
            return alarm(.unreadableMessage, "\(error) in \(redactedExcerpt(bytes))", &outbox)
        }
        switch frame {
        case .bookSnapshot(let snapshot): take(snapshot, at: now, into: &outbox)
        case .book(let delta): take(delta, at: now, into: &outbox)
        case .subscribed(.known(.book), let products):
            missing.subtract(products)
            if missing.isEmpty {
                line.stands(at: now)
                line.recovered()
            }
        case .unsubscribed(.known(.book), let products):
            for place in books.indices where products.contains(books[place].instrument) {
                guard case .ending = standings[place].stage else { continue }
                standings[place].asked(at: now)
                let request = Derivatives.StreamRequest.subscribe(.known(.book), [books[place].instrument], nil)
                line.send(request.bytes, into: &outbox)
            }
        case .alert(let alert): refused(alert.message, at: now, into: &outbox)
        case .subscribeFailed(let feed, _), .unsubscribeFailed(let feed, _):
            refused(feed.text, at: now, into: &outbox)
        case .unrecognised(let name): alarm(.unrecognisedValue, "frame '\(name)'", &outbox)
        case .info, .challenge, .subscribed, .unsubscribed, .heartbeat, .ticker, .tickerLite, .trade, .tradeSnapshot,
            .order, .orderSnapshot, .fills, .positions, .balances, .accountLog, .accountLogSnapshot, .notifications:
            break
        }
    }

    private mutating func refused(_ text: String, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        alarm(.subscriptionRefused, text, &outbox)
        _ = line.giveUp(at: now, into: &outbox)
        dropAll(into: &outbox)
    }

    private mutating func take(
        _ snapshot: Derivatives.BookSnapshot, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>
    ) {
        guard let place = books.firstIndex(where: { $0.instrument == snapshot.instrument }) else { return }
        switch standings[place].stage {
        case .sound, .awaited: break
        // Of the subscription that is being ended.
        case .lost, .ending: return
        }
        line.heard(hasContent: true, at: now)
        books[place].start(snapshot)
        standings[place].sounded(at: now)
        outbox.news.append(.changed(symbols[place]))
    }

    private mutating func take(
        _ delta: Derivatives.BookDelta, at now: Timestamp, into outbox: inout SessionOutbox<BookNews>
    ) {
        guard let place = books.firstIndex(where: { $0.instrument == delta.instrument }), standings[place].isSound
        else { return }
        line.heard(hasContent: true, at: now)
        switch books[place].apply(delta) {
        case .applied: outbox.news.append(.changed(symbols[place]))
        case .gap(let expected, let got):
            standings[place].lost(at: now)
            outbox.news.append(.dropped(symbols[place]))
            alarm(.messagesLost, "book of \(symbols[place]): number \(got) after \(expected - 1)", &outbox)
        case .repeated, .early, .foreign: break
        }
    }

    private mutating func dropAll(into outbox: inout SessionOutbox<BookNews>) {
        for place in standings.indices {
            if standings[place].isSound { outbox.news.append(.dropped(symbols[place])) }
            books[place].forget()
        }
        standings = []
    }

    private mutating func follow(at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        guard line.socket != nil else { return }
        for place in standings.indices {
            guard let due = standings[place].deadline, due <= now else { continue }
            switch standings[place].stage {
            case .lost:
                standings[place].ending(at: now)
                let request = Derivatives.StreamRequest.unsubscribe(.known(.book), [books[place].instrument], nil)
                line.send(request.bytes, into: &outbox)
            case .awaited, .ending:
                alarm(.messagesLost, "no snapshot of \(symbols[place])", &outbox)
                _ = line.giveUp(at: now, into: &outbox)
                return dropAll(into: &outbox)
            case .sound: break
            }
        }
    }

    private mutating func tellHealth(at now: Timestamp, into outbox: inout SessionOutbox<BookNews>) {
        if let changed = line.changedHealth(at: now) { lineHealth = changed }
        let areSound = !standings.isEmpty && standings.allSatisfy(\.isSound)
        let health = lineHealth == .healthy && !areSound ? .recovering : lineHealth
        guard health != toldHealth else { return }
        toldHealth = health
        outbox.news.append(.health(health))
    }

    private func alarm(_ kind: DataAlarm.Kind, _ detail: String, _ outbox: inout SessionOutbox<BookNews>) {
        outbox.news.append(.alarm(DataAlarm(kind, detail)))
    }
}
