import Exchange
import Market
import Testing
import Trading
import Venue

@testable import Attribution

/// Beside `cause` nothing is to be told; funding may differ by the seconds that a fill lies elsewhere in its bar.
private func expectOnly(_ cause: Cause, in split: Split, _ location: SourceLocation = #_sourceLocation) {
    for other in Cause.allCases where other != cause && other != .funding {
        #expect(split[other].isZero, "\(other): \(split[other])", sourceLocation: location)
    }
    #expect(split[.funding].magnitude < (try! Money("0.01")), sourceLocation: location)
}

@Test func aSessionLikeTheReRunDiffersInNothing() throws {
    for seed in UInt64(1)...12 {
        let tape = LiveHours().tape(seed: seed)
        let day = try DayAttribution(midnight, tape, exchangeConfiguration())
        #expect(day.comparisons.count > 3)
        for item in day.comparisons {
            #expect(item.split.sum == item.difference)
            #expect(item.remark.isEmpty)
            expectOnly(.funding, in: item.split)
        }
    }
}

@Test func aDearerContractIsAFee() throws {
    var hours = LiveHours()
    hours.fees = FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(9))
    let tape = hours.tape()
    let day = try DayAttribution(midnight, tape, exchangeConfiguration())
    let first = try #require(day.comparisons.first)
    expectOnly(.fee, in: first.split)
    // Its entry and its stop took: four more basis points of each.
    let legs = try #require(tape.live.records[first.setup]?.trade?.legs)
    let more = legs.reduce(Money.zero) {
        let notional = $1.price.notional(of: $1.quantity, .nearestEven)
        return $0 + notional.times(.basisPoints(9), .up) - notional.times(.basisPoints(5), .up)
    }
    #expect(first.split[.fee] == -more)
}

@Test func slowOrdersAreLatency() throws {
    var hours = LiveHours()
    hours.exchange = exchangeConfiguration(latency: .seconds(20))
    let day = try DayAttribution(midnight, hours.tape(), exchangeConfiguration())
    #expect(!day.split[.latency].isZero)
    #expect(day.split[.unexplained].isZero)
    for item in day.comparisons { #expect(item.split.sum == item.difference) }
}

@Test func anEntryThatNobodyTookIsAMissedFill() throws {
    var hours = LiveHours()
    var entries = 0
    hours.command = { command in
        guard case .place(let order) = command, order.role == .entry else { return command }
        entries += 1
        guard entries == 2 else { return command }
        // So far away that it rests until it is called back.
        let far = order.side == .long ? try! Price("1") : try! Price("99999")
        return .place(
            Order(
                id: order.id, instrument: order.instrument, side: order.side, quantity: order.quantity,
                kind: .limit(far), reduceOnly: false, role: .entry))
    }
    let day = try DayAttribution(midnight, hours.tape(), exchangeConfiguration())
    let missed = try #require(day.comparisons.first { $0.live == nil })
    #expect(missed.split[.missedFill] == -(try #require(missed.rerun)))
    #expect(missed.split.sum == missed.split[.missedFill])
    #expect(missed.remark.hasPrefix("live was not filled"))
}

@Test func halfAFillIsHalfTheResult() throws {
    var hours = LiveHours()
    hours.command = { command in
        guard case .place(let order) = command, order.role == .entry else { return command }
        return .place(
            Order(
                id: order.id, instrument: order.instrument, side: order.side,
                quantity: Quantity(raw: order.quantity.raw / 200 * 100), kind: order.kind, reduceOnly: false,
                role: .entry))
    }
    let tape = hours.tape()
    let first = try #require(try DayAttribution(midnight, tape, exchangeConfiguration()).comparisons.first)
    let live = try #require(tape.live.records[first.setup].flatMap(Anatomy.init))
    // The other half would have made what this half made, costs and all, but for a lot: nothing else differs.
    let other = live.net.double
    #expect(abs(first.split[.missedFill].double + other) < abs(other) / 1000)
    for cause in [Cause.fee, .slippage, .latency] { #expect(abs(first.split[cause].double) < abs(other) / 1000) }
    #expect(first.split[.unexplained].isZero)
    #expect(first.split.sum == first.difference)
}

@Test func whatAHaltKeepsAwayIsAnIntervention() throws {
    var hours = LiveHours()
    hours.order = { $0 == midnight + .hours(8) ? .flatten(reason: "drill") : nil }
    let day = try DayAttribution(midnight, hours.tape(), exchangeConfiguration())
    let after = day.comparisons.filter { $0.decidedAt > midnight + .hours(8) }
    #expect(!after.isEmpty)
    for item in after {
        #expect(item.live == nil)
        #expect(item.split[.intervention] == item.difference)
        #expect(item.remark == "live refused it: operator")
    }
    let held = day.comparisons.first { $0.remark.contains("kill_switch") }
    #expect(try #require(held).split[.intervention] != .zero)
}

@Test func aTradeThatTheReRunStillHoldsIsCountedLater() throws {
    let tape = LiveHours().tape()
    // The second day ends before its last trade may have.
    let second = try DayAttribution(midnight + .days(1), tape, exchangeConfiguration())
    let first = try DayAttribution(midnight, tape, exchangeConfiguration())
    let both = first.comparisons.map(\.setup) + second.comparisons.map(\.setup)
    #expect(Set(both).count == both.count)
    let closed = tape.live.records.values.filter { $0.trade != nil }.count
    #expect(both.count + second.open.count >= closed)
}

@Test func daysWithoutAJournalSaySo() {
    let tape = LiveHours().tape()
    #expect(throws: DayAttribution.Obstacle.nothingHeard(midnight - .days(1))) {
        try DayAttribution(midnight - .days(1), tape, exchangeConfiguration())
    }
    #expect(throws: DayAttribution.Obstacle.nothingHeard(midnight + .days(2))) {
        try DayAttribution(midnight + .days(2), tape, exchangeConfiguration())
    }
}

@Test func oneDayAloneIsTheSameDay() throws {
    let hours = LiveHours()
    for number in Int64(0)...1 {
        let day = midnight + .days(number)
        let alone = try DayAttribution(day, hours.tape(for: day), exchangeConfiguration())
        let among = try DayAttribution(day, hours.tape(), exchangeConfiguration())
        #expect(alone.comparisons.map(\.setup) == among.comparisons.map(\.setup))
        #expect(alone.split == among.split)
        #expect(alone.from == among.from)
    }
}
