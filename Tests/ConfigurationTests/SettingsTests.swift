import Market
import Risk
import Strategy
import Testing
import TridentConfiguration

@Suite struct SettingValueTests {
    @Test func rates() throws {
        #expect(Rate(setting: "0.5%") == .basisPoints(50))
        #expect(Rate(setting: "0.5 %") == .basisPoints(50))
        #expect(Rate(setting: "0.005") == .basisPoints(50))
        #expect(Rate(setting: "half") == nil)
        #expect(Rate.basisPoints(75).setting == "0.0075")
    }

    @Test(arguments: [
        ("250ms", 250_000_000), ("30s", 30_000_000_000), ("15m", 900_000_000_000), ("2d", 172_800_000_000_000),
    ])
    func intervals(_ text: String, _ nanoseconds: Int64) throws {
        let interval = try #require(Interval(setting: text))
        #expect(interval.nanoseconds == nanoseconds)
        #expect(interval.setting == text)
    }

    @Test(arguments: ["", "5", "s", "-3s", "1.5h", "99999999999999d"])
    func refusedIntervals(_ text: String) {
        #expect(Interval(setting: text) == nil)
    }

    @Test func switchesAndLists() {
        #expect(Rate?(setting: "off") == .some(.none))
        #expect(Rate?(setting: "1%") == .some(.basisPoints(100)))
        #expect([SpotPair](setting: "BTC/USD, eth/usd")?.map(\.description) == ["BTC/USD", "ETH/USD"])
        #expect([SpotPair](setting: "BTC") == nil)
    }
}

@Suite struct SettingsTests {
    @Test func shippedConfigurationIsComplete() throws {
        let settings = try Settings(yaml: nil)
        #expect(settings[AccountSettings.equity] == Money(10_000))
        #expect(settings.effective.count == Schema.keys.count)
    }

    @Test func theShippedFileReadsBackAsItself() throws {
        #expect(try Settings(yaml: Schema.shippedFile, name: "file").hash == Settings(yaml: nil).hash)
    }

    @Test func laterLayersWin() throws {
        let yaml = Schema.shippedFile.replacing("equity: 10000", with: "equity: 500")
        #expect(try Settings(yaml: yaml)[AccountSettings.equity] == Money(500))
        let settings = try Settings(yaml: yaml, name: "my.yaml", assignments: ["account.equity=700"])
        #expect(settings[AccountSettings.equity] == Money(700))
        #expect(settings.effective.first { $0.key == "account.equity" }?.origin == .commandLine)
        #expect(try settings.hash != Settings(yaml: nil).hash)
    }

    private func message(_ yaml: String, _ assignments: [String] = []) -> String {
        do {
            _ = try Settings(yaml: yaml, name: "my.yaml", assignments: assignments)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func errorsNameFileLineSettingAndRemedy() {
        #expect(
            message("account:\n  equty: 5\n")
                == "my.yaml:2: unknown setting 'account.equty'; did you mean 'account.equity'?")
        #expect(message("equity: 50\n") == "my.yaml:1: unknown setting 'equity'; did you mean 'account.equity'?")
        #expect(
            message("account:\n  equity: much\n")
                == "my.yaml:2: account.equity is 'much', expected amount in US dollars")
        #expect(message("account:\n  equity: 1\n") == "my.yaml:2: account.equity is '1', expected 10 to 1000000000")
        #expect(message("- a\n").hasPrefix("my.yaml: expected sections"))
        #expect(message("account: {equity: 5").hasPrefix("my.yaml:2: not valid YAML: "))
        #expect(message(Schema.shippedFile, ["account.equity"]).contains("expected KEY=VALUE"))
        #expect(message(Schema.shippedFile, ["account.equity=x"]).hasPrefix("--set: account.equity is 'x'"))
        #expect(message("account:\n  equity: 50\n  equity: 60\n").contains("set twice"))
    }
}

@Suite struct ModuleSettingsTests {
    @Test func shippedLimitsAreTheModulesOwn() throws {
        let settings = try Settings(yaml: nil)
        var expected = RiskParameters(
            leverageCap: Rate(3), slippage: SlippageAssumption(entry: .basisPoints(2), exit: .basisPoints(5)))
        #expect(try settings.riskParameters() == expected)
        #expect(try settings.strategyConfiguration() == .smartMoney(.swing))
        expected.riskFraction = .basisPoints(10)
        #expect(try Settings(yaml: nil, assignments: ["risk.per_trade=0.1%"]).riskParameters() == expected)
    }

    /// A setting that does nothing is a defect: each one, changed, must change the effective configuration's hash and,
    /// for the risk and strategy sections, what is built from it.
    @Test func everyRiskAndStrategySettingHasAnEffect() throws {
        let base = try Settings(yaml: nil)
        let limits = try base.riskParameters()
        var dead: [String] = []
        for key in Schema.keys where key.section == "risk" && key.name != "risk.gates" {
            let current = base.effective.first { $0.key == key.name }!.text
            let changed = [
                "true", "false", "off", "7", "1", "2", "25", "0.011", "0.9", "61m", "0.02", "2026-01-31T12:00:00Z",
            ].contains { text in
                guard text != current, let settings = try? Settings(yaml: nil, assignments: ["\(key.name)=\(text)"])
                else { return false }
                // An incoherent ladder also shows that the value has arrived.
                guard let result = try? settings.riskParameters() else { return true }
                return result != limits
            }
            if !changed { dead.append(key.name) }
        }
        for key in Schema.keys where key.section == "strategy" && key.name != "strategy.preset" {
            let preset = key.name.hasPrefix("strategy.ema_cross") ? "ema-cross" : "swing"
            let original = try Settings(yaml: nil, assignments: ["strategy.preset=\(preset)"]).strategyConfiguration()
            let candidates = [
                "true", "false", "7", "3", "0.31", "55", "off", "1d", "4h", "m15", "15m", "4h, 1h", "ob", "near",
                "midpoint",
                "farther", "ladder", "pools", "2, 3", "0.2, 0.3", "17h", "1h", "300",
            ]
            let changed = candidates.contains { text in
                guard
                    let settings = try? Settings(
                        yaml: nil, assignments: ["strategy.preset=\(preset)", "\(key.name)=\(text)"])
                else { return false }
                guard let result = try? settings.strategyConfiguration() else { return true }
                return result != original
            }
            if !changed { dead.append(key.name) }
        }
        #expect(dead.isEmpty, "settings without effect: \(dead)")
    }

    @Test func noConfigurationPassesTheLeverageCeiling() {
        #expect(throws: ConfigurationError.self) { try Settings(yaml: nil, assignments: ["risk.leverage_cap=10.1"]) }
        #expect(throws: ConfigurationError.self) { try Settings(yaml: nil, assignments: ["risk.leverage_cap=off"]) }
    }

    @Test func incoherentLimitsAreRefusedAtTheStart() throws {
        let settings = try Settings(yaml: nil, assignments: ["risk.margin.plan=75%"])
        let error = try #require(throws: ConfigurationError.self) { try settings.riskParameters() }
        #expect("\(error)".contains("margin_utilisation"))
    }

    @Test func moneyAssumptionsMustBeNamed() throws {
        for key in [
            "costs.taker_fee", "costs.maker_fee", "costs.impact", "costs.funding_without_data", "risk.leverage_cap",
        ] {
            let leaf = key.split(separator: ".")[1]
            let yaml = Schema.shippedFile.split(separator: "\n").filter { !$0.hasPrefix("  \(leaf):") }
                .joined(separator: "\n")
            let error = try #require(throws: ConfigurationError.self) { try Settings(yaml: yaml, name: "my.yaml") }
            #expect("\(error)".hasPrefix("\(key) is not set and has no default"))
        }
    }
}
