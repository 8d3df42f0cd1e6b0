import Market
import Testing
import Venue

@testable import Trading

/// How long something is held without a stop for all of it that the venue is known to hold; every event is 10 ms later.
struct NakedTimeTests {
    @Test func fromTheFillToTheNewsOfTheStop() throws {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.fill(entry)
        let stop = desk.place(.stop)
        let filled = desk.time
        desk.wait(.milliseconds(700))
        #expect(desk.trader.nakedTime(at: desk.time) == .milliseconds(700))
        desk.accept(stop)
        #expect(desk.trader.nakedTime(at: desk.time + .hours(1)) == desk.time - filled)
        desk.tick(989)
        desk.venue(.triggered(stop.id))
        desk.fill(stop, 4, at: 989)
        desk.wait(.seconds(1))
        desk.fill(stop, 6, at: 989)
        // A stop at work protects until it is done.
        #expect(desk.trades.map(\.naked) == [.milliseconds(710)])
        #expect(desk.trader.nakedTime(at: desk.time + .hours(1)) == .milliseconds(710))
    }

    @Test func aPartWithoutAStopCounts() throws {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.fill(entry, 4)
        desk.accept(desk.place(.stop))
        #expect(desk.trader.nakedTime(at: desk.time) == .milliseconds(10))
        desk.wait(.seconds(5))
        desk.fill(entry, 6)
        let second = desk.place(.stop)
        desk.wait(.milliseconds(90))
        desk.accept(second)
        #expect(desk.trader.nakedTime(at: desk.time) == .milliseconds(110))
    }

    @Test func aStopThatIsLostCountsUntilTheNextStands() throws {
        var desk = Desk()
        let (stop, _) = desk.open()
        let before = desk.trader.nakedTime(at: desk.time)
        desk.wait(.minutes(1))
        desk.cancelled(stop, .byVenue)
        let next = desk.place(.stop)
        desk.wait(.milliseconds(290))
        desk.accept(next)
        #expect(desk.trader.nakedTime(at: desk.time) - before == .milliseconds(300))
    }

    /// It ends with the position, stop or none.
    @Test func itEndsWhenNothingIsHeld() throws {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.fill(entry)
        desk.reject(desk.place(.stop), .triggerAlreadyReached)
        let close = desk.place(.close)
        desk.wait(.milliseconds(480))
        desk.fill(close)
        #expect(desk.trades.map(\.naked) == [.milliseconds(500)])
        #expect(desk.trader.nakedTime(at: desk.time + .hours(1)) == .milliseconds(500))
    }

    /// The fill was earlier than its news.
    @Test func theWayOfTheNewsCounts() throws {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        let fill = Fill(
            id: 1, order: entry.id, instrument: contract, side: .long, quantity: entry.quantity, price: dollars(1_000),
            fee: .zero, liquidity: .taker, cause: .order, time: desk.time)
        desk.send(.venue(.filled(fill)), after: .milliseconds(250))
        #expect(desk.trader.nakedTime(at: desk.time) == .milliseconds(250))
    }

    @Test func whatWasFoundCountsToo() throws {
        var desk = Desk([:])
        desk.position(.long, 2)
        desk.position(.long, 2, after: .milliseconds(1_500))
        let stop = desk.place(.stop)
        desk.wait(.milliseconds(390))
        desk.accept(stop)
        #expect(desk.trader.nakedTime(at: desk.time) == .milliseconds(400))
        desk.wait(.hours(1))
        desk.position(.long, 0)
        desk.position(.long, 0, after: .milliseconds(1_500))
        desk.cancelled(stop)
        #expect(desk.trader.positions.isEmpty)
        #expect(desk.trader.nakedTime(at: desk.time + .hours(1)) == .milliseconds(400))
    }
}
