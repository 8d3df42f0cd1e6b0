import Market
import Risk
import Testing
import Venue

@Suite struct MonitorTests {
    let planner = try! RiskPlanner(standard())

    func condition(
        equity: String = "100000", initial: String = "0", peak: String = "100000", _ open: [Exposure] = []
    ) -> RiskCondition {
        RiskMonitor(planner).assess(metrics(equity: equity, initial: initial, peak: peak, open))
    }

    func metrics(equity: String, initial: String, peak: String, _ open: [Exposure]) -> RiskMetrics {
        var ledger = RiskLedger()
        ledger.observe(equity: dollars(peak), at: noon)
        return planner.metrics(account: account(equity, initial: initial), exposures: open, ledger: ledger)
    }

    @Test func calm() {
        #expect(condition() == .ok)
        #expect(condition([exposure(.long, "1")]) == .ok)
    }

    @Test func drawdown() {
        #expect(condition(equity: "90000.01") == .ok)
        #expect(condition(equity: "90000") == .warn(.drawdown))
        #expect(condition(equity: "85000.01") == .warn(.drawdown))
        #expect(condition(equity: "85000") == .halt(.drawdown))
    }

    @Test func marginUtilisation() {
        #expect(condition(initial: "69999") == .ok)
        #expect(condition(initial: "70000") == .warn(.marginUtilisation))
        #expect(condition(initial: "80000") == .halt(.marginUtilisation))
    }

    @Test func effectiveLeverage() {
        // Hedged, so that liquidation is not what is near: 4.5 and 6 times.
        func hedge(_ quantity: String) -> [Exposure] {
            [exposure(.long, quantity, of: bitcoin), exposure(.short, quantity, stop: nil)]
        }
        #expect(condition(hedge("4.4999")) == .ok)
        #expect(condition(hedge("4.5")) == .warn(.effectiveLeverage))
        #expect(condition(hedge("6")) == .halt(.effectiveLeverage))
    }

    @Test func liquidationDistance() {
        // (100,000 - 1 % of N) / N: 10.5 coins 18.05 %, 10.6 coins 17.9 %; the leverage ladder is off.
        let planner = try! RiskPlanner(standard { $0.leverageMonitor = nil })
        func assess(_ quantity: String) -> RiskCondition {
            RiskMonitor(planner).assess(
                planner.metrics(account: account(), exposures: [exposure(.long, quantity)], ledger: RiskLedger()))
        }
        #expect(assess("10.5") == .ok)
        #expect(assess("10.6") == .warn(.liquidationDistance))
        // 2 % of $1,000,000: 8 %.
        #expect(assess("20") == .halt(.liquidationDistance))
    }

    @Test func positionCount() {
        func open(_ count: Int) -> [Exposure] {
            (0..<count).map { exposure(.long, "0.01", of: instrument("PF_X\($0)USD", "X/USD")) }
        }
        #expect(condition(open(3)) == .ok)
        #expect(condition(open(4)) == .warn(.positionCount))
        #expect(condition(open(5)) == .halt(.positionCount))
    }

    /// Ours where the exchange says less, the exchange's where it says more; entries in flight on top of either.
    @Test func marginIsTheGreaterFigure() {
        let open = [exposure(.long, "1")]
        let flight = [exposure(.long, "1"), exposure(.long, "0.5", of: bitcoin, inFlight: true)]
        func measure(_ initial: String, _ maintenance: String, _ open: [Exposure]) -> RiskMetrics {
            let report = AccountReport(
                balance: Money(100_000), unrealised: .zero, initialMargin: dollars(initial),
                maintenanceMargin: dollars(maintenance), time: noon)
            return RiskMetrics(account: report, exposures: open, peak: PeakEquity())
        }
        #expect(measure("0", "0", open).marginUtilisation == rate("0.01"))
        #expect(measure("3000", "0", open).marginUtilisation == rate("0.03"))
        #expect(measure("3000", "0", flight).marginUtilisation == rate("0.035"))
        #expect(measure("0", "0", open).liquidationDistance == rate("1.99"))
        #expect(measure("0", "1500", open).liquidationDistance == rate("1.97"))
        #expect(measure("0", "1500", flight).liquidationDistance?.formatted(6) == "1.310000")
    }

    @Test func theGravestComesFirst() {
        #expect(condition(equity: "85000", initial: "60000") == .halt(.drawdown))
        #expect(condition(equity: "90000", initial: "65000") == .warn(.marginUtilisation))
        // Nothing left: everything halts, liquidation first.
        #expect(condition(equity: "0", [exposure(.long, "1")]) == .halt(.liquidationDistance))
    }

    @Test func readingsNameEveryLadder() {
        let readings = RiskMonitor(planner).readings(
            metrics(equity: "90000", initial: "0", peak: "100000", [exposure(.long, "1")]))
        #expect(readings.map(\.metric) == RiskMetric.allCases)
        let drawdown = readings.first { $0.metric == .drawdown }
        #expect(drawdown?.value == .rate(rate("0.1")))
        #expect(drawdown?.warn == .rate(rate("0.1")))
        #expect(drawdown?.halt == .rate(rate("0.15")))
        #expect(drawdown?.severity == .warn)
        #expect(readings.last?.value == .count(1))
        let off = RiskMonitor(try! RiskPlanner(bare()))
        #expect(off.isOff)
        #expect(off.readings(metrics(equity: "1", initial: "1", peak: "9", [exposure(.long, "9")])).isEmpty)
        #expect(off.assess(metrics(equity: "1", initial: "1", peak: "9", [exposure(.long, "9")])) == .ok)
        #expect(Severity.ok < .warn && Severity.warn < .halt)
    }

    /// What the planner approves is never what the monitor warns of.
    @Test func anApprovedTradeLeavesTheMonitorCalm() throws {
        for stop in ["49990", "49950", "49900", "49500", "49000", "45000"] {
            let parameters = standard {
                $0.costShare = nil
                $0.netReward = nil
            }
            let verdict = decide(parameters, proposal(stop: stop), view(exposures: [exposure(.long, "1")]))
            let plan = try #require(verdict.plan)
            #expect(RiskMonitor(try RiskPlanner(parameters)).assess(plan.after) == .ok)
        }
    }
}
