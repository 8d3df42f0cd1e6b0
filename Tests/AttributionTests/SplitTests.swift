import Attribution
import Market
import Testing

@Test func partsOfASplitAddUp() {
    var split = Split(Money(raw: 5), .fee)
    split[.unexplained] = Money(raw: -3)
    split += Split(Money(raw: 7), .fee)
    #expect(split[.fee] == Money(raw: 12))
    #expect(split.sum == Money(raw: 9))
}
