import Market
import Venue

/// Which prices reach the trader: all of them while something is held or ordered; at rest only now and then, because then
/// each price merely replaces the one before. What is kept back is handed on before anything is decided.
struct TickThinning: Sendable {
    private struct Entry {
        /// The newest price, whether handed on or not.
        var tick: Tick
        var handedOn: Timestamp
        var isKeptBack: Bool
    }

    private var entries: [Entry] = []
    let pause: Interval

    init(pause: Interval) { self.pause = pause }

    /// Whether the price goes on at once.
    mutating func lets(_ tick: Tick, atRest: Bool, at now: Timestamp) -> Bool {
        guard let index = entries.firstIndex(where: { $0.tick.instrument == tick.instrument }) else {
            entries.append(Entry(tick: tick, handedOn: now, isKeptBack: false))
            return true
        }
        entries[index].tick = tick
        entries[index].isKeptBack = atRest && now - entries[index].handedOn < pause
        if !entries[index].isKeptBack { entries[index].handedOn = now }
        return !entries[index].isKeptBack
    }

    /// The prices that were kept back and not followed by one that was not.
    mutating func release(at now: Timestamp) -> [Tick] {
        var ticks: [Tick] = []
        for index in entries.indices where entries[index].isKeptBack {
            entries[index].isKeptBack = false
            entries[index].handedOn = now
            ticks.append(entries[index].tick)
        }
        return ticks
    }

    /// The newest price of every contract, in the order of their first ones.
    var latest: [Tick] { entries.map(\.tick) }
}
