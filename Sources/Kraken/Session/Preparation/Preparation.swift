public import Market
public import Venue
import Wire

/// What a session must know before it may trade, asked for once at every start: contract terms, candles of the past, and
/// how far the clocks are apart. Failures are repeated with growing pauses until everything is there.
public struct Preparation: Sendable {
    /// Candles that are wanted of one spot market.
    public struct Wish: Hashable, Sendable {
        public let pair: SpotPair
        public let interval: SpotInterval
        /// Only candles that open later; nil for as many as the exchange gives (720).
        public let after: Timestamp?

        public init(pair: SpotPair, interval: SpotInterval, after: Timestamp? = nil) {
            self.pair = pair
            self.interval = interval
            self.after = after
        }
    }

    private enum Errand: Hashable, Sendable {
        case instruments
        case candles(Wish)

        var name: String {
            switch self {
            case .instruments: "the list of contracts"
            case .candles(let wish): "candles of \(wish.pair), \(wish.interval.rawValue) minutes"
            }
        }
    }

    private let fees: FeeSchedule
    private let pairs: [SpotPair]
    private var owed: [Errand]
    private var queue = RequestQueue<Errand>()
    private var inFlight: [RequestID: (errand: Errand, sent: Timestamp)] = [:]
    private var budget = RateBudget.spotPublic
    private var backoff = ReconnectPolicy()
    private var chance: SeededChance
    private var waiting: [(errand: Errand, until: Timestamp)] = []
    private var lastRequest: UInt64
    /// The number of this preparation in its session.
    public let generation: UInt64
    public private(set) var skew = ClockSkew()

    /// - Parameters:
    ///   - pairs: the spot markets whose perpetuals are traded.
    ///   - fees: those of the account, put into the terms.
    ///   - seed: for the random part of pauses.
    public init(pairs: [SpotPair], fees: FeeSchedule, candles: [Wish], generation: UInt64 = 0, seed: UInt64 = 5) {
        self.generation = generation
        lastRequest = 3_000_000 + generation << 32
        self.pairs = pairs
        self.fees = fees
        owed = [.instruments] + candles.map { .candles($0) }
        chance = SeededChance(seed: seed)
    }

    public var isComplete: Bool { owed.isEmpty }

    public var nextWake: Timestamp? {
        ([queue.nextWake] + waiting.map { $0.until }).compactMap { $0 }.min()
    }

    public mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<PreparationNews>) {
        for errand in owed { enqueue(errand) }
        pump(at: now, into: &outbox)
    }

    public mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<PreparationNews>
    ) {
        switch input {
        case .answered(let id, let response):
            guard let flight = inFlight.removeValue(forKey: id) else { break }
            answered(flight.errand, sent: flight.sent, response, at: now, into: &outbox)
        case .failed(let id, _):
            guard let flight = inFlight.removeValue(forKey: id) else { break }
            retry(flight.errand, "no answer", at: now, into: &outbox)
        case .opened, .text, .closed, .woke: break
        }
        let due = waiting.filter { $0.until <= now }
        waiting.removeAll { $0.until <= now }
        for wait in due { enqueue(wait.errand) }
        pump(at: now, into: &outbox)
    }

    private mutating func enqueue(_ errand: Errand) { queue.append(errand, cost: 1, purpose: .ordinary) }

    private mutating func pump(at now: Timestamp, into outbox: inout SessionOutbox<PreparationNews>) {
        while let errand = queue.next(&budget, at: now) {
            lastRequest += 1
            let id = RequestID(lastRequest)
            inFlight[id] = (errand, now)
            switch errand {
            case .instruments:
                outbox.actions.append(.request(id, .derivativesREST, Derivatives.Request.instruments.http))
            case .candles(let wish):
                let request = SpotOHLCRequest(
                    pair: wish.pair.description, interval: wish.interval, since: wish.after)
                outbox.actions.append(.request(id, .spotREST, request.http))
            }
        }
    }

    private mutating func answered(
        _ errand: Errand, sent: Timestamp, _ response: HTTPResponse, at now: Timestamp,
        into outbox: inout SessionOutbox<PreparationNews>
    ) {
        switch errand {
        case .instruments:
            do {
                let reply = try Derivatives.Reply<Derivatives.Instruments>(response)
                if let stamped = reply.serverTime { skew.measured(sent: sent, stamped: stamped, received: now) }
                took(errand)
                tell(reply.content, into: &outbox)
            } catch {
                retry(errand, "\(error)", at: now, into: &outbox)
            }
        case .candles(let wish):
            let request = SpotOHLCRequest(pair: wish.pair.description, interval: wish.interval, since: wish.after)
            do {
                let answer = try request.answer(response)
                took(errand)
                outbox.news.append(.candles(wish.pair, wish.interval, answer.finished.map(\.candle)))
            } catch {
                retry(errand, "\(error)", at: now, into: &outbox)
            }
        }
        if isComplete { outbox.news.append(.complete(skew)) }
    }

    private mutating func took(_ errand: Errand) {
        owed.removeAll { $0 == errand }
        budget.wasAccepted()
    }

    private mutating func retry(
        _ errand: Errand, _ why: String, at now: Timestamp, into outbox: inout SessionOutbox<PreparationNews>
    ) {
        outbox.news.append(.alarm(DataAlarm(.requestRefused, "\(errand.name): \(why)")))
        let next = backoff.nextAttempt(after: .refused, at: now, using: &chance)
        waiting.append((errand, next))
    }

    /// Terms of every wanted market, or why one cannot be traded.
    private func tell(_ list: Derivatives.Instruments, into outbox: inout SessionOutbox<PreparationNews>) {
        var terms: [Instrument] = []
        var refused: [DataAlarm] = []
        for entry in list.instruments {
            do {
                let instrument = try entry.terms(fees: fees)
                if pairs.contains(instrument.pair) { terms.append(instrument) }
            } catch {
                refused.append(DataAlarm(.unrecognisedValue, "\(entry.symbol): \(error)"))
            }
        }
        for pair in pairs where !terms.contains(where: { $0.pair == pair }) {
            outbox.news.append(.untradeable(pair, refused.map(\.detail)))
        }
        outbox.news.append(.instruments(terms))
    }
}

/// What a preparation tells.
public enum PreparationNews: Hashable, Sendable {
    /// The terms of the wanted perpetuals that can be traded.
    case instruments([Instrument])
    /// No perpetual on this market can be traded; with what the exchange's list said about the contracts that cannot.
    case untradeable(SpotPair, [String])
    /// Finished candles, ascending.
    case candles(SpotPair, SpotInterval, [Candle])
    case alarm(DataAlarm)
    /// Everything was told.
    case complete(ClockSkew)
}
