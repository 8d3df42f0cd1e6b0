import Testing

@testable import Trading

struct StateTableTests {
    static let pairs = OrderState.allCases.flatMap { state in OrderEvent.allCases.map { (state, $0) } }

    /// An order that ended stays ended, whatever comes; only the last fill may correct how.
    @Test func noEventRevivesAnOrder() {
        for (state, event) in Self.pairs where state.isFinal {
            guard let next = state.after(event) else { continue }
            #expect(next.isFinal, "\(state) \(event)")
            #expect(next == state || (next == .filled && event == .filled), "\(state) \(event)")
        }
    }

    /// A fill counts in every state in which an order can be at a venue.
    @Test func fillsAreNeverRefused() {
        for state in OrderState.allCases where state != .intended && state != .rejected {
            if state != .filled { #expect(state.after(.partlyFilled) != nil, "\(state)") }
            if state != .filled { #expect(state.after(.filled) == .filled, "\(state)") }
        }
    }

    @Test func theUsualWay() {
        let way: [OrderEvent] = [.sent, .accepted, .triggered, .partlyFilled, .filled]
        var state = OrderState.intended
        var seen: [OrderState] = []
        for event in way {
            state = state.after(event) ?? .intended
            seen.append(state)
        }
        #expect(seen == [.sent, .resting, .triggered, .partlyFilled, .filled])
    }

    @Test func silenceMakesUnknownAndNewsResolvesIt() {
        #expect(OrderState.sent.after(.silence) == .unknown)
        #expect(OrderState.unknown.after(.duplicate) == .resting)
        #expect(OrderState.unknown.after(.filled) == .filled)
        #expect(OrderState.unknown.after(.rejected) == .rejected)
        #expect(!OrderState.unknown.isFinal && !OrderState.unknown.isConfirmed)
    }

    @Test func acceptanceAfterAFillChangesNothing() {
        #expect(OrderState.partlyFilled.after(.accepted) == .partlyFilled)
        #expect(OrderState.filled.after(.accepted) == .filled)
        #expect(OrderState.filled.after(.cancelled) == .filled)
    }

    @Test func impossiblePairsAreNamed() {
        let refused = Self.pairs.filter { $0.0.after($0.1) == nil }
        #expect(refused.contains { $0 == (.triggered, .rejected) } && refused.contains { $0 == (.rejected, .filled) })
        #expect(refused.count == 31)
    }

    @Test func positionPhases() {
        #expect(PositionPhase.pending.after(.entryFilled) == .open)
        #expect(PositionPhase.pending.after(.exitOrdered(.timeExit)) == .pending)
        #expect(PositionPhase.pending.after(.flat) == nil)
        #expect(PositionPhase.open.after(.exitOrdered(.timeExit)) == .closing(.timeExit))
        #expect(PositionPhase.closing(.timeExit).after(.exitOrdered(.killSwitch)) == .closing(.timeExit))
        #expect(PositionPhase.closing(.timeExit).after(.entryFilled) == .closing(.timeExit))
        #expect(PositionPhase.closing(.timeExit).after(.flat) == .closed)
        #expect(PositionPhase.closed.after(.entryFilled) == .open)
        #expect(PositionPhase.closed.after(.flat) == nil)
        #expect(PositionPhase.open.after(.entryEnded) == .open && PositionPhase.pending.after(.entryEnded) == .closed)
    }
}
