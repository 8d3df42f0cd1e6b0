import Market
import Risk
import Strategy
import Testing
import Venue

@testable import Trading

/// From signal to written trade, with every number worked out by hand.
struct TradeLifeTests {
    @Test func signalBecomesSizedEntry() {
        var desk = Desk()
        desk.candle()
        let entry = desk.place(.entry)
        #expect(entry.kind == .market && entry.side == .long && !entry.reduceOnly)
        #expect(entry.quantity == coins(10))
        #expect(entry.id == OrderID(setup: 7, role: .entry, sequence: 1))
        #expect(desk.verdicts == [.taken(quantity: coins(10), entry: dollars(1_000), stop: dollars(990))])
        #expect(desk.commands.count == 1)
    }

    @Test func fillIsProtectedInTheSameStepThenTargetsGoOut() {
        var desk = Desk()
        desk.candle()
        desk.fill(desk.place(.entry))
        let orders = desk.commands.compactMap(\.placed)
        #expect(orders.map(\.role) == [.stop, .target, .target])
        #expect(orders[0].kind == .stopMarket(trigger: dollars(990), .mark))
        #expect(orders[0].quantity == coins(10) && orders[0].reduceOnly && orders[0].side == .short)
        #expect(orders[1].kind == .limit(dollars(1_010)) && orders[1].quantity == coins(4))
        #expect(orders[2].kind == .limit(dollars(1_025)) && orders[2].quantity == coins(4))
        #expect(orders[1].reduceOnly && orders[2].reduceOnly)
    }

    @Test func stopOutIsOneTradeOfMinusOneR() throws {
        var desk = Desk()
        let (stop, targets) = desk.open()
        desk.tick(1_004)
        desk.tick(989)
        desk.venue(.triggered(stop.id))
        #expect(desk.cancels == targets.map(\.id))
        desk.fill(stop, at: 989)
        for target in targets { desk.cancelled(target) }
        let trade = try #require(desk.trades.first)
        #expect(desk.trades.count == 1)
        #expect(trade.exitReason == .stopLoss && trade.side == .long && trade.quantity == coins(10))
        #expect(trade.entryPrice == dollars(1_000) && trade.exitPrice == dollars(989))
        #expect(trade.gross == Money(-110) && trade.risk == Money(100))
        // 5 bp of 10,000 and of 9,890.
        #expect(trade.fees == Money(raw: 994_500_000))
        #expect(trade.net == Money(-110) - Money(raw: 994_500_000))
        #expect(abs(trade.maeR - 1.1) < 1e-9 && abs(trade.mfeR - 0.4) < 1e-9)
        #expect(trade.legs.map(\.role) == [.entry, .stop])
        #expect(trade.stops.map(\.price) == [dollars(990)] && trade.targets == [dollars(1_010), dollars(1_025)])
        #expect(trade.setup == .emaCross && trade.setupID == SetupID(7) && trade.id == TradeID(1))
        #expect(desk.trader.isIdle(contract))
        #expect(desk.trader.safety == .ready)
    }

    /// The whole ladder, break-even, trail and runner.
    @Test func ladderBreakEvenTrailAndRunner() throws {
        var desk = Desk([0: [.signal(signal())], 2: [guidance(40, low: 300)], 3: [guidance(40)]])
        let (stop, targets) = desk.open()
        desk.tick(1_010)
        desk.fill(targets[0])
        // Entry 1000 + 0.5 entry fee a coin + 0.5 exit fee: 1001, for the 6 coins left; the old stop waits.
        let second = desk.place(.stop)
        #expect(second.kind == .stopMarket(trigger: dollars(1_001), .mark) && second.quantity == coins(6))
        #expect(desk.cancels.isEmpty)
        desk.accept(second)
        #expect(desk.cancels == [stop.id])
        desk.cancelled(stop)
        desk.tick(1_025)
        desk.fill(targets[1])
        let third = desk.place(.stop)
        #expect(third.quantity == coins(2) && third.kind == second.kind)
        desk.accept(third)
        desk.cancelled(second)
        desk.tick(1_050)
        desk.candle(2)
        // 1.5 x 0.4 % of 1050 = 6.3 below: 1043.7, on the next half dollar up.
        let fourth = desk.place(.stop)
        #expect(fourth.kind == .stopMarket(trigger: dollars(1_044), .mark))
        desk.accept(fourth)
        desk.cancelled(third)
        desk.tick(1_040)
        desk.candle(3)
        #expect(desk.commands.isEmpty)
        desk.venue(.triggered(fourth.id))
        desk.fill(fourth, at: 1_043)
        let trade = try #require(desk.trades.first)
        #expect(trade.exitReason == .trailingStop)
        #expect(trade.gross == Money(4 * 10 + 4 * 25 + 2 * 43))
        #expect(trade.stops.map(\.reason) == [.initial, .breakEven, .trailedByATR])
        #expect(trade.legs.count == 4)
        #expect(desk.trader.isIdle(contract))
    }

    @Test func lastTargetNamesTheExit() throws {
        let all = [SignalTarget(distance: .basisPoints(200), share: .one)]
        var desk = Desk([0: [.signal(signal(targets: all))]])
        let (stop, targets) = desk.open()
        #expect(targets.map(\.quantity) == [coins(10)])
        desk.fill(targets[0])
        #expect(desk.cancels == [stop.id])
        #expect(!desk.trader.isIdle(contract))
        desk.cancelled(stop)
        #expect(desk.trades.first?.exitReason == .takeProfit1)
        #expect(desk.trades.first?.gross == Money(200))
        #expect(desk.trader.isIdle(contract))
    }

    @Test func structureTrailFollowsTheSwing() {
        var parameters = TradingParameters()
        parameters.trailATR = nil
        var desk = Desk([0: [.signal(signal())], 2: [guidance(nil, low: 100)]], parameters: parameters)
        let (stop, targets) = desk.open()
        desk.tick(1_030)
        desk.fill(targets[0])
        desk.accept(desk.place(.stop))
        desk.cancelled(stop)
        desk.candle(2)
        #expect(desk.place(.stop).kind == .stopMarket(trigger: dollars(1_020), .mark))
    }

    @Test func minimumMoveIsHeld() {
        var desk = Desk([0: [.signal(signal())], 2: [guidance(60)], 3: [guidance(60)]])
        let (stop, targets) = desk.open()
        desk.tick(1_020)
        desk.fill(targets[0])
        desk.accept(desk.place(.stop))
        desk.cancelled(stop)
        desk.candle(2)
        desk.accept(desk.place(.stop))
        desk.tick(1_020.5)
        desk.candle(3)
        #expect(desk.placed(.stop).isEmpty)
    }

    /// Mirrored prices give mirrored orders.
    @Test func shortIsTheMirrorOfLong() throws {
        func run(_ side: Side) throws -> (Desk, Trade) {
            let sign = side == .long ? 1.0 : -1.0
            var desk = Desk([
                0: [.signal(signal(7, side))], 2: [guidance(40, low: 300, high: 300)],
            ])
            let (stop, targets) = desk.open()
            #expect(stop.side == side.opposite && stop.price == dollars(1_000 - sign * 10))
            desk.tick(1_000 + sign * 12)
            desk.fill(targets[0])
            let second = desk.place(.stop)
            #expect(second.price == dollars(1_000 + sign * 1))
            desk.accept(second)
            desk.cancelled(stop)
            desk.tick(1_000 + sign * 20)
            desk.candle(2)
            let third = desk.place(.stop)
            desk.accept(third)
            desk.venue(.triggered(third.id))
            desk.fill(third, 6, at: 1_000 + sign * 10)
            return (desk, try #require(desk.trades.first))
        }
        let (long, bought) = try run(.long)
        let (short, sold) = try run(.short)
        #expect(long.allCommands.count == short.allCommands.count)
        #expect(bought.gross == sold.gross && bought.exitReason == sold.exitReason)
        #expect(bought.side == .long && sold.side == .short)
        #expect(abs(bought.mfeR - sold.mfeR) < 1e-9 && abs(bought.maeR - sold.maeR) < 1e-9)
    }

    @Test func spotFractionsAreAppliedAtMark() {
        // The contract trades half a per cent above spot: a limit one per cent below spot is one below mark.
        var desk = Desk([0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))]])
        desk.tick(1_005, index: 1_000)
        desk.candle()
        // 990 x 1005 / 1000 = 994.95, down to 994.5; the stop one per cent below: 984.555, up to 985.
        #expect(desk.place(.entry).kind == .limit(dollars(994.5)))
        desk.fill(desk.place(.entry))
        #expect(desk.place(.stop).price == dollars(985))
    }

    @Test func limitEntryExpires() {
        var desk = Desk([0: [.signal(signal(entry: .limit(SpotPrice(dollars(990))), expires: .hours(1)))]])
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.wait(.minutes(59))
        #expect(desk.commands.isEmpty)
        desk.wait(.minutes(2))
        #expect(desk.cancels == [entry.id])
        desk.cancelled(entry)
        #expect(desk.abandoned == [.expired] && desk.trader.isIdle(contract))
    }

    @Test func fillDuringTheCancelOpensNormally() {
        var desk = Desk([
            0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))],
            1: [.withdrawn(SetupID(7), .targetTradedFirst)],
        ])
        desk.candle()
        let entry = desk.place(.entry)
        desk.accept(entry)
        desk.candle(1)
        #expect(desk.cancels == [entry.id])
        desk.fill(entry, 3)
        #expect(desk.place(.stop).quantity == coins(3))
        desk.cancelled(entry, left: entry.quantity.double - 3)
        #expect(desk.abandoned.isEmpty && desk.trader.openPositions.count == 1)
    }

    @Test func withdrawnEntryIsCancelled() {
        var desk = Desk([
            0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))],
            1: [.withdrawn(SetupID(7), .stopTradedFirst)],
        ])
        desk.candle()
        let entry = desk.place(.entry)
        desk.candle(1)
        desk.cancelled(entry)
        #expect(desk.abandoned == [.withdrawn(.stopTradedFirst)] && desk.trader.isIdle(contract))
    }

    @Test func rejectedEntryIsGivenUp() {
        var desk = Desk()
        desk.candle()
        desk.reject(desk.place(.entry), .insufficientMargin)
        #expect(desk.abandoned == [.rejected(.insufficientMargin)] && desk.trader.isIdle(contract))
    }

    @Test func timeExitClosesAtMarket() throws {
        var desk = Desk([0: [.signal(signal(timeExit: .hours(2)))]])
        let (stop, targets) = desk.open()
        desk.wait(.hours(2))
        let close = desk.place(.close)
        #expect(close.kind == .market && close.quantity == coins(10) && close.reduceOnly && close.side == .short)
        #expect(desk.cancels == targets.map(\.id))
        desk.fill(close, at: 1_003)
        #expect(desk.cancels == [stop.id])
        #expect(desk.trades.first?.exitReason == .timeExit)
    }

    @Test func brokenPremiseClosesOnlyItsOwnSide() {
        var desk = Desk([
            0: [.signal(signal())], 1: [.premiseBroken(.short, at: begin)], 2: [.premiseBroken(.long, at: begin)],
        ])
        _ = desk.open()
        desk.candle(1)
        #expect(desk.commands.isEmpty)
        desk.candle(2)
        desk.fill(desk.place(.close))
        #expect(desk.trades.first?.exitReason == .premiseInvalidation)
    }

    @Test func premiseBreaksWhileTheEntryRests() {
        var desk = Desk([
            0: [.signal(signal(entry: .limit(SpotPrice(dollars(990)))))], 1: [.premiseBroken(.long, at: begin)],
        ])
        desk.candle()
        let entry = desk.place(.entry)
        desk.candle(1)
        #expect(desk.cancels == [entry.id])
        desk.cancelled(entry)
        #expect(desk.abandoned == [.withdrawn(.structureFlipped)])
    }

    @Test func fundingBelongsToTheOpenTrade() throws {
        var desk = Desk()
        let payment = FundingPayment(instrument: contract, amount: Money(-3), rate: .zero, time: begin)
        desk.venue(.funding(payment))
        let (stop, _) = desk.open()
        desk.venue(.funding(payment))
        desk.venue(.funding(payment))
        desk.fill(stop)
        desk.venue(.funding(payment))
        #expect(desk.trades.first?.funding == Money(-6))
        #expect(desk.trader.unattributedFunding == Money(-6))
    }

    @Test func liquidationIsAnExit() throws {
        var desk = Desk()
        let (stop, _) = desk.open()
        desk.fill(stop, 4, at: 950, cause: .partialLiquidation)
        #expect(desk.place(.stop).quantity == coins(6))
        desk.fill(stop, 6, at: 940, cause: .liquidation)
        let trade = try #require(desk.trades.first)
        #expect(trade.exitReason == .liquidation && trade.gross == Money(-4 * 50 - 6 * 60))
    }

    @Test func endOfDataValuesAtMark() throws {
        var desk = Desk()
        _ = desk.open()
        desk.tick(1_007)
        let trades = desk.trader.endOfData(at: desk.time)
        let trade = try #require(trades.first)
        #expect(trade.exitReason == .endOfData && trade.gross == Money(70) && trade.exitPrice == dollars(1_007))
        // 5 bp of 10,000 and of 10,070.
        #expect(trade.fees == Money(raw: 1_003_500_000))
        #expect(desk.trader.isIdle(contract) && desk.trader.endOfData(at: desk.time).isEmpty)
    }

    @Test func declinedCandidatesAreNoted() {
        let candidate = Candidate(
            id: SetupID(9), pair: pair, side: .short, setup: .gap, decidedAt: begin,
            reference: SpotPrice(dollars(1_000)),
            checks: [
                Check(.bias, .word("short"), passed: true), Check(.sweep, .flag(false), passed: false),
            ])
        var desk = Desk([0: [.declined(candidate)]])
        desk.candle()
        #expect(desk.verdicts == [.refused(.strategy, reason: "sweep")] && desk.commands.isEmpty)
        var parameters = TradingParameters()
        parameters.notesDeclined = false
        var quiet = Desk([0: [.declined(candidate)]], parameters: parameters)
        quiet.candle()
        #expect(quiet.verdicts.isEmpty)
    }

    /// A venue that watches another price than mark, or does not trigger at all.
    @Test func aStopThatIsNotTriggeredIsDoneWithoutTheVenue() throws {
        var desk = Desk()
        let (stop, _) = desk.open()
        desk.tick(990)
        desk.wait(.milliseconds(4_900))
        desk.tick(989)
        #expect(desk.commands.isEmpty, "it has five seconds")
        desk.tick(991)
        desk.wait(.seconds(20))
        desk.tick(989.5)
        #expect(desk.commands.isEmpty, "mark was back in between: it counts anew")
        desk.wait(.seconds(5))
        desk.tick(989.5)
        let close = desk.place(.close)
        #expect(close.reduceOnly && close.quantity == coins(10) && close.side == .short)
        #expect(!desk.cancels.contains(stop.id), "the stop stands until it is flat")
        #expect(desk.safetyNotes.contains { $0.contains("not triggered") })
        desk.accept(close)
        desk.fill(close, at: 989)
        #expect(desk.trades.map(\.exitReason) == [.stopLoss])
        #expect(desk.cancels.contains(stop.id))
    }

    /// The venue's own trigger in the meantime is enough.
    @Test func aTriggeredStopIsNotOverrun() {
        var desk = Desk()
        let (stop, _) = desk.open()
        desk.tick(989)
        desk.venue(.triggered(stop.id))
        desk.wait(.seconds(4))
        desk.tick(988)
        #expect(desk.placed(.close).isEmpty)
        desk.fill(stop, at: 988)
        desk.wait(.seconds(20))
        #expect(desk.allCommands.compactMap(\.placed).allSatisfy { $0.role != .close })
    }
}
