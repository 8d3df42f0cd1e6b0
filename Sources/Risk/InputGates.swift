import Market
import Venue

/// The checks of one decision, in order.
struct CheckList {
    private(set) var checks: [Check<RiskRule>] = []
    private(set) var firstFailure: RiskRule?

    init() { checks.reserveCapacity(RiskRule.allCases.count) }

    mutating func add(_ rule: RiskRule, _ value: Measure, limit: Measure = .none, passed: Bool) {
        checks.append(Check(rule, value, limit: limit, passed: passed))
        if !passed, firstFailure == nil { firstFailure = rule }
    }
}

/// The inputs of a decision that are known, fresh and possible; nil for those that are not.
struct KnownInputs {
    let instrument: Instrument?
    let tick: Tick?
    let spot: Price?
    let account: AccountReport?
    let exposures: [Exposure]?

    /// Equity beyond which amounts might not stay exact: a thousand million dollars.
    static let greatestEquity = Money(1_000_000_000)

    init(_ id: InstrumentID, _ view: RiskView, _ limits: RiskParameters, _ list: inout CheckList) {
        let listed = view.instrument.map { $0.id == id } ?? false
        instrument = listed ? view.instrument : nil
        list.add(.instrument, .flag(listed), passed: listed)

        let now = view.now
        tick = Self.fresh(view.tick, limits.tickAge, now, .tick, &list) { $0.isPossible && $0.instrument == id }
        spot = Self.fresh(view.spot, limits.spotAge, now, .spot, &list) { $0.isPositive }
        account = Self.fresh(view.account, limits.accountAge, now, .account, &list) {
            $0.equity.isPositive && $0.equity <= Self.greatestEquity
        }
        exposures = view.exposures
        let count = view.exposures.map { Measure.count($0.count) } ?? .none
        list.add(.positions, count, passed: view.exposures != nil)
    }

    /// Value and limit are ages in seconds; a possible value in the wrong state fails without a limit.
    private static func fresh<Value>(
        _ known: Known<Value>, _ age: Interval?, _ now: Timestamp, _ rule: RiskRule, _ list: inout CheckList,
        isPossible: (Value) -> Bool
    ) -> Value? {
        guard case .known(let value, let at) = known else {
            list.add(rule, .word("unknown"), passed: false)
            return nil
        }
        guard isPossible(value) else {
            list.add(rule, .word("impossible"), passed: false)
            return nil
        }
        let elapsed = Measure.number((now - at).seconds)
        guard let age else {
            list.add(rule, elapsed, passed: true)
            return value
        }
        let isFresh = now - at <= age
        list.add(rule, elapsed, limit: .number(age.seconds), passed: isFresh)
        return isFresh ? value : nil
    }
}

extension Tick {
    /// Positive prices and a book that is not crossed.
    var isPossible: Bool { mark.isPositive && bid.isPositive && bid <= ask }
}
