import Market
import TestSupport
import Testing

@testable import Kraken

@Suite struct CandleCloserTests {
    func bar(_ minute: Int64, _ close: Int, trades: Int64 = 1) -> SpotBar {
        SpotBar(
            openTime: Timestamp(seconds: minute * 60), open: Price(100), high: Price(max(100, close)),
            low: Price(min(100, close)), close: Price(close), vwap: Price(100), volume: Double(trades), trades: trades)
    }

    func at(_ minute: Int64, _ second: Int64 = 0) -> Timestamp { Timestamp(seconds: minute * 60 + second) }

    func closer(next: Int64 = 1, waits: Bool = false) -> CandleCloser {
        CandleCloser(interval: .m1, next: at(next), lastClose: Price(100), waitsForConfirmation: waits)
    }

    @Test func aLaterBarClosesTheOneBefore() {
        var closer = closer()
        #expect(closer.connected(at: at(0, 30)).isEmpty)
        #expect(closer.receive(bar(1, 101)).isEmpty)
        #expect(closer.receive(bar(1, 102, trades: 2)).isEmpty)
        #expect(closer.receive(bar(2, 103)) == [.closed(bar(1, 102, trades: 2))])
        #expect(closer.receive(bar(1, 999, trades: 9)).isEmpty)
    }

    @Test func silentMinutesBecomeFlatBars() {
        var closer = closer()
        _ = closer.connected(at: at(0, 30))
        _ = closer.receive(bar(1, 101))
        #expect(
            closer.receive(bar(4, 103)) == [
                .closed(bar(1, 101)), .closed(.flat(at: at(2), price: Price(101))),
                .closed(.flat(at: at(3), price: Price(101))),
            ])
    }

    @Test func theClockAsksRESTWhichClosesTheBar() {
        var closer = closer()
        _ = closer.connected(at: at(0, 30))
        _ = closer.receive(bar(1, 101))
        #expect(closer.advance(to: at(2, 2)).isEmpty)
        #expect(closer.advance(to: at(2, 3)) == [.request(since: at(0))])
        #expect(closer.advance(to: at(2, 7)).isEmpty)
        #expect(closer.advance(to: at(2, 8)) == [.request(since: at(0))])
        #expect(closer.confirm([]).isEmpty)
        #expect(closer.advance(to: at(2, 9)) == [.request(since: at(0))])
        #expect(closer.confirm([bar(1, 101)]) == [.closed(bar(1, 101))])
        #expect(closer.advance(to: at(2, 30)).isEmpty)
    }

    @Test func whatClosedFromTheStreamIsComparedWithREST() {
        var closer = closer()
        _ = closer.connected(at: at(0, 30))
        _ = closer.receive(bar(1, 101))
        _ = closer.receive(bar(2, 101))
        #expect(closer.advance(to: at(2, 3)) == [.request(since: at(0))])
        let rest = bar(1, 107, trades: 3)
        #expect(closer.confirm([rest]) == [.difference(stream: bar(1, 101), rest: rest, wasClosed: true)])
        #expect(closer.confirm([rest]).isEmpty)
    }

    @Test func restWinsWhileABarIsOpen() {
        var closer = closer()
        _ = closer.connected(at: at(0, 30))
        _ = closer.receive(bar(1, 101))
        let rest = bar(1, 107, trades: 3)
        #expect(
            closer.confirm([rest]) == [
                .difference(stream: bar(1, 101), rest: rest, wasClosed: false), .closed(rest),
            ])
        var average = bar(2, 101)
        _ = closer.receive(average)
        average.vwap = Price(99)
        #expect(closer.confirm([average]) == [.closed(average)])
    }

    /// After a break nothing closes from the stream before REST has filled in what was not seen.
    @Test func aBreakIsFilledByREST() {
        var closer = closer()
        _ = closer.connected(at: at(0, 30))
        _ = closer.receive(bar(1, 101))
        closer.disconnected()
        #expect(closer.connected(at: at(4, 10)) == [.request(since: at(0))])
        #expect(closer.receive(bar(4, 105)).isEmpty)
        #expect(closer.receive(bar(5, 106)).isEmpty)
        #expect(closer.receive(bar(6, 107)).isEmpty)
        let rest = [bar(1, 102, trades: 2), bar(2, 102), bar(3, 103), bar(4, 108, trades: 4)]
        #expect(closer.confirm(rest) == rest.map { .closed($0) } + [.closed(bar(5, 106))])
    }

    @Test func whatRESTNoLongerHasIsNamed() {
        var closer = closer(next: 1)
        #expect(closer.connected(at: at(2000)) == [.request(since: at(0))])
        #expect(closer.confirm([bar(1280, 1)]) == [.missing(from: at(1), until: at(1280))])
        #expect(closer.next == at(1))
    }

    @Test func anAbsurdTimeDoesNotFillTheMemory() {
        var closer = closer()
        _ = closer.connected(at: at(0, 30))
        #expect(closer.receive(bar(100_000_000, 101)).isEmpty)
        #expect(closer.receive(bar(1, 101)) == [.closed(bar(1, 101))])
    }

    /// Whatever the order, the repeats, the breaks and the silences: told bars are the exchange's, each once, in order.
    @Test(arguments: 0..<60) func anyArrivalTellsTheExchangesBars(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let waits = seed % 2 == 0
        let count: Int64 = 60
        var truth: [SpotBar] = []
        var price = 100
        for minute in 1...count {
            if Int.random(in: 0..<4, using: &generator) == 0 {
                truth.append(.flat(at: at(minute), price: Price(price)))
            } else {
                price = Int.random(in: 90...110, using: &generator)
                truth.append(bar(minute, price, trades: Int64.random(in: 1...9, using: &generator)))
            }
        }
        var closer = closer(waits: waits)
        var told: [SpotBar] = []
        var isConnected = false
        var shownThisMinute: Int64 = 0
        func take(_ events: [CandleCloser.Event], now: Timestamp) {
            var events = events
            while !events.isEmpty {
                let event = events.removeFirst()
                switch event {
                case .closed(let bar): told.append(bar)
                case .request(let since):
                    if Int.random(in: 0..<3, using: &generator) == 0 { continue }
                    events += closer.confirm(truth.filter { $0.openTime > since && $0.openTime + .minutes(1) <= now })
                case .difference(_, _, let wasClosed): #expect(!wasClosed)
                case .missing: Issue.record("REST had everything")
                }
            }
        }
        for step in 0..<(count + 2) * 12 {
            let now = Timestamp(seconds: 30 + step * 5)
            let minute = now.seconds / 60
            if Int.random(in: 0..<40, using: &generator) == 0 {
                closer.disconnected()
                isConnected = false
            } else if !isConnected {
                take(closer.connected(at: now), now: now)
                isConnected = true
            }
            if minute >= 1, minute <= count, isConnected {
                let final = truth[Int(minute) - 1]
                if now.seconds % 60 < 5 { shownThisMinute = 0 }
                if final.trades > 0 {
                    // The last state of a minute is always sent while the connection stands.
                    shownThisMinute = now.seconds % 60 >= 55 ? final.trades : min(final.trades, shownThisMinute + 1)
                    var shown = final
                    shown.trades = shownThisMinute
                    if shownThisMinute < final.trades { shown.close = Price(95) }
                    if waits, Bool.random(using: &generator) { take(closer.receive(shown), now: now) }
                    take(closer.receive(shown), now: now)
                    if shownThisMinute > 1 {
                        var old = shown
                        old.trades = 1
                        take(closer.receive(old), now: now)
                    }
                }
            }
            take(closer.advance(to: now), now: now)
        }
        #expect(told.count == Int(count))
        #expect(told == truth)
    }
}
