public import Market
import Wire

/// Closed spot candles from Spot WebSocket v2, confirmed and completed by Spot REST: no gap reaches the strategy.
public struct SpotFeed: MarketFeed {
    /// One market's candles.
    public struct Subscription: Hashable, Sendable {
        public let pair: SpotPair
        public let interval: SpotInterval
        /// Open time of the first candle to tell.
        public let next: Timestamp
        /// Close of the candle before it, when known.
        public let lastClose: Price?

        public init(pair: SpotPair, interval: SpotInterval, next: Timestamp, lastClose: Price?) {
            self.pair = pair
            self.interval = interval
            self.next = next
            self.lastClose = lastClose
        }
    }

    private struct Market: Sendable {
        let pair: SpotPair
        var closer: CandleCloser
        var isSubscribed = false
        /// Told once: nothing can be asked for any more.
        var hasGap = false
    }

    private enum Errand: Sendable {
        case confirm(market: Int, SpotOHLCRequest)
    }

    private var markets: [Market]
    private var line: StreamLine
    private var budget = RateBudget.spotPublic
    private var queue = RequestQueue<Errand>()
    private var inFlight: [RequestID: Errand] = [:]
    private var lastRequest: UInt64
    private var hasStarted = false

    /// - Parameters:
    ///   - generation: the number of this feed among those of one session: none uses the names of another's sockets.
    ///   - seed: for the random part of the pauses between connections.
    public init(_ subscriptions: [Subscription], generation: UInt64 = 0, hurry: Int64 = 1, seed: UInt64 = 3) {
        markets = subscriptions.map { subscription in
            Market(
                pair: subscription.pair,
                closer: CandleCloser(
                    interval: subscription.interval, next: subscription.next, lastClose: subscription.lastClose))
        }
        lastRequest = 2_000_000 + generation << 32
        // Quiet markets send no candles for minutes; heartbeats come every second.
        line = StreamLine(
            .spotStream, firstSocket: 2_000_000 + generation << 32,
            watch: FeedWatch(silence: .seconds(10), staleness: .minutes(30), hurry: hurry),
            seed: seed)
    }

    public var nextWake: Timestamp? {
        ([line.nextWake, queue.nextWake] + (hasStarted ? markets.filter { !$0.hasGap }.map(\.closer.due) : []))
            .compactMap { $0 }.min()
    }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        line.start(at: now, into: &outbox)
        hasStarted = true
        follow(at: now, into: &outbox)
    }

    /// Gives up the connection.
    public mutating func end(into outbox: inout SessionOutbox<MarketNews>) {
        if let socket = line.socket { outbox.actions.append(.disconnect(socket)) }
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        switch line.receive(input, at: now, into: &outbox) {
        case .opened: subscribe(into: &outbox)
        case .text(let bytes): read(bytes, at: now, into: &outbox)
        case .lost: forgetSubscriptions()
        case nil: take(input, at: now, into: &outbox)
        }
        if line.tick(at: now, into: &outbox) == .lost { forgetSubscriptions() }
        follow(at: now, into: &outbox)
        if let health = line.changedHealth(at: now) { outbox.news.append(.health(health)) }
    }

    private mutating func forgetSubscriptions() {
        for index in markets.indices {
            markets[index].closer.disconnected()
            markets[index].isSubscribed = false
        }
    }

    private mutating func subscribe(into outbox: inout SessionOutbox<MarketNews>) {
        for (index, market) in markets.enumerated() {
            let subscription = SpotSubscription(
                .ohlc(interval: market.closer.interval.rawValue), symbols: [market.pair.description], snapshot: true)
            line.send(SpotCommand.subscribe(subscription, requestID: Int64(index) + 1).bytes, into: &outbox)
        }
    }

    private mutating func read(_ bytes: [UInt8], at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        let frame: SpotFrame
        do {
            frame = try SpotFrame(bytes)
        } catch {
            line.heard(hasContent: false, at: now)
            let alarm = DataAlarm(.unreadableMessage, "\(error) in \(redactedExcerpt(bytes))")
            return outbox.news.append(.alarm(alarm))
        }
        switch frame {
        case .candles(_, let updates):
            line.heard(hasContent: true, at: now)
            for update in updates { take(update, at: now, into: &outbox) }
        case .reply(let reply):
            line.heard(hasContent: false, at: now)
            take(reply, at: now, into: &outbox)
        case .unrecognised(let channel):
            outbox.news.append(.alarm(DataAlarm(.unrecognisedValue, "channel '\(channel)'")))
        case .heartbeat, .status, .pong, .ticker, .trades, .book, .instruments:
            line.heard(hasContent: false, at: now)
        }
    }

    private mutating func take(
        _ reply: SpotReply, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        guard let id = reply.requestID, markets.indices.contains(Int(id) - 1) else { return }
        guard case .accepted = reply.outcome else {
            outbox.news.append(.alarm(DataAlarm(.subscriptionRefused, markets[Int(id) - 1].pair.description)))
            if line.giveUp(at: now, into: &outbox) == .lost { forgetSubscriptions() }
            return
        }
        let index = Int(id) - 1
        markets[index].isSubscribed = true
        handle(markets[index].closer.connected(at: now), of: index, at: now, into: &outbox)
        if markets.allSatisfy(\.isSubscribed) { line.stands(at: now) }
    }

    private mutating func take(
        _ update: SpotCandleUpdate, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        for index in markets.indices
        where markets[index].pair.symbol == update.symbol && markets[index].closer.interval.rawValue == update.interval
        {
            handle(markets[index].closer.receive(update.bar), of: index, at: now, into: &outbox)
        }
    }

    private mutating func take(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        switch input {
        case .answered(let id, let response):
            guard case .confirm(let index, let request) = inFlight.removeValue(forKey: id) else { return }
            do {
                let answer = try request.answer(response)
                budget.wasAccepted()
                handle(markets[index].closer.confirm(answer.finished), of: index, at: now, into: &outbox)
            } catch {
                outbox.news.append(.alarm(DataAlarm(.requestRefused, "candles of \(markets[index].pair): \(error)")))
                budget.wasRefused(at: now)
            }
        case .failed(let id, _): inFlight[id] = nil
        case .opened, .text, .closed, .woke: break
        }
    }

    private mutating func handle(
        _ events: [CandleCloser.Event], of index: Int, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        let pair = markets[index].pair
        for event in events {
            switch event {
            case .closed(let bar):
                outbox.news.append(.candle(pair, markets[index].closer.interval, bar.candle))
            case .difference(let stream, let rest, let wasClosed):
                let told = wasClosed ? "told already" : "not told yet"
                let detail =
                    "\(pair) candle of \(rest.openTime), \(told): stream closed at \(stream.close), REST \(rest.close)"
                outbox.news.append(.alarm(DataAlarm(.sourcesDiffer, detail)))
            case .request(let since):
                let request = SpotOHLCRequest(
                    pair: pair.description, interval: markets[index].closer.interval, since: since)
                queue.append(.confirm(market: index, request), cost: 1, purpose: .ordinary)
            case .missing(let from, let until):
                if !markets[index].hasGap { outbox.news.append(.gap(pair, from: from, until: until)) }
                markets[index].hasGap = true
            }
        }
    }

    /// Asks for what is overdue and sends what the budget allows; the feed has recovered when nothing is owed.
    private mutating func follow(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        for index in markets.indices where !markets[index].hasGap && markets[index].closer.due <= now {
            handle(markets[index].closer.advance(to: now), of: index, at: now, into: &outbox)
        }
        while let errand = queue.next(&budget, at: now) {
            guard case .confirm(_, let request) = errand else { continue }
            lastRequest += 1
            inFlight[RequestID(lastRequest)] = errand
            outbox.actions.append(.request(RequestID(lastRequest), .spotREST, request.http))
        }
        let owes = markets.contains { now >= $0.closer.next + $0.closer.interval.interval + $0.closer.grace }
        if !owes, markets.allSatisfy(\.isSubscribed) { line.recovered() }
    }
}
