import Kraken
import Market
import Trading
import Venue

/// What comes in over the lines, led to where it belongs.
extension Runtime {
    mutating func take(_ input: SessionInput, on line: Line, at now: Timestamp, into effects: inout [Effect]) {
        switch line {
        case .preparation:
            var outbox = SessionOutbox<PreparationNews>()
            preparation.receive(input, at: now, into: &outbox)
            take(outbox, at: now, into: &effects)
        case .candles:
            var outbox = SessionOutbox<MarketNews>()
            candles?.receive(input, at: now, into: &outbox)
            take(outbox, on: .candles, at: now, into: &effects)
        case .prices:
            var outbox = SessionOutbox<MarketNews>()
            prices.receive(input, at: now, into: &outbox)
            take(outbox, on: .prices, at: now, into: &effects)
        case .account:
            var outbox = SessionOutbox<GatewayNews>()
            gateway.receive(input, at: now, into: &outbox)
            take(outbox, at: now, into: &effects)
        }
    }

    /// Wakes every session that asked for it, and the trader.
    mutating func wakeAll(at now: Timestamp, into effects: inout [Effect]) {
        if !preparation.isComplete, Self.isDue(preparation.nextWake, now) {
            take(.woke, on: .preparation, at: now, into: &effects)
        }
        guard trader != nil else { return }
        if Self.isDue(candles?.nextWake, now) { take(.woke, on: .candles, at: now, into: &effects) }
        if Self.isDue(prices.nextWake, now) { take(.woke, on: .prices, at: now, into: &effects) }
        if Self.isDue(gateway.nextWake, now) { take(.woke, on: .account, at: now, into: &effects) }
        if Self.isDue(trader?.nextDeadline, now) { tell(.clock, from: now, at: now, into: &effects) }
    }

    private static func isDue(_ wake: Timestamp?, _ now: Timestamp) -> Bool { wake.map { $0 <= now } ?? false }

    // MARK: Out

    mutating func take(
        _ outbox: SessionOutbox<PreparationNews>, at now: Timestamp, into effects: inout [Effect]
    ) {
        for action in outbox.actions { effects.append(.perform(.preparation, action)) }
        for news in outbox.news { take(news, at: now, into: &effects) }
    }

    mutating func take(
        _ outbox: SessionOutbox<MarketNews>, on line: Line, at now: Timestamp, into effects: inout [Effect]
    ) {
        for action in outbox.actions { effects.append(.perform(line, action)) }
        for news in outbox.news { take(news, on: line, at: now, into: &effects) }
    }

    mutating func take(_ outbox: SessionOutbox<GatewayNews>, at now: Timestamp, into effects: inout [Effect]) {
        for action in outbox.actions { effects.append(.perform(.account, action)) }
        for news in outbox.news { take(news, at: now, into: &effects) }
    }

    // MARK: News

    private mutating func take(
        _ news: MarketNews, on line: Line, at now: Timestamp, into effects: inout [Effect]
    ) {
        switch news {
        case .tick(let tick):
            observe(tick, at: now, into: &effects)
        case .depth(let depth):
            guard let kept = gateway.observe(depth, at: now) else { return }
            record(.depth(kept), at: now, into: &effects)
        case .candle(let pair, let interval, let candle):
            let close = candle.openTime + interval.interval
            // What is decided now is decided by the newest prices.
            for tick in thinning.release(at: now) { tell(.ticked(tick), from: tick.time, at: now, into: &effects) }
            tell(.candleClosed(pair, candle), from: close, at: now, into: &effects)
        case .gap(let pair, let from, let until):
            record(.gap(pair, from: from, until: until), at: now, into: &effects)
            let text = "candles of \(pair) from \(from) until \(until) cannot be had: the strategy warms up anew"
            effects.append(.alert(Alert(.warning, .data, text, at: now)))
            warmUpAnew(at: now, into: &effects)
        case .state(let instrument, let state):
            guard watch.marketChanged(instrument, to: state) else { return }
            record(.marketState(instrument, state), at: now, into: &effects)
        case .health(let health):
            guard watch.changed(line, to: health) else { return }
            record(.health(line, health), at: now, into: &effects)
        case .alarm(let alarm): raise(alarm, on: line, at: now, into: &effects)
        }
    }

    private mutating func observe(_ tick: Tick, at now: Timestamp, into effects: inout [Effect]) {
        var outbox = SessionOutbox<GatewayNews>()
        if let age = newsAge.heard(tick, at: now), gateway.observe(age: age, at: now) {
            record(.newsAge(age), at: now, into: &effects)
        }
        gateway.observe(tick, at: now, into: &outbox)
        // A price that the basis guard has something to say about never waits.
        let isQuiet = trader.map { $0.isAtRest && $0.isOrdinary(tick) } ?? true
        if thinning.lets(tick, atRest: isQuiet, at: now) {
            tell(.ticked(tick), from: tick.time, at: now, into: &effects)
        }
        take(outbox, at: now, into: &effects)
    }

    private mutating func take(_ news: GatewayNews, at now: Timestamp, into effects: inout [Effect]) {
        switch news {
        case .event(let event): tell(.venue(event), from: event.time ?? now, at: now, into: &effects)
        case .outcomeUnknown(let order):
            record(.outcomeUnknown(order), at: now, into: &effects)
            let text = "no answer for order \(order): looking for it"
            effects.append(.alert(Alert(.warning, .account, text, at: now)))
        case .reconciled(let truth): compare(truth, at: now, into: &effects)
        case .foreignFill(let execution):
            // What was before the journal is no news: those of an earlier journal look foreign to this one.
            guard execution.time >= strangersSince else { return }
            record(.foreignFill(execution), at: now, into: &effects)
            let text = "an execution that is not ours: \(execution.side) \(execution.quantity) at \(execution.price)"
            effects.append(.alert(Alert(.warning, .account, text, of: execution.instrument, at: now)))
        case .health(let health):
            guard watch.changed(.account, to: health) else { return }
            record(.health(.account, health), at: now, into: &effects)
        case .deadManSwitch(let time):
            deadMan.confirmed(time)
            record(.deadManSwitch(time), at: now, into: &effects)
        case .alarm(let alarm): raise(alarm, on: .account, at: now, into: &effects)
        }
    }

    private mutating func raise(
        _ alarm: DataAlarm, on line: Line, at now: Timestamp, into effects: inout [Effect]
    ) {
        record(.alarm(line, alarm), at: now, into: &effects)
        effects.append(.alert(Alert(alarm.kind.severity, .data, "\(line.name): \(alarm)", at: now)))
    }
}

extension DataAlarm.Kind {
    var severity: Alert.Severity {
        switch self {
        case .authentication: .critical
        case .unrecognisedValue, .unreadableMessage, .subscriptionRefused, .messagesLost, .sourcesDiffer,
            .requestRefused, .rateLimit, .unknownOutcome, .unsupported:
            .warning
        }
    }
}

extension VenueEvent {
    /// When it happened by the exchange's clock, where it says.
    var time: Timestamp? {
        switch self {
        case .filled(let fill): fill.time
        case .funding(let payment): payment.time
        case .position(let report): report.time
        case .account(let report): report.time
        case .accepted, .rejected, .triggered, .cancelled, .amended, .notFound, .found: nil
        }
    }
}
