import Market
import Notices
import Operations
import Testing
import TridentConfiguration
import Wire

@Suite struct AlertSettingsTests {
    private func settings(_ assignments: String...) throws -> Settings {
        try Settings(yaml: nil, assignments: assignments)
    }

    private let everything = [
        "TRIDENT_TELEGRAM_TOKEN": "4711:token", "TRIDENT_DISCORD_WEBHOOK": "https://d.example/x",
        "TRIDENT_SLACK_WEBHOOK": "https://s.example/x", "TRIDENT_WEBHOOK": "https://w.example/x",
        "TRIDENT_WEBHOOK_KEY": "key", "TRIDENT_MAIL_PASSWORD": "p4ss",
    ]

    @Test func withoutAddressesNothingIsTold() throws {
        let settings = try settings()
        let channels = try settings.channels(try Secrets(environment: [:], file: nil))
        #expect(channels == ChannelAddresses())
        #expect(settings.notices(to: channels, origin: "x").routes.isEmpty)
        #expect(settings[MonitoringSettings.port] == 9_464)
        #expect(settings[MonitoringSettings.bind] == "127.0.0.1")
    }

    @Test func tracesGoWhereTheyAreToGo() throws {
        #expect(try settings()[MonitoringSettings.traces] == .off)
        for (text, destination) in [
            ("off", TraceDestination.off), ("file", .file),
            ("http://127.0.0.1:4318", .collector("http://127.0.0.1:4318")),
            ("https://c.example/otlp", .collector("https://c.example/otlp")),
        ] {
            let settings = try settings("monitoring.traces=" + text)
            #expect(settings[MonitoringSettings.traces] == destination)
            #expect(destination.setting == text)
        }
        for text in ["on", "127.0.0.1:4318", "ftp://c.example", "http://a b"] {
            #expect(throws: ConfigurationError.self) { try settings("monitoring.traces=" + text) }
        }
    }

    @Test func everyChannelCanBeSet() throws {
        let settings = try settings(
            "alerts.telegram_chat=-100200300", "alerts.mail_host=mail.example", "alerts.mail_from=a@x",
            "alerts.mail_to=b@x, c@x", "alerts.mail_user=me", "alerts.mail_level=critical",
            "alerts.slack_level=warning",
            "alerts.mute=entry, stop_moved", "alerts.daily_summary=08:30", "alerts.gather=5m", "alerts.queue=20",
            "alerts.telegram_commands=no", "alerts.mail_security=tls", "alerts.mail_port=465", "alerts.rejections=5",
            "alerts.margin_use=50%", "alerts.missing_candles=9", "alerts.refused_signals=11", "alerts.idle=3d")
        let channels = try settings.channels(try Secrets(environment: everything, file: nil))
        #expect(channels.channels == Channel.allCases)
        #expect(
            channels.telegram
                == .init(token: Redacted("4711:token"), chat: "-100200300", takesCommands: false))
        #expect(
            channels.mail
                == .init(
                    host: "mail.example", port: 465, security: .tls, from: "a@x", to: ["b@x", "c@x"], user: "me",
                    password: Redacted("p4ss")))
        #expect(channels.webhook?.key == Redacted("key"))
        let notices = settings.notices(to: channels, origin: "live main")
        #expect(
            notices.routes == [
                Route(.telegram), Route(.discord), Route(.slack, from: .warning), Route(.webhook),
                Route(.mail, from: .critical),
            ])
        #expect(notices.muted == [.entry, .stopMoved])
        #expect(notices.summaryAt == .minutes(510))
        #expect(notices.window == .minutes(5))
        #expect(notices.queue == 20)
        #expect(notices.alarms.rejections == 5)
        #expect(notices.alarms.marginUse == .basisPoints(5_000))
        #expect(notices.alarms.missingCandles == 9)
        #expect(notices.alarms.refusedSignals == 11)
        #expect(notices.alarms.idle == .days(3))
        #expect(notices.origin == "live main")
    }

    @Test(arguments: [
        (["alerts.telegram_chat=1"], "TRIDENT_TELEGRAM_TOKEN"), (["alerts.mail_host=x"], "alerts.mail_from"),
        (
            ["alerts.mail_host=x", "alerts.mail_from=a@b", "alerts.mail_to=c@d", "alerts.mail_user=me"],
            "TRIDENT_MAIL_PASSWORD"
        ),
    ]) func halfAnAddressIsAnError(assignments: [String], remedy: String) throws {
        let settings = try Settings(yaml: nil, assignments: assignments)
        let secrets = try Secrets(environment: [:], file: nil)
        let error = try #require(throws: ConfigurationError.self) { try settings.channels(secrets) }
        #expect(error.description.contains(remedy))
    }

    @Test(arguments: [
        "alerts.mute=all", "alerts.telegram_chat=@channel", "alerts.daily_summary=24:00", "alerts.daily_summary=8:30",
        "alerts.slack_level=loud", "alerts.telegram_address=api.telegram.org", "monitoring.port=70000",
        "monitoring.bind=a b", "logging.level=verbose", "logging.format=xml", "alerts.mail_security=maybe",
    ]) func badValuesAreRefused(assignment: String) {
        #expect(throws: ConfigurationError.self) { try Settings(yaml: nil, assignments: [assignment]) }
    }

    @Test func theSummaryCanBeSwitchedOffAndReadsBack() throws {
        #expect(try settings("alerts.daily_summary=off")[AlertSettings.dailySummary] == nil)
        #expect(TimeOfDay(setting: "23:05")?.setting == "23:05")
    }
}
