import Attribution
import Market
import Testing

private let noon = Timestamp(seconds: 1_704_110_400)
private let dayEnd = noon + .hours(12)

@Test func eachDayIsClosedOnceAfterItsEnd() {
    var turn = DayTurn()
    #expect(turn.passed(noon) == nil)
    // The day before may have been left open.
    #expect(turn.passed(noon + DayTurn.patience) == dayEnd - .days(2))
    #expect(turn.passed(dayEnd) == nil)
    #expect(turn.passed(dayEnd + DayTurn.patience) == dayEnd - .days(1))
    #expect(turn.passed(dayEnd + .hours(1)) == nil)
    // Asleep for three days: the last one of them.
    #expect(turn.passed(dayEnd + .days(3) + .hours(2)) == dayEnd + .days(2))
    #expect(turn.passed(dayEnd + .days(3) + .hours(3)) == nil)
}

@Test(arguments: [-1_210, -2, 2, 1_210]) func aClockThatIsPutRightDoesNotStopTheDays(days: Int64) {
    var turn = DayTurn()
    #expect(turn.passed(noon - .days(days)) == nil)
    for minute in Int64(0)...10 { _ = turn.passed(noon + .minutes(minute)) }
    #expect(turn.passed(dayEnd + DayTurn.patience - .seconds(1)) == nil)
    #expect(turn.passed(dayEnd + DayTurn.patience) == dayEnd - .days(1))
}
