import Configuration
import Market
import Testing

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
        #expect(message("account: {equity: 5").hasPrefix("my.yaml:2: not valid YAML"))
        #expect(message(Schema.shippedFile, ["account.equity"]).contains("expected KEY=VALUE"))
        #expect(message(Schema.shippedFile, ["account.equity=x"]).hasPrefix("--set: account.equity is 'x'"))
        #expect(message("account:\n  equity: 50\n  equity: 60\n").contains("set twice"))
    }
}
