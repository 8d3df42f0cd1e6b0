import Foundation
import Market
import Reports
import Research
import Strategy
import Testing
import Trading

/// What others script against: names, columns and forms of the output files.
@Suite struct OutputTests {
    static let result = Result { try ShippedRun(ShippedRun.presets[2].assignments).result() }

    private func summary() throws -> [String: Any] {
        let text = try Self.result.get().summary.pretty
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func summaryHasEveryPromisedKey() throws {
        let promised = """
            schema config_hash data span initial_equity final_equity net_profit fees funding slippage trades wins losses \
            win_rate profit_factor expectancy_r sharpe sortino calmar max_drawdown max_drawdown_days cagr exposure \
            average_hold_hours longest_loss_streak liquidations min_liquidation_distance max_effective_leverage signals \
            rejections by_symbol by_setup by_side by_month baselines confidence journal_hash
            """.split(separator: " ").map(String.init)
        let summary = try summary()
        for key in promised { #expect(summary[key] != nil, "\(key)") }
        let series = try #require((summary["data"] as? [[String: Any]])?.first)
        for key in ["source", "first", "last", "rows", "gaps", "synthetic"] { #expect(series[key] != nil, "\(key)") }
        #expect(series["synthetic"] as? Bool == true)
    }

    @Test func moneyIsTextAndRatiosAreNumbers() throws {
        let summary = try summary()
        for key in ["initial_equity", "final_equity", "net_profit", "fees", "funding", "slippage"] {
            let text = try #require(summary[key] as? String, "\(key)")
            #expect((try? Money(text)) != nil, "\(key) is \(text)")
        }
        for key in ["win_rate", "expectancy_r", "max_drawdown"] { #expect(summary[key] is Double, "\(key)") }
    }

    @Test func whatDoesNotExistIsNull() throws {
        let quiet = try ShippedRun(["demo.days=2"]).result()
        let text = quiet.summary.compact
        #expect(quiet.trades.isEmpty)
        for key in ["win_rate", "profit_factor", "expectancy_r", "sharpe", "min_liquidation_distance"] {
            #expect(text.contains("\"\(key)\":null"), "\(key)")
        }
        #expect(!quiet.reportPage.isEmpty && !quiet.text.contains("nan"))
    }

    @Test func tablesHaveTheirColumns() throws {
        let result = try Self.result.get()
        let trades = result.tradesCSV.split(separator: "\n")
        #expect(
            trades.first
                == "id,symbol,side,setup,opened_at,closed_at,quantity,entry_price,exit_price,stop_price,exit_reason,r_multiple,gross,fees,funding,net,mae_r,mfe_r,hold_hours,legs"
        )
        #expect(trades.count == result.trades.count + 1)
        #expect(
            trades.dropFirst().allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 20 })
        let equity = result.equityCSV.split(separator: "\n")
        #expect(equity.first == "timestamp,equity,balance,unrealised,drawdown,margin_used,effective_leverage")
        #expect(equity.count == result.equity.count + 1)
    }

    @Test func everyDecisionIsALineOfJSON() throws {
        let result = try Self.result.get()
        let lines = result.decisionLines.split(separator: "\n")
        #expect(lines.count == result.decisions.count)
        for line in lines {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            for key in ["time", "symbol", "setup", "checks", "outcome"] { #expect(object[key] != nil, "\(key)") }
            let check = try #require((object["checks"] as? [[String: Any]])?.first)
            for key in ["name", "value", "limit", "passed"] { #expect(check[key] != nil, "\(key)") }
        }
    }

    @Test func gatesThatRemoveNothingOrEverythingAreFlagged() throws {
        func decision(_ verdict: Decision.Verdict, _ checks: [(String, Bool)]) throws -> Decision {
            Decision(
                time: .distantPast, pair: try #require(SpotPair("BTC/USD")), side: .long, setup: .gap,
                setupID: SetupID(1), verdict: verdict,
                checks: checks.map { DecisionCheck(Check(Name(rawValue: $0), .none, passed: $1)) })
        }
        let taken = Decision.Verdict.taken(quantity: Quantity(1), entry: Price(2), stop: Price(1))
        let decisions = try [
            decision(.refused(.strategy, reason: "bias"), [("warmed_up", true), ("bias", false), ("zone", false)]),
            decision(
                .refused(.risk, reason: "volatility"),
                [
                    ("warmed_up", true), ("bias", true), ("volatility", true), ("instrument", true),
                    ("volatility", false),
                ]),
            // Refused before its stage made checks.
            decision(
                .refused(.safety, reason: "drawdown"), [("warmed_up", true), ("bias", true), ("volatility", true)]),
            decision(
                .refused(.risk, reason: "volatility"),
                [
                    ("warmed_up", true), ("bias", true), ("volatility", true), ("instrument", true),
                    ("volatility", false),
                ]),
        ]
        let lines = GateShare.all(in: decisions).map {
            "\($0.stage.rawValue).\($0.name) \($0.removed)/\($0.reached) \($0.flag?.rawValue ?? "-")"
        }
        #expect(
            lines == [
                "strategy.warmed_up 0/4 removes_nothing", "strategy.bias 1/4 -",
                "strategy.volatility 0/3 removes_nothing", "safety.drawdown 1/3 -",
                "risk.instrument 0/2 removes_nothing", "risk.volatility 2/2 removes_everything",
            ])
        #expect(GateShare.all(in: [try decision(taken, [("bias", true)])]).map(\.share) == [0])
        #expect(GateShare.all(in: []).isEmpty)
    }

    private struct Name: RawRepresentable, Hashable, Sendable { let rawValue: String }

    /// Of a whole run: each candidate is removed by one gate or taken, and the reports name what is flagged.
    @Test(arguments: ShippedRun.presets.dropFirst().map(\.assignments))
    func gatesAccountForEveryCandidate(_ assignments: [String]) throws {
        let result = try ShippedRun(assignments).result()
        let gates = GateShare.all(in: result.decisions)
        let taken = result.decisions.count {
            if case .taken = $0.verdict { true } else { false }
        }
        #expect(gates.reduce(0) { $0 + $1.removed } + taken == result.decisions.count)
        #expect(gates.first?.reached == result.decisions.count)
        let flagged = gates.filter { $0.flag != nil }
        #expect(!flagged.isEmpty)
        for gate in flagged { #expect(result.text.contains("\(gate.stage.rawValue).\(gate.name)")) }
        #expect(result.text.contains("gates that removed nothing"))
        #expect(result.reportPage.contains("id=\"gates\"") && result.reportPage.contains("<td>removes nothing</td>"))
        let gate = try #require(gates.first)
        let json = "{\"stage\":\"strategy\",\"name\":\"\(gate.name)\",\"reached\":\(gate.reached),"
        #expect(result.summary.compact.contains(json))
    }

    @Test func thePageNeedsNoNetworkAndShowsEveryTrade() throws {
        let result = try Self.result.get()
        let page = result.reportPage
        #expect(page.hasPrefix("<!doctype html>") && page.contains("</html>"))
        // The only address in it is the name of the SVG language.
        let withoutNames = page.replacing("http://www.w3.org/2000/svg", with: "")
        for loading in ["http://", "https://", "src=", "@import", "url(", "fetch("] {
            #expect(!withoutNames.contains(loading) || loading == "url(" && page.contains("url(#"), "\(loading)")
        }
        #expect(page.contains("Synthetic data."))
        for index in result.trades.indices { #expect(page.contains("data-index=\"\(index)\"")) }
    }

    @Test func jsonIsEscapedAndKeepsItsOrder() {
        let value = JSON.object([
            ("b", .string("a\"\\\n\u{1}</script>é")),
            ("a", .array([.number(.nan), .number(0.5), .integer(-3), .number(2)])),
            ("c", .object([])),
        ])
        #expect(value.compact == #"{"b":"a\"\\\n\u0001\u003c/script>é","a":[null,0.5,-3,2],"c":{}}"#)
        #expect(value.pretty.hasSuffix("\n"))
    }
}
