import Market
import Venue

/// How long prices are under way from the exchange to the session: the age that nine of ten prices stay below.
struct NewsAge: Sendable {
    /// Ages of the last prices, in nanoseconds, in a ring.
    private var ages: [Int64] = []
    private var place = 0
    private var told: Int64?
    private var nextLook = Timestamp.distantPast

    private static let remembered = 256
    /// Fewer say nothing.
    private static let fewest = 32
    /// Between two looks.
    private static let pause = Interval.seconds(10)

    /// Returns the age when it is another than was returned last: by a quarter of it, and by a millisecond at least.
    ///
    /// - Parameter now: by the session's clock, which is set by the exchange's.
    mutating func heard(_ tick: Tick, at now: Timestamp) -> Interval? {
        let age = max(0, (now - tick.time).nanoseconds)
        if ages.count < Self.remembered {
            ages.append(age)
        } else {
            ages[place] = age
            place = (place + 1) % Self.remembered
        }
        guard now >= nextLook, ages.count >= Self.fewest else { return nil }
        nextLook = now + Self.pause
        let found = ages.sorted()[ages.count * 9 / 10]
        if let told, abs(found - told) < max(told / 4, 1_000_000) { return nil }
        told = found
        return Interval(nanoseconds: found)
    }
}
