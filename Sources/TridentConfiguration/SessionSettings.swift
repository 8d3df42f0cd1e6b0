public import Kraken
public import Market

extension Surface: SettingWord {}

/// The database in which sessions can be asked about afterwards.
public enum StoreChoice: String, CaseIterable, Sendable, SettingWord {
    case off
    /// A file in the session's state folder.
    case sqlite
    /// The server that `DATABASE_URL` names.
    case postgreSQL = "postgresql"
}

/// `session`: how paper and live sessions are run.
public enum SessionSettings {
    public static let account = Key<String>(
        "session.account", default: "main", range: "letters, digits, - and _, at most 40",
        "Name of the account: part of the state folder's name, and what `trident live --confirm` must repeat",
        allows: { name in
            (1...40).contains(name.utf8.count)
                && name.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                        || byte == 95
                }
        })
    public static let state = Key<String>(
        "session.state", default: "state", range: "a path",
        "Folder in which each session keeps a folder of its own: journal, safety record, status",
        allows: { !$0.isEmpty })
    public static let surface = Key<Surface>(
        "session.surface", default: .derivatives,
        "Kraken's interface for orders; derivatives is switched off on 2027-03-01")
    public static let store = Key<StoreChoice>(
        "session.store", default: .sqlite,
        "Database that sessions fill for those who ask afterwards: a file in the state folder, or the PostgreSQL server in "
            + "DATABASE_URL, which also keeps a second instance from running the account on another machine")
    public static let firstDays = Key<Int>(
        "session.first_days", default: 7, 0...365,
        "Days from the first start with real orders during which equity beyond session.first_days_capital is not traded with"
    )
    public static let firstDaysCapital = Key<Money>(
        "session.first_days_capital", default: Money(1_000), Money(10)...Money(1_000_000_000),
        "Equity that is traded with in those days, in US dollars")
    public static let keepArchives = Key<Interval>.switchable(
        "session.keep_archives", default: .days(400), Interval.days(30)...Interval.days(3_650),
        "How long journals of a live session that were put away are kept, off for ever; those of paper sessions are always kept"
    )
    public static let reconcileEvery = Key<Interval>(
        "session.reconcile_every", default: .seconds(15), Interval.seconds(5)...Interval.minutes(5),
        "Pause between complete looks at the account while something is held or ordered")
    public static let reconcileAtRest = Key<Interval>(
        "session.reconcile_at_rest", default: .seconds(60), Interval.seconds(5)...Interval.minutes(30),
        "The same while nothing is held or ordered")
    public static let deadManSwitch = Key<Interval>.switchable(
        "session.dead_man_switch", default: .seconds(60), Interval.seconds(30)...Interval.minutes(10),
        "After this silence the exchange cancels every order; armed only while entries rest and nothing is held")
    public static let quietTickEvery = Key<Interval>(
        "session.quiet_tick_every", default: .seconds(60), Interval.milliseconds(100)...Interval.minutes(5),
        "While nothing is held, prices within limits are handed on and recorded no more often than this, and before each candle"
    )

    static let section = Schema.Section(
        name: "session", meaning: "How paper and live sessions are run.",
        keys: [
            AnyKey(account), AnyKey(state), AnyKey(store), AnyKey(keepArchives), AnyKey(surface), AnyKey(firstDays),
            AnyKey(firstDaysCapital),
            AnyKey(reconcileEvery),
            AnyKey(reconcileAtRest),
            AnyKey(deadManSwitch), AnyKey(quietTickEvery),
        ])
}

extension Settings {
    /// What decides what is traded and how, as assignments: a journal is written with these and played with these.
    public var decisive: [String] {
        let sections = [
            AccountSettings.section, StrategySettings.section, RiskSettings.section, TradingSettings.section,
            CostSettings.section,
        ]
        let names = Set(sections.flatMap(\.keys).map(\.name)).subtracting([AccountSettings.symbols.name])
        return effective.filter { names.contains($0.key) }.map { "\($0.key)=\($0.text)" }
    }
}
