import Market
import Risk
import Testing
import Venue

/// Against `mark = entry + (rate x quantity x entry - collateral - funding) / quantity`, by hand.
@Suite struct LiquidationTests {
    @Test func singleLong() {
        // 50,000 + (500 - 10,000) / 1
        let open = [exposure(.long, "1")]
        #expect(Liquidation.price(of: 0, equity: Money(10_000), exposures: open) == price("40500"))
        #expect(Liquidation.distance(equity: Money(10_000), exposures: open) == rate("0.19"))
    }

    @Test func singleShort() {
        let open = [exposure(.short, "1", stop: "51000")]
        #expect(Liquidation.price(of: 0, equity: Money(10_000), exposures: open) == price("59500"))
        #expect(Liquidation.distance(equity: Money(10_000), exposures: open) == rate("0.19"))
    }

    @Test func profitMovesTheDistanceNotThePrice() {
        // Mark is 2,000 up: equity 12,000, and 52,000 - 40,500 = 11,500 of 52,000 to go.
        let open = [exposure(.long, "1", mark: "52000")]
        #expect(Liquidation.price(of: 0, equity: Money(12_000), exposures: open) == price("40500"))
        #expect(Liquidation.distance(equity: Money(12_000), exposures: open)?.formatted(6) == "0.221154")
    }

    @Test func bracketsRaiseMaintenance() {
        // $1.5 million: 2 % on all of it. 30 coins, 500,000 of equity: (500,000 - 30,000) / 30 a coin.
        let open = [exposure(.long, "30")]
        #expect(Liquidation.price(of: 0, equity: Money(500_000), exposures: open)?.formatted(2) == "34333.33")
        #expect(Liquidation.distance(equity: Money(500_000), exposures: open)?.formatted(6) == "0.313333")
    }

    @Test func positionsShareTheCollateral() {
        // Two longs of $50,000 and $25,000: together they fall (20,000 - 750) / 75,000.
        let open = [exposure(.long, "1", of: bitcoin), exposure(.long, "0.5")]
        #expect(Liquidation.distance(equity: Money(20_000), exposures: open)?.formatted(6) == "0.256667")
        #expect(Liquidation.price(of: 1, equity: Money(20_000), exposures: open) == price("11500"))
        // A hedge helps against a common move, not against its larger leg moving alone: 19,250 / 50,000.
        let hedged = [exposure(.long, "1", of: bitcoin), exposure(.short, "0.5", stop: "51000")]
        #expect(Liquidation.distance(equity: Money(20_000), exposures: hedged) == rate("0.385"))
    }

    @Test func edges() {
        #expect(Liquidation.distance(equity: Money(1), exposures: []) == nil)
        let open = [exposure(.long, "1")]
        #expect(Liquidation.distance(equity: Money(500), exposures: open) == .zero)
        #expect(Liquidation.distance(equity: Money(-5), exposures: open) == .zero)
        // There already: the mark itself.
        #expect(Liquidation.price(of: 0, equity: Money(500), exposures: open) == price("50000"))
        // More collateral than it can lose.
        #expect(Liquidation.price(of: 0, equity: Money(60_000), exposures: open) == nil)
        // So far away that it does not fit.
        let dust = [exposure(.long, "0.000001")]
        #expect(Liquidation.distance(equity: Money(900_000_000), exposures: dust) == .greatest)
        #expect(
            Liquidation.price(of: 0, equity: Money(1_000), exposures: [exposure(.short, "0.000001", stop: nil)]) == nil)
        #expect(Liquidation.price(of: 0, equity: Money(1_000), exposures: [exposure(.long, "0")]) == nil)
    }

    @Test func thePlanCarriesItsEstimate() throws {
        // Bare sizing over a $50 stop: 10 coins at 50,000 against 100,000 less nothing, bracket 1 %.
        let parameters = bare {
            $0.includesCostsInSizing = false
            $0.leverageCap = Rate(5)
            $0.slippage = SlippageAssumption(entry: .zero, exit: .zero)
        }
        let free = instrument("PF_XBTUSD", "BTC/USD", maker: "0", taker: "0")
        for (side, stop, target, liquidation) in [
            (Side.long, "49950", "50100", "40500"), (.short, "50050", "49900", "59500"),
        ] {
            let trade = proposal(side, stop: stop, targets: [(target, "1")], of: free)
            let plan = try #require(decide(parameters, trade, view(instrument: free)).plan)
            #expect(plan.quantity == coins("10"))
            #expect(plan.after.effectiveLeverage == Rate(5))
            #expect(plan.liquidationPrice == price(liquidation))
            #expect(plan.after.liquidationDistance == rate("0.19"))
        }
    }
}
