import Exchange
import Market
import Trading
import Venue

/// A market in a quiet stretch, and the spot price below which its bars are not quiet.
struct QuietMarket: Sendable {
    let place: Int
    let floor: Price
}

// Nearly all bars are quiet: nothing is held or ordered, so that all they can do is to lead to a signal.
//
// The law: of quiet bars in a row, playing the last one in full and showing the candles of all is the same as playing
// all in full. For each of the four that see a bar:
// - the venue keeps of it what the next bar replaces (`SimulatedExchange.quietUntil`);
// - the core keeps of its tick and report what the next ones replace (`Trader.rest`), and sees every candle;
// - the model makes each from its own candle, all in one way (`PerpetualModel.quietUntil`);
// - the recorder notes nothing: the account stands still and no hour ends (`EquityRecorder.quietUntil`).
// What ends an hour, changes terms or is to be noted in the journal ends the stretch before.
extension BacktestRunner {
    /// Plays the quiet bars in a row from `time` on; false, with nothing done, when there are none.
    mutating func playQuietBars(from time: Timestamp) -> Bool {
        guard joinsQuietBars, let limit = quietLimit(from: time) else { return false }
        let (steps, finder) =
            quietMarkets.count == 1 ? passAlone(from: time, until: limit) : passInStep(from: time, until: limit)
        guard steps > 0 else { return false }
        bars += steps * quietMarkets.count
        endQuietBars(since: time, steps, finder, at: time + base.interval * Int64(steps))
        return true
    }

    /// Goes past the quiet steps from `time` on and shows the core the candles that close in each; how many there were,
    /// and who has found something in the last.
    private mutating func passInStep(from time: Timestamp, until limit: Timestamp) -> (steps: Int, finder: Int?) {
        var close = time
        var steps = 0
        var finder: Int?
        while close < limit, finder == nil, isQuiet(at: close) {
            close = close + base.interval
            steps += 1
            finder = pass(until: close)
        }
        return (steps, finder)
    }

    /// The same for one market alone, whose candles are shown as they lie in their series.
    private mutating func passAlone(from time: Timestamp, until limit: Timestamp) -> (steps: Int, finder: Int?) {
        let market = quietMarkets[0]
        let range = models[market.place].quietBars(from: time, until: limit, above: market.floor)
        guard !range.isEmpty else { return (0, nil) }
        let found = core.look(models[market.place].spot, range, of: pairs[market.place])
        let last = found ?? range.upperBound - 1
        models[market.place].passQuietBars(through: last)
        return (last + 1 - range.lowerBound, found == nil ? nil : 0)
    }

    /// Quiet bars open before this instant; nil when the next one is not quiet. Finds who has bars in the stretch.
    private mutating func quietLimit(from time: Timestamp) -> Timestamp? {
        guard exchange.isIdle, let rest = core.rest(with: quietAccount(at: time)) else { return nil }
        let lastOpen = min(rest.until, log.equity.quietUntil(exchange), end) - base.interval
        var limit = min(lastOpen, nextCheckpoint, terms.nextChange)
        guard time < limit else { return nil }
        quietMarkets.removeAll(keepingCapacity: true)
        for market in models.indices {
            guard nextTimes[market] == time else {
                limit = min(limit, nextTimes[market])
                continue
            }
            limit = min(limit, exchange.quietUntil(market), models[market].quietUntil())
            guard time < limit, let floor = models[market].quietFloor(rest.basis) else { return nil }
            quietMarkets.append(QuietMarket(place: market, floor: floor))
        }
        return limit
    }

    @inline(__always)
    private func isQuiet(at time: Timestamp) -> Bool {
        for market in quietMarkets where !models[market.place].isQuiet(at: time, from: market.floor) { return false }
        return true
    }

    /// Goes past a quiet step and shows the core the candles that close; the first market, as a place in `quietMarkets`,
    /// in which it finds something: it is shown none after that.
    @inline(__always)
    private mutating func pass(until close: Timestamp) -> Int? {
        var finder: Int?
        for place in quietMarkets.indices {
            let market = quietMarkets[place].place
            let candle = models[market].passQuietBar()
            if finder == nil, core.look(candle, of: pairs[market], at: close) { finder = place }
        }
        return finder
    }

    /// Plays the last of `steps` quiet steps, which closes at `close`. Candles have been shown up to that of `finder`,
    /// who has found something in it; nil: all of them, in vain.
    private mutating func endQuietBars(since first: Timestamp, _ steps: Int, _ finder: Int?, at close: Timestamp) {
        let reported = close.floor(to: Interval(nanoseconds: reportEvery))
        if reported < close, reported > first, (reported - first).nanoseconds % base.interval.nanoseconds == 0 {
            core.reported(quietAccount(at: reported), at: reported, into: &outcome)
        }
        for market in quietMarkets {
            let place = market.place
            exchange.open(place) { models[place].endQuiet(steps, since: first, into: &$0) }
            nextTimes[place] = models[place].nextTime
        }
        hear(until: close)
        guard let finder else { return }
        for place in quietMarkets.indices where place >= finder {
            let market = quietMarkets[place].place
            if place == finder {
                core.decide(models[market].candle, of: pairs[market], at: close, into: &outcome)
            } else {
                core.candleClosed(models[market].candle, of: pairs[market], at: close, into: &outcome)
            }
            absorbIfAny(at: close)
        }
    }
}
