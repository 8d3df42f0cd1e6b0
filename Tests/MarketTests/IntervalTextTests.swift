import Market
import Testing

@Suite struct IntervalTextTests {
    @Test(arguments: [
        (Interval.zero, "0 ms"), (.seconds(5), "5 s"), (.milliseconds(1_250), "1.250 s"), (.seconds(125), "2 min 5 s"),
        (.minutes(60), "1 h"), (.hours(76), "3 d 4 h"), (.milliseconds(40), "40 ms"),
        (.zero - .seconds(90), "-1 min 30 s"),
        (Interval(nanoseconds: 1_500), "1 µs"), (Interval(nanoseconds: 7), "7 ns"),
    ])
    func isReadable(_ interval: Interval, _ text: String) { #expect(interval.description == text) }
}
