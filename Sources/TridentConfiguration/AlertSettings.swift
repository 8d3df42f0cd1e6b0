public import Market
public import Notices
public import Operations

extension Alert.Kind: SettingWord {}

extension Alert.Severity: SettingValue {
    public static var form: String { "one of " + allCases.map(\.name).joined(separator: ", ") }
    public init?(setting: String) {
        guard let severity = Self.allCases.first(where: { $0.name == setting }) else { return nil }
        self = severity
    }
    public var setting: String { name }
}

extension ChannelAddresses.Mail.Security: SettingWord {}

/// `alerts`: what is told to people, to whom and how often. Tokens and addresses that are secrets come from the environment.
public enum AlertSettings {
    public static let gather = Key<Interval>(
        "alerts.gather", default: .seconds(60), Interval.seconds(1)...Interval.hours(1),
        "Alerts of one kind and instrument are told at most once in this time: the first at once, the others together; "
            + "critical ones always at once")
    public static let mute = Key<[Alert.Kind]>(
        "alerts.mute", default: [], "Kinds of alerts that are only logged; critical ones are told all the same")
    public static let dailySummary = Key<TimeOfDay?>(
        "alerts.daily_summary", default: .some(.midnight), "When a summary of the day is told on every channel, UTC")
    public static let queue = Key<Int>(
        "alerts.queue", default: 100, 10...10_000,
        "Notices that may wait for a channel; beyond, the oldest that is not critical is dropped and counted")
    public static let rejections = Key<Int>(
        "alerts.rejections", default: 3, 0...100, "More rejected orders than this within 5 minutes are an alert")
    public static let marginUse = Key<Rate>(
        "alerts.margin_use", default: .basisPoints(7_000), Rate(raw: 1)...Rate.basisPoints(10_000),
        "Initial margin beyond this part of the equity is an alert")
    public static let refusedSignals = Key<Int>(
        "alerts.refused_signals", default: 10, 1...10_000,
        "So many signals without one order, over at least 6 hours, are an alert")
    public static let missingCandles = Key<Int>(
        "alerts.missing_candles", default: 5, 2...1_000,
        "No closed candle of a market for so many lengths of one is an alert")
    public static let idle = Key<Interval>.switchable(
        "alerts.idle", default: .days(14), Interval.hours(1)...Interval.days(365),
        "No trade opened or closed for this long is an alert, once for each such time")

    public static let telegramChat = Key<String?>(
        "alerts.telegram_chat", default: .some(nil), range: "the chat's number",
        "Telegram chat that is told, and the only one that is listened to; needs TRIDENT_TELEGRAM_TOKEN",
        allows: { $0.map { Int64($0) != nil } ?? true })
    public static let telegramLevel = level("telegram", "Telegram")
    public static let telegramCommands = Key<Bool>(
        "alerts.telegram_commands", default: true,
        "Whether the chat may ask /status and /positions, and with a confirmation /hold")
    public static let telegramAddress = Key<String>(
        "alerts.telegram_address", default: "https://api.telegram.org", range: "https://...",
        "Server of Telegram's Bot API", allows: isAddress)
    public static let discordLevel = level("discord", "Discord, to which TRIDENT_DISCORD_WEBHOOK leads")
    public static let slackLevel = level("slack", "Slack, to which TRIDENT_SLACK_WEBHOOK leads")
    public static let webhookLevel = level(
        "webhook", "the address in TRIDENT_WEBHOOK, signed with TRIDENT_WEBHOOK_KEY if there is one")

    public static let mailHost = Key<String?>(
        "alerts.mail_host", default: .some(nil), range: "a name", "Mail server that takes alerts",
        allows: { $0.map { !$0.isEmpty && $0.utf8.allSatisfy { (33..<127).contains($0) } } ?? true })
    public static let mailPort = Key<Int>("alerts.mail_port", default: 587, 1...65_535, "Port of the mail server")
    public static let mailSecurity = Key<ChannelAddresses.Mail.Security>(
        "alerts.mail_security", default: .startTLS,
        "How the way to the mail server is protected; none only without a password or on this machine")
    public static let mailFrom = Key<String>("alerts.mail_from", default: "", "Address that alerts come from")
    public static let mailTo = Key<[String]>("alerts.mail_to", default: [], "Addresses that alerts go to")
    public static let mailUser = Key<String?>(
        "alerts.mail_user", default: .some(nil), "User at the mail server; needs TRIDENT_MAIL_PASSWORD")
    public static let mailLevel = level("mail", "mail")

    private static func level(_ channel: String, _ words: String) -> Key<Alert.Severity> {
        Key("alerts.\(channel)_level", default: .info, "The least severe alerts that go to \(words)")
    }

    private static let isAddress: @Sendable (String) -> Bool = { text in
        (text.hasPrefix("https://") || text.hasPrefix("http://"))
            && text.utf8.allSatisfy { (33..<127).contains($0) }
    }

    static let section = Schema.Section(
        name: "alerts", meaning: "What is told to people, to whom and how often. A channel without its address is off.",
        keys: [
            AnyKey(gather), AnyKey(mute), AnyKey(dailySummary), AnyKey(queue), AnyKey(rejections),
            AnyKey(marginUse), AnyKey(refusedSignals), AnyKey(missingCandles), AnyKey(idle), AnyKey(telegramChat),
            AnyKey(telegramLevel), AnyKey(telegramCommands), AnyKey(telegramAddress), AnyKey(discordLevel),
            AnyKey(slackLevel), AnyKey(webhookLevel), AnyKey(mailHost), AnyKey(mailPort), AnyKey(mailSecurity),
            AnyKey(mailFrom), AnyKey(mailTo), AnyKey(mailUser), AnyKey(mailLevel),
        ])
}

extension Settings {
    /// Where the channels are; those without an address are off. A half of an address is an error.
    public func channels(_ secrets: Secrets) throws(ConfigurationError) -> ChannelAddresses {
        var channels = ChannelAddresses(
            discord: secrets[.discordAddress], slack: secrets[.slackAddress],
            webhook: secrets[.webhookAddress].map { .init(address: $0, key: secrets[.webhookKey]) })
        if let chat = self[AlertSettings.telegramChat] {
            guard let token = secrets[.telegramToken] else {
                throw .incoherent("alerts.telegram_chat is set and TRIDENT_TELEGRAM_TOKEN is not in the environment")
            }
            channels.telegram = .init(
                base: self[AlertSettings.telegramAddress], token: token, chat: chat,
                takesCommands: self[AlertSettings.telegramCommands])
        }
        channels.mail = try mail(secrets)
        return channels
    }

    private func mail(_ secrets: Secrets) throws(ConfigurationError) -> ChannelAddresses.Mail? {
        guard let host = self[AlertSettings.mailHost] else { return nil }
        let user = self[AlertSettings.mailUser]
        guard user == nil || secrets[.mailPassword] != nil else {
            throw .incoherent("alerts.mail_user is set and TRIDENT_MAIL_PASSWORD is not in the environment")
        }
        let (from, to) = (self[AlertSettings.mailFrom], self[AlertSettings.mailTo])
        guard !from.isEmpty, !to.isEmpty else {
            throw .incoherent("alerts.mail_host is set; alerts.mail_from and alerts.mail_to must be too")
        }
        return .init(
            host: host, port: self[AlertSettings.mailPort], security: self[AlertSettings.mailSecurity], from: from,
            to: to, user: user, password: user == nil ? nil : secrets[.mailPassword])
    }

    /// What goes to `channels` and how often.
    /// - Parameter origin: which session speaks: `live main`.
    public func notices(to channels: ChannelAddresses, origin: String) -> NoticesConfiguration {
        let routes = channels.channels.map { channel in
            switch channel {
            case .telegram: Route(channel, from: self[AlertSettings.telegramLevel])
            case .discord: Route(channel, from: self[AlertSettings.discordLevel])
            case .slack: Route(channel, from: self[AlertSettings.slackLevel])
            case .webhook: Route(channel, from: self[AlertSettings.webhookLevel])
            case .mail: Route(channel, from: self[AlertSettings.mailLevel])
            }
        }
        var notices = NoticesConfiguration(
            routes: routes, muted: Set(self[AlertSettings.mute]), summaryAt: self[AlertSettings.dailySummary]?.interval,
            origin: origin)
        notices.window = self[AlertSettings.gather]
        notices.queue = self[AlertSettings.queue]
        notices.alarms.rejections = self[AlertSettings.rejections]
        notices.alarms.marginUse = self[AlertSettings.marginUse]
        notices.alarms.refusedSignals = self[AlertSettings.refusedSignals]
        notices.alarms.missingCandles = self[AlertSettings.missingCandles]
        notices.alarms.idle = self[AlertSettings.idle]
        return notices
    }
}
