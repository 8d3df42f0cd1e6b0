public import Market
public import Venue
import Wire

/// Ticks of perpetuals from WebSocket v1: mark, index, last, bid, ask and the running funding rate in one frame.
public struct DerivativesMarketFeed: MarketFeed {
    public let instruments: [InstrumentID]
    private var line: StreamLine
    private var missing: Set<InstrumentID> = []
    private var states: [InstrumentID: MarketNews.MarketState] = [:]

    /// - Parameter seed: for the random part of the pauses between connections.
    public init(_ instruments: [InstrumentID], hurry: Int64 = 1, seed: UInt64 = 2) {
        self.instruments = instruments
        line = StreamLine(
            .derivativesStream, firstSocket: 1_000_000,
            watch: FeedWatch(silence: .seconds(15), staleness: .seconds(30), hurry: hurry), seed: seed)
    }

    public var nextWake: Timestamp? { line.nextWake }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        line.start(at: now, into: &outbox)
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        switch line.receive(input, at: now, into: &outbox) {
        case .opened:
            missing = Set(instruments)
            for feed in [Derivatives.Feed.ticker, .heartbeat] {
                let request = Derivatives.StreamRequest.subscribe(
                    .known(feed), feed.isByProduct ? instruments : [], nil)
                line.send(request.bytes, into: &outbox)
            }
        case .text(let bytes): read(bytes, at: now, into: &outbox)
        case .lost, nil: break
        }
        _ = line.tick(at: now, into: &outbox)
        if let health = line.changedHealth(at: now) { outbox.news.append(.health(health)) }
    }

    private mutating func read(_ bytes: [UInt8], at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        let frame: Derivatives.StreamFrame
        do {
            frame = try Derivatives.StreamFrame(bytes)
        } catch {
            line.heard(hasContent: false, at: now)
            return alarm(.unreadableMessage, "\(error) in \(redactedExcerpt(bytes))", &outbox)
        }
        if case .ticker = frame {} else { line.heard(hasContent: false, at: now) }
        switch frame {
        case .ticker(let ticker): take(ticker, at: now, into: &outbox)
        case .subscribed(.known(.ticker), let products):
            missing.subtract(products)
            if missing.isEmpty {
                line.stands(at: now)
                line.recovered()
            }
        case .alert(let alert):
            alarm(.subscriptionRefused, alert.message, &outbox)
            _ = line.giveUp(at: now, into: &outbox)
        case .subscribeFailed(let feed, _):
            alarm(.subscriptionRefused, feed.text, &outbox)
            _ = line.giveUp(at: now, into: &outbox)
        case .unrecognised(let name): alarm(.unrecognisedValue, "frame '\(name)'", &outbox)
        case .info, .challenge, .subscribed, .unsubscribed, .unsubscribeFailed, .heartbeat, .tickerLite, .trade,
            .tradeSnapshot, .book, .bookSnapshot, .order, .orderSnapshot, .fills, .positions, .balances, .accountLog,
            .accountLogSnapshot, .notifications:
            break
        }
    }

    private mutating func take(
        _ ticker: Derivatives.StreamTicker, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>
    ) {
        guard instruments.contains(ticker.instrument) else { return line.heard(hasContent: false, at: now) }
        line.heard(hasContent: true, at: now)
        let state: MarketNews.MarketState = ticker.isSuspended ? .suspended : ticker.isPostOnly ? .postOnly : .open
        if states[ticker.instrument] != state {
            states[ticker.instrument] = state
            outbox.news.append(.state(ticker.instrument, state))
        }
        if let tick = ticker.tick { outbox.news.append(.tick(tick)) }
    }

    private func alarm(_ kind: DataAlarm.Kind, _ detail: String, _ outbox: inout SessionOutbox<MarketNews>) {
        outbox.news.append(.alarm(DataAlarm(kind, detail)))
    }
}
