import Kraken
import Market
import Trading
import Venue

/// From the start to ready, and to hold and back.
extension Runtime {
    mutating func enter(_ new: Phase, at now: Timestamp, into effects: inout [Effect]) {
        if phase.name != new.name { phaseSince = now }
        phase = new
        record(.phase(new), at: now, into: &effects)
        switch new {
        case .initialising, .syncing, .reconciling, .stopping, .ended:
            effects.append(.alert(Alert(.info, .session, new.name, at: now)))
        case .ready:
            let isLatched = trader.map { $0.safety != .ready } ?? false
            let text = isLatched ? "ready, but halted: no entries until it is released" : "ready: entries are allowed"
            effects.append(.alert(Alert(isLatched ? .warning : .info, .session, text, at: now)))
        case .hold(let causes):
            let text = causes.sorted().map(\.text).joined(separator: "; ")
            effects.append(.alert(Alert(.warning, .session, "hold: \(text)", at: now)))
        }
    }

    // MARK: Preparation

    static func wishes(_ configuration: RuntimeConfiguration, _ last: [Candle?]?) -> [Preparation.Wish] {
        // A session that goes on from its journal has its past; the feed fills the gap.
        guard last == nil else { return [] }
        var wishes: [Preparation.Wish] = []
        for pair in configuration.pairs {
            for timeframe in Set(configuration.timeframes + [configuration.base]).sorted(by: >) {
                guard let interval = SpotInterval(timeframe) else { continue }
                wishes.append(Preparation.Wish(pair: pair, interval: interval))
            }
        }
        return wishes
    }

    mutating func take(_ news: PreparationNews, at now: Timestamp, into effects: inout [Effect]) {
        switch news {
        case .instruments(let instruments): listed(instruments, at: now, into: &effects)
        case .candles(let pair, let interval, let candles):
            guard let timeframe = Timeframe(rawValue: interval.rawValue) else { return }
            warmUp.add(candles, of: pair, timeframe)
        case .untradeable(let pair, let why):
            record(.untradeable(pair, why), at: now, into: &effects)
            effects.append(.alert(Alert(.critical, .session, "no perpetual on \(pair) can be traded", at: now)))
        case .alarm(let alarm):
            record(.alarm(.preparation, alarm), at: now, into: &effects)
            effects.append(.alert(Alert(.warning, .data, "preparation: \(alarm)", at: now)))
        case .complete(let skew): prepared(skew, at: now, into: &effects)
        }
    }

    private mutating func listed(_ instruments: [Instrument], at now: Timestamp, into effects: inout [Effect]) {
        let wanted = configuration.pairs.compactMap { pair in instruments.first { $0.pair == pair } }
        terms = wanted
    }

    /// Fetches the past once more for all markets; the feed of candles starts again behind it.
    mutating func warmUpAnew(at now: Timestamp, into effects: inout [Effect]) {
        guard preparation.isComplete else { return }
        preparation = Preparation(
            pairs: configuration.pairs, fees: configuration.fees, candles: Self.wishes(configuration, nil),
            generation: preparation.generation + 1)
        var outbox = SessionOutbox<PreparationNews>()
        preparation.start(at: now, into: &outbox)
        take(outbox, at: now, into: &effects)
    }

    /// The past is here again: the strategies forget and are shown it.
    private mutating func warmedUp(at now: Timestamp, into effects: inout [Effect]) {
        recovered = nil
        for pair in configuration.pairs { tell(.candlesForgotten(pair), from: now, at: now, into: &effects) }
        remember(into: &effects)
        startCandles(at: now, into: &effects)
    }

    private mutating func prepared(_ skew: ClockSkew, at now: Timestamp, into effects: inout [Effect]) {
        if trader != nil { return warmedUp(at: now, into: &effects) }
        let now = measure(skew, at: now, into: &effects)
        guard let now else { return }
        guard terms.count == configuration.pairs.count else {
            return end("a market cannot be traded", at: now, into: &effects)
        }
        if let recovered {
            trader = recovered.trader
            gateway.resume(
                recovered.orders, setups: recovered.trader.liveSetups, bookedFills: recovered.fills,
                fundingSince: recovered.fundingSince)
        } else {
            do {
                trader = try makeTrader(terms)
            } catch {
                return end("\(error)", at: now, into: &effects)
            }
        }
        gateway.listed(terms, at: now)
        let opening = recovered == nil ? Timestamp.distantPast : now
        for instrument in terms {
            tell(.instrumentListed(instrument), from: opening, at: opening, into: &effects)
        }
        if recovered == nil { remember(into: &effects) }
        strangersSince = recovered?.trader.now ?? now
        if let carried { tell(.carriedOver(carried), from: now, at: now, into: &effects) }
        if latched != .ready { tell(.safetyRestored(latched), from: now, at: now, into: &effects) }
        connect(at: now, into: &effects)
        for intent in orderedEarly { carryOut(intent, at: now, into: &effects) }
        orderedEarly = []
    }

    /// Shows the trader the past. It knows no account and no price yet, so nothing can be ordered.
    private mutating func remember(into effects: inout [Effect]) {
        for pair in configuration.pairs {
            for event in warmUp.events(of: pair) {
                effects.append(.record(.event(event)))
                trader?.handle(event, into: &outcome)
                outcome.removeAll()
            }
        }
    }

    private mutating func connect(at now: Timestamp, into effects: inout [Effect]) {
        enter(.syncing, at: now, into: &effects)
        startCandles(at: now, into: &effects)
        var market = SessionOutbox<MarketNews>()
        prices.start(at: now, into: &market)
        take(market, on: .prices, at: now, into: &effects)
        var account = SessionOutbox<GatewayNews>()
        gateway.start(at: now, into: &account)
        reconciliation.asked(at: now)
        take(account, at: now, into: &effects)
    }

    private mutating func startCandles(at now: Timestamp, into effects: inout [Effect]) {
        let subscriptions = configuration.pairs.enumerated().compactMap { index, pair -> SpotFeed.Subscription? in
            guard let interval = SpotInterval(configuration.base) else { return nil }
            let last = recovered?.lastCandles[index] ?? warmUp.last(of: pair)
            let next = last.map { $0.openTime + interval.interval } ?? configuration.base.start(of: now)
            return SpotFeed.Subscription(pair: pair, interval: interval, next: next, lastClose: last?.close)
        }
        warmUp = WarmUp(base: configuration.base, timeframes: configuration.timeframes)
        var outbox = SessionOutbox<MarketNews>()
        candles?.end(into: &outbox)
        candleFeeds += 1
        var feed = SpotFeed(subscriptions, generation: candleFeeds, hurry: configuration.hurry)
        feed.start(at: now, into: &outbox)
        candles = feed
        take(outbox, on: .candles, at: now, into: &effects)
    }

    /// Sets the session's clock by the exchange's; nil when the session cannot go on with it.
    private mutating func measure(
        _ skew: ClockSkew, at now: Timestamp, into effects: inout [Effect]
    ) -> Timestamp? {
        guard let best = skew.best else { return now }
        record(.clockSkew(best.offset, uncertainty: best.uncertainty), at: now, into: &effects)
        let corrected = clock.measured(offset: best.offset, at: now)
        watch.isClockUncertain = best.uncertainty > configuration.skewLimit
        if let last = recovered?.trader.now, last - corrected > configuration.journalAhead {
            let text = "the journal is \(last - corrected) ahead of the exchange's time: it is of another exchange"
            effects.append(.alert(Alert(.critical, .session, text, at: now)))
            end(text, at: now, into: &effects)
            return nil
        }
        if let last = recovered?.trader.now { clock.goesOn(from: last) }
        warnOfSkew(skew, best, at: now, into: &effects)
        return clock.latest
    }

    private mutating func warnOfSkew(
        _ skew: ClockSkew, _ best: ClockSkew.Measurement, at now: Timestamp, into effects: inout [Effect]
    ) {
        guard skew.exceeds(configuration.skewLimit) else { return }
        let text = "the machine's clock is \(best.offset) off the exchange's; the session goes by the exchange's"
        effects.append(.alert(Alert(.warning, .session, text, at: now)))
    }

    // MARK: After every input

    /// What has become due or possible.
    mutating func followUp(at now: Timestamp, into effects: inout [Effect]) {
        guard trader != nil else { return }
        switch phase {
        case .initialising, .ended: return
        case .syncing:
            if watch.areFeedsHealthy { enter(.reconciling, at: now, into: &effects) }
        case .reconciling:
            // What the exchange holds and the books do not explain is found out first.
            if reconciliation.looks >= 2, trader?.suspicionDue == nil { settlePhase(at: now, into: &effects) }
        case .ready, .hold: settlePhase(at: now, into: &effects)
        case .stopping: finishStopping(at: now, into: &effects)
        }
        // Nothing is held that needs it: a restart finds out whether the journal can be written again.
        if isJournalLost, trader?.isAtRest == true { end("the journal cannot be written", at: now, into: &effects) }
        tellPermission(at: now, into: &effects)
        lookIfDue(at: now, into: &effects)
        renewDeadManSwitch(at: now, into: &effects)
    }

    private mutating func settlePhase(at now: Timestamp, into effects: inout [Effect]) {
        var causes = watch.causes
        if isJournalLost { causes.insert(.journalFailed) }
        if isLeaseLost { causes.insert(.leaseLost) }
        if isLeaseDoubted { causes.insert(.leaseDoubted) }
        if reconciliation.isOverdue(at: now) { causes.insert(.reconciliationOverdue) }
        if phase == .reconciling, trader?.isEverythingProtected == false { causes.insert(.unprotected) }
        let new = causes.isEmpty ? Phase.ready : .hold(causes)
        guard new != phase else { return }
        enter(new, at: now, into: &effects)
    }

    private mutating func lookIfDue(at now: Timestamp, into effects: inout [Effect]) {
        switch phase {
        case .initialising, .syncing, .ended: return
        case .reconciling, .ready, .hold, .stopping: break
        }
        let suspicion = reconciliation.wake(forSuspicion: trader?.suspicionDue, in: phase)
        let isSuspicious = suspicion.map { $0 <= now } ?? false
        guard isSuspicious || reconciliation.isDue(atRest: trader?.isAtRest ?? true, at: now) else { return }
        reconciliation.asked(at: now)
        var outbox = SessionOutbox<GatewayNews>()
        gateway.reconcile(at: now, into: &outbox)
        take(outbox, at: now, into: &effects)
    }

    private mutating func renewDeadManSwitch(at now: Timestamp, into effects: inout [Effect]) {
        guard let request = deadMan.request(wanted: trader?.wantsDeadManSwitch ?? false, at: now) else { return }
        var outbox = SessionOutbox<GatewayNews>()
        switch request {
        case .arm(let seconds): gateway.setDeadManSwitch(seconds: seconds, at: now, into: &outbox)
        case .release: gateway.setDeadManSwitch(seconds: 0, at: now, into: &outbox)
        }
        take(outbox, at: now, into: &effects)
    }

    /// A complete look at the account, told to the trader.
    mutating func compare(_ truth: AccountTruth, at now: Timestamp, into effects: inout [Effect]) {
        reconciliation.concluded(at: now)
        record(.reconciled(truth), at: now, into: &effects)
        for instrument in terms {
            let report =
                truth.positions.first { $0.instrument == instrument.id }
                ?? PositionReport(
                    instrument: instrument.id, side: .long, quantity: .zero, entryPrice: nil, liquidationPrice: nil,
                    time: truth.at)
            tell(.venue(.position(report)), from: report.time, at: now, into: &effects)
        }
        tell(.venue(.account(truth.account)), from: truth.account.time, at: now, into: &effects)
    }

    // MARK: The end

    mutating func stop(_ reason: String, at now: Timestamp, into effects: inout [Effect]) {
        guard stopping == nil else { return }
        record(.stopping(reason: reason), at: now, into: &effects)
        guard trader != nil else { return end(reason, at: now, into: &effects) }
        stopping = (reason, now + configuration.stopPatience)
        enter(.stopping, at: now, into: &effects)
    }

    private mutating func finishStopping(at now: Timestamp, into effects: inout [Effect]) {
        guard let stopping, held.isEmpty else { return }
        if trader?.hasEntries == false || now >= stopping.by { end(stopping.reason, at: now, into: &effects) }
    }

    mutating func end(_ reason: String, at now: Timestamp, into effects: inout [Effect]) {
        guard endReason == nil else { return }
        endReason = reason
        enter(.ended, at: now, into: &effects)
        effects.append(.ended(reason: reason))
    }

    mutating func loseLease(_ holder: String, at now: Timestamp, into effects: inout [Effect]) {
        guard !isLeaseLost else { return }
        isLeaseLost = true
        leaseGate.lost()
        held.removeAll()
        record(.leaseLost(holder), at: now, into: &effects)
        let text = "another instance holds the account: \(holder); this one sends nothing more"
        effects.append(.alert(Alert(.critical, .session, text, at: now)))
        end("the lease was lost", at: now, into: &effects)
    }

    mutating func obey(_ intent: OperatorIntent, at now: Timestamp, into effects: inout [Effect]) {
        record(.commanded(intent), at: now, into: &effects)
        guard trader != nil else { return orderedEarly.append(intent) }
        carryOut(intent, at: now, into: &effects)
    }

    private mutating func carryOut(_ intent: OperatorIntent, at now: Timestamp, into effects: inout [Effect]) {
        switch intent {
        case .halt(let reason): tell(.commanded(.halt(reason: reason)), from: now, at: now, into: &effects)
        case .flatten(let reason): tell(.commanded(.flatten(reason: reason)), from: now, at: now, into: &effects)
        case .release(let name, let reason):
            tell(.commanded(.release(operatorName: name, reason: reason)), from: now, at: now, into: &effects)
        case .reconcile:
            var outbox = SessionOutbox<GatewayNews>()
            gateway.reconcile(at: now, into: &outbox)
            take(outbox, at: now, into: &effects)
        }
    }
}

extension Runtime {
    /// Tells the trader whether it may open anything.
    mutating func tellPermission(at now: Timestamp, into effects: inout [Effect]) {
        let permission = permission(at: now)
        guard permission != trader?.permission else { return }
        tell(.permitted(permission), from: now, at: now, into: &effects)
    }

    private func permission(at now: Timestamp) -> EntryPermission {
        switch phase {
        case .ready: .open
        case .initialising, .syncing, .reconciling: .paused
        case .hold: now - phaseSince >= configuration.holdPatience ? .withdrawn : .paused
        case .stopping, .ended: .withdrawn
        }
    }

    /// When a hold has lasted long enough for resting entries to be withdrawn.
    var nextWithdrawal: Timestamp? {
        guard case .hold = phase, trader?.permission != .withdrawn else { return nil }
        return phaseSince + configuration.holdPatience
    }
}
