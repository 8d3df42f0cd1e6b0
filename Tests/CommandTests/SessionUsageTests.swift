import Foundation
import Testing

/// What sessions and their tools refuse, in one line with the remedy, and that nothing is sent or left behind.
@Suite struct SessionUsageTests {
    @Test func realOrdersMustBeEarned() throws {
        let folder = try Workspace()
        let run = try CommandRun(["live", "--confirm", "main"], in: folder)
        #expect(run.code == 3)
        for text in ["the paper gate is not met", "days of running", "kill-switch drill", "trident paper"] {
            #expect(run.stderr.contains(text), "\(run.stderr)")
        }
        #expect(try CommandRun(["live", "--confirm", "main", "--override", "please"], in: folder).code == 3)
        #expect(try folder.contents().isEmpty)
    }

    @Test(arguments: [
        (["live", "--endpoint", "http://127.0.0.1:9"], "no keys for the derivatives surface"),
        (["live", "--speed", "60"], "--speed needs --endpoint"),
        (["live", "--endpoint", "nonsense", "--confirm", "main"], "is no address of an exchange"),
        (["paper", "--for", "soon"], "'soon' is no length of time; write 90s, 30m, 12h or 30d"),
        (
            ["paper", "--endpoint", "http://127.0.0.1:9", "--trust", "x.pem"],
            "--trust needs an --endpoint that begins with https"
        ),
        (["paper", "--set", "session.surface=ftp"], "session.surface"),
        (["replay", "nowhere"], "no such journal"),
        (["kill-switch", "release", "--operator", " ", "--reason", "x"], "--operator and --reason must say something"),
        (["kill-switch", "--wait", "0"], "--wait must be between"),
        (["check", "--for", "fun"], "paper"),
        (["status", "--state", "nowhere"], "no session has kept its state here"),
        (["simulate", "--faults", "rain"], "rain"),
        (["attribution", "--day", "yesterday"], "'yesterday' is no day; write 2026-11-22"),
    ])
    func badUseIsRefused(_ arguments: [String], _ says: String) throws {
        let folder = try Workspace()
        try CommandRun(arguments, in: folder).expectRefusal(saying: [says])
        #expect(try folder.contents().isEmpty)
    }

    @Test(arguments: ["status", "kill-switch", "explain", "attribution"])
    func withoutASessionItSaysSo(_ command: String) throws {
        let folder = try Workspace()
        let arguments = [command] + (["explain": ["1"], "attribution": ["--day", "2026-11-22"]][command] ?? [])
        try CommandRun(arguments, in: folder).expectRefusal(1, saying: ["no session has kept its state in 'state'"])
    }

    @Test func confirmationMustNameTheAccount() throws {
        let folder = try Workspace()
        let keys = [
            "KRAKEN_FUTURES_KEY": "key", "KRAKEN_FUTURES_SECRET": Data(repeating: 7, count: 64).base64EncodedString(),
        ]
        let live = ["live", "--endpoint", "http://127.0.0.1:9"]
        try CommandRun(live, in: folder, environment: keys).expectRefusal(saying: ["add --confirm main"])
        try CommandRun(live + ["--confirm", "other"], in: folder, environment: keys)
            .expectRefusal(saying: ["'other' is not this account", "'main'"])
        #expect(try folder.contents().isEmpty)
    }

    /// The canary is neither shown nor kept.
    @Test func keysDoNotShow() throws {
        let folder = try Workspace()
        let canary = "CANARY-9f2c"
        let keys = ["KRAKEN_FUTURES_KEY": canary, "KRAKEN_FUTURES_SECRET": "not base64 \(canary)"]
        let run = try CommandRun(
            ["live", "--endpoint", "http://127.0.0.1:9", "--confirm", "main"], in: folder, environment: keys)
        #expect(run.code == 2)
        #expect(!run.stderr.contains(canary) && !run.stdout.contains(canary))
    }

    /// A session must come back to its positions, whatever has become of its rows.
    @Test func aBrokenStoreIsAnAlertAndNoMore() throws {
        let folder = try Workspace()
        try FileManager.default.createDirectory(atPath: folder.path + "/state", withIntermediateDirectories: false)
        try Data(repeating: 7, count: 9_000).write(to: URL(filePath: folder.path + "/state/store.sqlite"))
        let run = try CommandRun(
            [
                "paper", "--endpoint", "http://127.0.0.1:9", "--state", "state", "--for", "1s", "--set",
                "monitoring.port=0",
            ], in: folder)
        #expect(run.code == 0, "\(run.stderr)")
        #expect(run.stderr.contains("this session fills no store: state/store.sqlite"), "\(run.stderr)")
        #expect(run.stderr.contains("trident store rebuild"))
    }
}
