import Market
import Risk
import Testing
import Venue

@Suite struct SizingTests {
    /// $100,000 x 0.5 % = $500 over 1000 (distance) + 10 + 24.5 (slippage) + 25.005 + 24.48775 (fees) a coin.
    @Test func handComputedLong() throws {
        let plan = try #require(decide(standard()).plan)
        #expect(plan.budget == dollars("500"))
        #expect(plan.quantity == coins("0.4612"))
        #expect(plan.lossAtStop == dollars("499.9374563"))
        #expect(plan.fees == dollars("22.8260563"))
        #expect(plan.risk == dollars("461.2"))
        #expect(plan.notional == dollars("23060"))
        #expect(plan.initialMargin == dollars("461.2"))
        #expect(plan.entryPrice == price("50000"))
        #expect(plan.slices.map(\.quantity) == [coins("0.1844"), coins("0.1845")])
        #expect(plan.runner == coins("0.0923"))
        #expect(plan.expectedFunding == .zero)
        #expect(plan.liquidationPrice == nil)
        #expect(plan.after.positions == 1)
        // 23,060 / (100,000 - 0.4612 x 35.005)
        #expect(plan.after.effectiveLeverage.formatted(6) == "0.230637")
    }

    @Test func handComputedShort() throws {
        // 1000 + 10 + 25.5 + 24.995 + 25.51275 a coin = 1086.00775
        let plan = try #require(decide(standard(), proposal(.short)).plan)
        #expect(plan.quantity == coins("0.4604"))
        #expect(plan.lossAtStop == dollars("499.9979681"))
        #expect(plan.stop == price("51000"))
    }

    /// $100,000 are there; until noon they are traded with as if they were $10,000.
    @Test func theCapitalCapSizesFromLess() throws {
        func plan(_ cap: String?, until: Timestamp?) throws -> EntryPlan {
            let parameters = standard {
                $0.capitalCap = cap.map(dollars)
                $0.capitalCapUntil = until
            }
            return try #require(decide(parameters).plan)
        }
        #expect(try plan("10000", until: noon + .seconds(1)).budget == dollars("50"))
        #expect(try plan("10000", until: nil).budget == dollars("50"))
        #expect(try plan("10000", until: noon).budget == dollars("500"), "over at its very moment")
        #expect(try plan("200000", until: nil).budget == dollars("500"), "less is there")
        #expect(try plan(nil, until: noon + .days(9)).budget == dollars("500"))
        let capped = try plan("10000", until: nil)
        #expect(capped.quantity == coins("0.0461"))
    }

    @Test func costsOutOfSizingGiveTheBareStopDistance() throws {
        let parameters = bare { $0.includesCostsInSizing = false }
        let plan = try #require(decide(parameters).plan)
        #expect(plan.quantity == coins("0.5"))
        #expect(plan.lossAtStop > plan.budget)
    }

    @Test func limitEntriesHaveNoSlippageAndPostOnlyPaysMaker() throws {
        let limit = try #require(decide(bare(), proposal(entry: .limit(price("49999.9")))).plan)
        #expect(limit.entryPrice == price("49999.5"))
        #expect(limit.entry == .limit(price("49999.5")))
        let post = try #require(decide(bare(), proposal(entry: .postOnly(price("49999.5")))).plan)
        #expect(post.entry == .postOnly(price("49999.5")))
        // 999.5 + 24.5 + 24.48775 + 24.99975, and 9.9999 instead of the last.
        #expect(limit.lossAtStop == price("1073.4875").notional(of: limit.quantity, .up))
        #expect(post.lossAtStop == price("1058.48765").notional(of: post.quantity, .up))
    }

    @Test func aRebateNeverMakesTheLossSmallerThanTheDistance() throws {
        let paid = instrument("PF_XBTUSD", "BTC/USD", maker: "-0.004", taker: "0.0001")
        let parameters = bare { $0.slippage = SlippageAssumption(entry: .zero, exit: .zero) }
        let verdict = decide(
            parameters, proposal(entry: .postOnly(price("50000")), of: paid), view(instrument: paid))
        #expect(try #require(verdict.plan).quantity == coins("0.5"))
    }

    @Test func theStopIsRoundedTowardTheMarket() throws {
        #expect(try #require(decide(bare(), proposal(stop: "49000.1")).plan).stop == price("49000.5"))
        #expect(try #require(decide(bare(), proposal(.short, stop: "50999.9")).plan).stop == price("50999.5"))
    }

    @Test func riskIsHalvedInDrawdown() throws {
        var ledger = RiskLedger()
        ledger.observe(equity: dollars("105263.15"), at: noon - .days(2))
        ledger.observe(equity: dollars("100000"), at: noon - .days(1))
        #expect(try #require(decide(standard(), proposal(), view(), ledger).plan).budget == dollars("500"))
        ledger.observe(equity: dollars("105263.16"), at: noon - .days(1))
        #expect(try #require(decide(standard(), proposal(), view(), ledger).plan).budget == dollars("250"))
    }

    @Test func capsShrinkTheTrade() throws {
        let tight = proposal(stop: "49950", targets: [("50100", "0.5")])
        let parameters = bare { $0.includesCostsInSizing = false }
        func with(_ change: (inout RiskParameters) -> Void) -> RiskParameters {
            var changed = parameters
            change(&changed)
            return changed
        }
        let free = try #require(decide(parameters, tight).plan)
        #expect(free.after.effectiveLeverage > Rate(3))
        let capped = try #require(decide(with { $0.leverageCap = Rate(3) }, tight).plan)
        #expect(capped.after.effectiveLeverage <= Rate(3))
        // One lot more would be over the cap.
        #expect(capped.after.effectiveLeverage > rate("2.9999"))
        let single = try #require(decide(with { $0.positionNotional = Rate(2) }, tight).plan)
        #expect(single.quantity < capped.quantity)
        let small = instrument("PF_XBTUSD", "BTC/USD", most: "1.2345")
        #expect(try #require(decide(parameters, tight, view(instrument: small)).plan).quantity == coins("1.2345"))
    }

    @Test func theCeilingHoldsWhateverTheStop() throws {
        let parameters = bare {
            $0.riskFraction = rate("0.05")
            $0.includesCostsInSizing = false
        }
        let plan = try #require(decide(parameters, proposal(stop: "49999", targets: [("50100", "1")])).plan)
        #expect(plan.after.effectiveLeverage <= RiskParameters.leverageCeiling)
        #expect(plan.after.effectiveLeverage > rate("9.9"))
    }

    @Test func marginBracketsCountForTheWholePosition() throws {
        // 3 % of $10 million at risk would be $14 million of notional. 95 % of $400,000 pays 5 % on less than
        // $5 million, but not the 10 % that are charged on all of it from there.
        let parameters = bare {
            $0.riskFraction = rate("0.03")
            $0.freeMarginUse = rate("0.95")
        }
        let report = account("10000000", initial: "9600000")
        let plan = try #require(decide(parameters, proposal(), view(account: report)).plan)
        #expect(plan.initialMargin <= dollars("250000"))
        #expect(plan.notional < Money(5_000_000))
        #expect(plan.notional > dollars("4999990"))
    }
}

@Suite struct ExitSlicesTests {
    let targets = [("51000", "0.4"), ("52500", "0.4")].map { ProposedTarget(price: price($0.0), share: rate($0.1)) }

    func split(_ quantity: String, _ minimum: String, _ targets: [ProposedTarget]? = nil) -> ExitSlices? {
        ExitSlices(of: coins(quantity), over: targets ?? self.targets, lot: coins("1"), minimum: coins(minimum))
    }

    @Test func sharesAndRunner() throws {
        let exit = try #require(split("10", "1"))
        #expect(exit.slices.map(\.quantity) == [coins("4"), coins("4")])
        #expect(exit.runner == coins("2"))
    }

    @Test func aSmallRunnerJoinsTheLastSlice() throws {
        let exit = try #require(split("10", "3"))
        #expect(exit.slices.map(\.quantity) == [coins("4"), coins("6")])
        #expect(exit.runner == .zero)
    }

    @Test func aSmallSliceMovesToTheNextTarget() throws {
        let exit = try #require(split("10", "5"))
        #expect(exit.slices == [ExitSlice(price: price("52500"), quantity: coins("10"))])
        // 0.8 of it waits for the second target, too small on its own: the first slice keeps its price.
        let uneven = [("51000", "0.8"), ("52500", "0.2")].map { ProposedTarget(price: price($0.0), share: rate($0.1)) }
        #expect(
            try #require(split("10", "3", uneven)).slices == [ExitSlice(price: price("51000"), quantity: coins("10"))])
    }

    @Test func theSmallestOrderLeavesAtTheLastTarget() throws {
        let exit = try #require(split("2", "2"))
        #expect(exit.slices == [ExitSlice(price: price("52500"), quantity: coins("2"))])
    }

    @Test func withoutTargetsAllIsRunner() throws {
        let exit = try #require(split("2", "2", []))
        #expect(exit.slices.isEmpty)
        #expect(exit.runner == coins("2"))
    }

    @Test func whatCannotBeClosedExactlyIsNothing() {
        #expect(split("1", "2") == nil)
        #expect(split("2.5", "2") == nil)
        #expect(split("0", "0") == nil)
    }
}
