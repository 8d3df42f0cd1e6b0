import Market
import Venue

/// Which prices reach the trader: all of them while something is held or ordered; at rest only now and then, because then
/// each price merely replaces the one before.
struct TickThinning: Sendable {
    private var last: [(instrument: InstrumentID, received: Timestamp)] = []
    let pause: Interval

    init(pause: Interval) { self.pause = pause }

    mutating func lets(_ tick: Tick, atRest: Bool, at now: Timestamp) -> Bool {
        guard let index = last.firstIndex(where: { $0.instrument == tick.instrument }) else {
            last.append((tick.instrument, now))
            return true
        }
        if atRest, now - last[index].received < pause { return false }
        last[index].received = now
        return true
    }
}
