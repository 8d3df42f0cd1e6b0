import Foundation
import Testing
import TridentConfiguration
import Wire

@Suite struct SecretsTests {
    private let canary = "canary-5f1c9b"

    @Test func noWayOfPrintingShowsASecret() throws {
        let secrets = try Secrets(environment: ["KRAKEN_FUTURES_SECRET": canary], file: nil)
        let secret = try #require(secrets[.futuresSecret])
        #expect(secret.reveal() == canary)
        var dumped = ""
        dump(secret, to: &dumped)
        dump(secrets, to: &dumped)
        let texts = [
            "\(secret)", String(describing: secrets), String(reflecting: secret), String(reflecting: secrets), dumped,
        ]
        #expect(texts.allSatisfy { !$0.contains(canary) })
    }

    @Test func theEnvironmentWinsOverTheFile() throws {
        let file = "# keys\n\nKRAKEN_FUTURES_KEY = \nKRAKEN_SPOT_KEY=\"from file\"\nKRAKEN_SPOT_SECRET=a=b\r\n"
        let secrets = try Secrets(environment: ["KRAKEN_SPOT_KEY": "from environment"], file: file)
        #expect(secrets[.spotKey]?.reveal() == "from environment")
        #expect(secrets.source(of: .spotKey) == "environment")
        #expect(secrets[.spotSecret]?.reveal() == "a=b")
        #expect(secrets[.futuresKey] == nil && secrets.source(of: .futuresKey) == nil)
    }

    @Test func aBadLineIsNamedButNotShown() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Secrets(environment: [:], file: "KRAKEN_SPOT_KEY=x\n\(canary)\n")
        }
        #expect("\(error)" == ".env:2: expected NAME=value")
        #expect(!"\(error)".contains(canary))
    }
}

@Suite struct ConfigurationPageTests {
    /// `docs/configuration.md` is the schema's own text; make it with `trident config schema --format markdown`.
    @Test func thePageIsCurrent() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/configuration.md")
        #expect(try String(contentsOf: page, encoding: .utf8) == Schema.markdown)
    }
}
