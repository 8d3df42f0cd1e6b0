import Market
import Risk
import Strategy
import Testing
import Venue

@testable import Trading

/// Field incidents: each test is one way in which a real system of this kind failed.
struct IncidentTests {
    // MARK: Orders and protection

    @Test func FI01_haltKeepsStopsAndCancelsOnlyEntries() {
        var desk = Desk()
        let (stop, targets) = desk.open()
        desk.send(.commanded(.halt(reason: "drill")))
        #expect(desk.commands.isEmpty)
        #expect(desk.trader.safety == .halted(.operatorCommand))
        #expect(!desk.allCommands.contains(.cancel(stop.id, contract)))
        #expect(!targets.contains { desk.allCommands.contains(.cancel($0.id, contract)) })

        var resting = Desk([0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))]])
        resting.candle()
        let entry = resting.place(.entry)
        resting.send(.commanded(.halt(reason: "drill")))
        #expect(resting.cancels == [entry.id])
        resting.cancelled(entry)
        #expect(resting.abandoned == [.halted])
    }

    @Test func FI02_oldStopGoesOnlyAfterTheNewOneStands() {
        for refused in [false, true] {
            var desk = Desk()
            let (stop, targets) = desk.open()
            desk.tick(1_012)
            desk.fill(targets[0])
            let second = desk.place(.stop)
            #expect(desk.cancels.isEmpty)
            if refused {
                desk.reject(second, .tooManyOrders)
                #expect(desk.commands.isEmpty && desk.trader.safety == .ready)
                #expect(desk.trader.openPositions[0].protected == coins(10))
            } else {
                desk.accept(second)
                #expect(desk.cancels == [stop.id])
                // A cancel that finds nothing changes nothing.
                desk.venue(.notFound(stop.id))
                #expect(desk.commands.isEmpty && desk.trader.openPositions[0].protected == coins(6))
                desk.wait(.seconds(6))
                #expect(desk.placed(.stop).isEmpty && desk.placed(.close).isEmpty)
            }
        }
    }

    @Test func FI03_protectionIsDecidedByLiveOrdersNotByOneId() {
        var desk = Desk()
        let (stop, targets) = desk.open()
        desk.tick(1_012)
        desk.fill(targets[0])
        desk.accept(desk.place(.stop))
        desk.cancelled(stop)
        #expect(desk.trader.openPositions[0].protected == coins(6))
        desk.wait(.minutes(1))
        #expect(desk.commands.isEmpty && desk.trader.safety == .ready)
    }

    @Test func FI04_stopThatFillsIsNoAlarm() {
        var desk = Desk()
        let (stop, _) = desk.open()
        desk.fill(stop)
        desk.wait(.seconds(4))
        #expect(desk.trades.map(\.exitReason) == [.stopLoss] && desk.trader.safety == .ready)
    }

    @Test func FI05_triggeredStopIsAliveAndItsRestIsClosed() {
        var desk = Desk()
        let (stop, _) = desk.open()
        desk.venue(.triggered(stop.id))
        #expect(desk.placed(.stop).isEmpty && desk.placed(.close).isEmpty)
        desk.fill(stop, 6, at: 989)
        desk.cancelled(stop, .notFilledInBand, left: 4)
        let close = desk.place(.close)
        #expect(close.quantity == coins(4) && close.reduceOnly)
        desk.fill(close, 1, at: 985)
        desk.cancelled(close, .notFilledInBand, left: 3)
        let again = desk.place(.close)
        #expect(again.quantity == coins(3) && again.id != close.id)
        desk.fill(again, at: 984)
        #expect(desk.trades.map(\.exitReason) == [.stopLoss] && desk.trades[0].legs.count == 4)
    }

    @Test func FI05_triggeredStopThatHangsIsFollowedByAClose() {
        var desk = Desk()
        let (stop, _) = desk.open()
        desk.venue(.triggered(stop.id))
        desk.wait(.seconds(5))
        #expect(desk.place(.close).quantity == coins(10))
    }

    @Test func FI06_everyPartialFillIsProtectedAtOnce() {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        var stops: [Order] = []
        for part in 1...5 {
            desk.fill(entry, 2)
            let stop = desk.place(.stop)
            #expect(stop.quantity == coins(Double(2 * part)))
            stops.append(stop)
        }
        desk.accept(entry)
        desk.accept(stops[2])
        #expect(desk.cancels == [stops[0].id, stops[1].id])
        #expect(desk.trader.openPositions[0].protected == coins(6))
        desk.accept(stops[4])
        #expect(Set(desk.cancels) == [stops[2].id, stops[3].id])
        #expect(desk.trader.openPositions[0].protected == coins(10))
    }

    @Test func FI06_unansweredStopIsRepairedThenThePositionIsClosedThenEntriesHalt() {
        var desk = Desk()
        desk.candle()
        desk.fill(desk.place(.entry))
        #expect(desk.placed(.stop).count == 1)
        desk.wait(.seconds(5))
        #expect(desk.placed(.stop).contains { $0.id.low & 0xff == 2 })
        #expect(desk.trader.safety == .ready && desk.placed(.close).isEmpty)
        desk.wait(.seconds(5))
        #expect(desk.place(.close).quantity == coins(10))
        #expect(desk.trader.safety == .halted(.unprotectedPosition))
        desk.fill(desk.place(.close))
        #expect(desk.trades.map(\.exitReason) == [.unprotected])
    }

    @Test func FI07_exitsAreOnTheSideOfThePositionRecord() {
        for side in Side.allCases {
            var desk = Desk([0: [.signal(signal(7, side))]])
            let (stop, targets) = desk.open()
            #expect(([stop] + targets).allSatisfy { $0.side == side.opposite && $0.reduceOnly })
        }
    }

    @Test func FI08_protectionIsComputedNotStored() {
        var desk = Desk()
        let (stop, _) = desk.open()
        #expect(desk.trader.openPositions[0].protected == coins(10))
        desk.cancelled(stop, .byVenue)
        #expect(desk.trader.openPositions[0].protected == .zero)
        #expect(desk.place(.stop).quantity == coins(10))
        #expect(desk.allNotes.contains { $0.isRepair })
    }

    @Test func FI09_duplicateIsTheSameOrder() {
        var desk = Desk()
        desk.candle()
        desk.fill(desk.place(.entry))
        let stop = desk.place(.stop)
        desk.reject(stop, .duplicateOrder)
        #expect(desk.commands.isEmpty && desk.trader.openPositions[0].protected == coins(10))
    }

    @Test func FI10_siblingsAreGoneBeforeTheNextEntry() {
        var desk = Desk([0: [.signal(signal())], 1: [.signal(signal(8))], 2: [.signal(signal(9))]])
        let (stop, targets) = desk.open()
        desk.fill(stop)
        #expect(desk.cancels == targets.map(\.id))
        desk.candle(1)
        #expect(desk.verdicts.last == .refused(.safety, reason: "unsettled_orders"))
        for target in targets { desk.cancelled(target) }
        desk.candle(2)
        #expect(desk.placed(.entry).count == 1)
    }

    @Test func FI11_targetsNeverExceedThePosition() {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.fill(entry, 5)
        #expect(desk.placed(.target).map(\.quantity) == [coins(2), coins(2)])
        desk.fill(entry, 5)
        #expect(desk.placed(.target).map(\.quantity) == [coins(2), coins(2)])
    }

    @Test func FI11_refusedLevelPassesItsPartOn() {
        var desk = Desk()
        let (_, targets) = desk.open()
        var fresh = Desk()
        fresh.candle()
        fresh.fill(fresh.place(.entry))
        let placed = fresh.placed(.target)
        fresh.reject(placed[0], .priceOutsideBand)
        #expect(fresh.placed(.target).map(\.quantity) == [coins(4)])
        #expect(fresh.place(.target).price == targets[1].price)
    }

    @Test func FI12_smallPositionsLeaveInWholeLots() {
        // A tenth of a coin over a minimum of 0.05: 40 % would be 0.04.
        var risk = plainRisk()
        risk.riskFraction = .basisPoints(1)
        var desk = Desk(risk: risk, instrument: listing(minimum: 0.05))
        let (stop, targets) = desk.open()
        #expect(stop.quantity == coins(0.1))
        #expect(targets.map(\.quantity) == [coins(0.08 + 0.02)])
    }

    @Test func FI13_idsFollowFromTheSetupAlone() {
        var first = Desk()
        var second = Desk()
        _ = first.open()
        _ = second.open()
        #expect(first.allCommands == second.allCommands)
        #expect(first.allCommands.compactMap(\.placed).allSatisfy { $0.id.high == 7 })
    }

    @Test func FI13_unansweredOrderIsSentAgainUnderTheSameId() {
        var desk = Desk([0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))]])
        desk.candle()
        let entry = desk.place(.entry)
        desk.wait(.seconds(5))
        #expect(desk.placed(.entry) == [entry])
        desk.reject(entry, .duplicateOrder)
        desk.wait(.seconds(30))
        #expect(desk.commands.isEmpty && !desk.trader.isIdle(contract))
    }

    // MARK: Positions and the venue's truth

    @Test func FI14_noSecondEntryWhileOneIsInFlight() {
        var desk = Desk([0: [.signal(signal())], 1: [.signal(signal(8))], 2: [.signal(signal(9))]])
        desk.candle()
        let entry = desk.place(.entry)
        desk.candle(1)
        #expect(desk.placed(.entry).allSatisfy { $0.id == entry.id })
        #expect(desk.verdicts.last == .refused(.risk, reason: "one_position"))
        desk.fill(entry)
        desk.accept(desk.place(.stop))
        desk.candle(2)
        #expect(desk.verdicts.last == .refused(.risk, reason: "one_position"))
    }

    @Test func FI14_exposureThatOnlyTheVenueKnowsBlocksEntries() {
        var desk = Desk()
        desk.position(.long, 5)
        desk.candle()
        #expect(desk.verdicts == [.refused(.safety, reason: "account_mismatch")])
    }

    @Test func FI19_oneReportThatContradictsClosesNothing() {
        var desk = Desk()
        _ = desk.open()
        desk.position(.long, 0)
        #expect(desk.commands.isEmpty && desk.trader.safety == .ready)
        #expect(desk.trader.openPositions.count == 1)
        desk.position(.long, 10, after: .seconds(2))
        desk.position(.long, 10, after: .seconds(2))
        #expect(desk.trader.safety == .ready)
        desk.position(.long, 0, after: .seconds(2))
        desk.position(.long, 0, after: .seconds(2))
        #expect(desk.trader.safety == .halted(.accountMismatch))
        #expect(desk.trader.openPositions.count == 1 && desk.commands.isEmpty)
    }

    @Test func FI20_reportsAreNeverBookedAsFills() {
        var desk = Desk()
        let (stop, _) = desk.open()
        for _ in 0..<4 { desk.position(.long, 3, after: .seconds(2)) }
        #expect(desk.trades.isEmpty && desk.trader.openPositions[0].quantity == coins(10))
        desk.fill(stop)
        #expect(desk.trades[0].legs.count == 2 && desk.trades[0].quantity == coins(10))
    }

    @Test func FI20_fillsAreUniqueById() {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.fill(entry, 4, id: 77)
        desk.fill(entry, 4, id: 77)
        #expect(desk.commands.isEmpty && desk.trader.openPositions[0].quantity == coins(4))
    }

    @Test func FI21_everyWayToFlatWritesExactlyOneTrade() {
        for way in 0..<5 {
            var desk = Desk([
                0: [.signal(signal(timeExit: .hours(1)))], 1: [.premiseBroken(.long, at: begin)],
            ])
            let (stop, targets) = desk.open()
            switch way {
            case 0: desk.fill(stop)
            case 1:
                desk.fill(targets[0])
                desk.fill(targets[1])
                desk.fill(stop, 2)
            case 2:
                desk.candle(1)
                desk.fill(desk.place(.close))
            case 3: desk.fill(stop, cause: .liquidation)
            default:
                desk.wait(.hours(2))
                desk.fill(desk.place(.close))
            }
            #expect(desk.trades.count == 1, "way \(way)")
            #expect(desk.trades.first?.quantity == coins(10))
        }
    }

    @Test func FI22_noEntryPriceMeansNoNumber() {
        #expect(TradeAccount().entryPrice == nil)
        var desk = Desk()
        desk.candle()
        #expect(desk.trader.openPositions.isEmpty)
    }

    @Test func FI24_lessThanOneLotIsNoMismatch() {
        var desk = Desk()
        _ = desk.open()
        for _ in 0..<3 { desk.position(.long, 10.0005, after: .seconds(2)) }
        #expect(desk.trader.safety == .ready && desk.safetyNotes.isEmpty)
    }

    @Test func FI24_smallMismatchBlocksItsInstrumentUntilTwoReportsAgree() {
        var desk = Desk([0: [.signal(signal())], 3: [.signal(signal(8))], 5: [.signal(signal(9))]])
        desk.position(.long, 0.01)
        desk.position(.long, 0.01, after: .seconds(2))
        desk.candle(0)
        #expect(desk.verdicts == [.refused(.safety, reason: "account_mismatch")])
        #expect(desk.trader.safety == .ready)
        desk.position(.long, 0)
        desk.candle(3)
        #expect(desk.verdicts.last == .refused(.safety, reason: "account_mismatch"))
        desk.position(.long, 0)
        desk.candle(5)
        #expect(desk.placed(.entry).count == 1)
    }

    // MARK: Safety

    @Test func FI28_oneRecordLatchedUntilReleased() {
        var desk = Desk([0: [.signal(signal())], 1: [.signal(signal(8))], 2: [.signal(signal(9))]])
        desk.send(.commanded(.halt(reason: "drill")))
        desk.candle(0)
        #expect(desk.verdicts == [.refused(.safety, reason: "operator")] && desk.commands.isEmpty)
        desk.report(equity: 10_000)
        desk.candle(1)
        #expect(desk.commands.isEmpty)
        desk.send(.commanded(.release(operatorName: "ann", reason: "drill is over")))
        desk.candle(2)
        #expect(desk.placed(.entry).count == 1)
        #expect(desk.safetyNotes.contains("released by ann: drill is over"))
    }

    @Test func FI29_eachHaltKeepsItsOwnReason() {
        var risk = plainRisk()
        risk.drawdown = DrawdownLadder()
        var desk = Desk(risk: risk)
        desk.lose(to: 8_400)
        #expect(desk.trader.safety == .halted(.drawdown))
        desk.send(.commanded(.halt(reason: "too")))
        #expect(desk.trader.safety == .halted(.drawdown))
        let mapped = RiskMetric.allCases.map(HaltReason.init)
        #expect(Set(mapped).count == RiskMetric.allCases.count)
    }

    @Test func FI30_flattenIsDoneWhenTheVenueSaysSo() {
        var desk = Desk()
        let (stop, targets) = desk.open()
        desk.send(.commanded(.flatten(reason: "drill")))
        let close = desk.place(.close)
        #expect(!desk.cancels.contains(stop.id) && Set(desk.cancels) == Set(targets.map(\.id)))
        let flat = "flat: no position and no order is left"
        desk.cancelled(close, .notFilledInBand, left: 10)
        let again = desk.place(.close)
        desk.fill(again)
        #expect(desk.cancels == [stop.id] && !desk.safetyNotes.contains(flat))
        for target in targets { desk.cancelled(target) }
        #expect(!desk.safetyNotes.contains(flat))
        desk.cancelled(stop)
        #expect(desk.safetyNotes.contains(flat))
        #expect(desk.trades.map(\.exitReason) == [.killSwitch])
        #expect(desk.trader.safety == .flattening(.operatorCommand))
    }

    @Test func FI30_unansweredCancelsAreRepeatedUntilAnswered() {
        var desk = Desk([0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))]])
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.send(.commanded(.flatten(reason: "drill")))
        #expect(desk.cancels == [entry.id])
        for _ in 0..<3 {
            desk.wait(.seconds(5))
            #expect(desk.cancels == [entry.id])
        }
        desk.cancelled(entry)
        #expect(desk.trader.isIdle(contract))
    }

    @Test func FI30_fillDuringFlattenIsClosed() {
        var desk = Desk([0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))]])
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.send(.commanded(.flatten(reason: "drill")))
        desk.fill(entry)
        #expect(desk.placed(.stop).count == 1)
        #expect(desk.place(.close).quantity == entry.quantity)
    }

    @Test func FI31_repairThenCloseThatPositionThenHaltEntries() {
        var desk = Desk()
        desk.candle()
        desk.fill(desk.place(.entry))
        let first = desk.place(.stop)
        desk.reject(first, .tooManyOrders)
        let second = desk.place(.stop)
        #expect(second.id != first.id && desk.trader.safety == .ready)
        desk.reject(second, .tooManyOrders)
        #expect(desk.place(.close).quantity == coins(10))
        #expect(desk.trader.safety == .halted(.unprotectedPosition))
        desk.fill(desk.place(.close))
        #expect(desk.trades.map(\.exitReason) == [.unprotected])
    }

    /// News that overtakes: an exit is told before the entry fill that it closes.
    @Test func exitIsHeldBackUntilItsEntryIsTold() {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        desk.fill(entry, 7)
        let (stop, targets) = (desk.place(.stop), desk.placed(.target))
        desk.fill(stop)
        #expect(desk.trades.count == 1 && desk.cancels.contains(targets[0].id))
        desk.fill(targets[0])
        #expect(desk.trades.count == 1 && desk.trader.safety == .ready)
        desk.fill(entry, 3)
        #expect(desk.trader.openPositions[0].quantity == coins(3 - targets[0].quantity.double))
        #expect(desk.trader.openPositions[0].trade == TradeID(2))
        #expect(desk.placed(.stop).first?.quantity == coins(3) && desk.trader.safety == .ready)
    }

    @Test func exitThatNothingExplainsHalts() {
        var desk = Desk()
        let (stop, targets) = desk.open()
        desk.fill(stop)
        desk.fill(targets[0])
        #expect(desk.trader.safety == .halted(.brokenInvariant) && desk.trades.count == 1)
    }

    /// Mark passed the stop before it arrived: it has been hit, which is no fault of anybody.
    @Test func stopThatIsAlreadyReachedIsAStopOut() {
        var desk = Desk()
        desk.candle()
        desk.fill(desk.place(.entry))
        desk.reject(desk.place(.stop), .triggerAlreadyReached)
        desk.fill(desk.place(.close), at: 985)
        #expect(desk.trades.map(\.exitReason) == [.stopLoss] && desk.trader.safety == .ready)
    }

    @Test func venueThatKeepsRemovingStopsIsLeft() {
        var desk = Desk()
        var (stop, _) = desk.open()
        for _ in 0..<3 {
            desk.cancelled(stop, .deadManSwitch)
            stop = desk.place(.stop)
            desk.accept(stop)
        }
        desk.cancelled(stop, .byVenue)
        #expect(desk.placed(.close).count == 1)
        #expect(desk.trader.safety == .halted(.unprotectedPosition))
    }

    @Test func FI61_setupIsTradedOnce() {
        var desk = Desk([
            0: [.signal(signal(7, entry: .limit(SpotPrice(dollars(990)))))],
            1: [.withdrawn(SetupID(7), .reachExpired)], 2: [.signal(signal(7, minute: 2))],
        ])
        desk.candle()
        let entry = desk.place(.entry)
        desk.candle(1)
        desk.cancelled(entry)
        desk.candle(2)
        #expect(desk.verdicts.last == .refused(.strategy, reason: "used_once") && desk.commands.isEmpty)
    }

    // MARK: Latent defects

    @Test func LD02_firstTargetLeadsToBreakEvenWithinOneEvent() {
        var desk = Desk()
        let (_, targets) = desk.open()
        desk.tick(1_011)
        desk.fill(targets[0], 1)
        #expect(desk.place(.stop).price == dollars(990))
        desk.accept(desk.place(.stop))
        desk.fill(targets[0], 3)
        #expect(desk.place(.stop).price == dollars(1_001))
    }

    @Test func breakEvenWaitsForMark() {
        var desk = Desk()
        let (stop, targets) = desk.open()
        desk.tick(1_000.5)
        desk.fill(targets[0])
        let smaller = desk.place(.stop)
        #expect(smaller.price == dollars(990) && smaller.quantity == coins(6))
        desk.accept(smaller)
        desk.cancelled(stop)
        desk.tick(1_001)
        #expect(desk.commands.isEmpty)
        desk.tick(1_002)
        #expect(desk.place(.stop).price == dollars(1_001))
    }

    @Test func LD03_closeOrderNeverTakesTheStopsPlace() {
        var desk = Desk([0: [.signal(signal(timeExit: .hours(1)))]])
        let (stop, _) = desk.open()
        desk.wait(.hours(1))
        let close = desk.place(.close)
        #expect(close.id != stop.id && close.role == .close)
        desk.fill(close, 4)
        #expect(desk.trader.openPositions[0].protected == coins(10))
        #expect(desk.trades.isEmpty)
        desk.fill(close, 6)
        #expect(desk.trades.map(\.exitReason) == [.timeExit])
    }

    @Test func LD06_managementGoesOnWhileHalted() {
        var desk = Desk([0: [.signal(signal())], 1: [guidance(40)]])
        let (stop, targets) = desk.open()
        desk.send(.commanded(.halt(reason: "drill")))
        desk.tick(1_030)
        desk.fill(targets[0])
        let second = desk.place(.stop)
        #expect(second.price == dollars(1_001))
        desk.accept(second)
        desk.cancelled(stop)
        desk.candle(1)
        #expect(desk.place(.stop).price == dollars(1_024))
        desk.cancelled(second, .byVenue)
        #expect(desk.trader.openPositions.count == 1 && desk.trader.brokenInvariants().isEmpty)
    }

    @Test func LD12_thePlanThatWasCheckedIsThePlanThatIsSent() {
        let own = [
            SignalTarget(distance: .basisPoints(150), share: .basisPoints(5_000)),
            SignalTarget(distance: .basisPoints(300), share: .basisPoints(5_000)),
        ]
        var desk = Desk([0: [.signal(signal(targets: own))]])
        let (_, targets) = desk.open()
        #expect(targets.map(\.price) == [dollars(1_015), dollars(1_030)])
        #expect(targets.map(\.quantity) == [coins(5), coins(5)])
    }
}

extension Note {
    var isRepair: Bool {
        if case .stopMoved(_, _, _, .repaired) = self { true } else { false }
    }
}
