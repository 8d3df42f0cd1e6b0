import Market
import Risk
import Venue

/// Holds the balance against the books whenever nothing is at stake. What trades and funding do not explain came in or
/// went out by somebody's hand: neither a profit nor a loss. Until that is settled nothing is entered.
struct CashAudit: Sendable {
    /// Less than this share of equity is funding or rounding that nobody told, and counts as a result. [0.5 %]
    static let share = Rate.basisPoints(50)
    /// How long a difference must stay: late news may explain it. [10 s]
    static let grace = Interval.seconds(10)

    enum Verdict: Sendable {
        case agrees
        /// Not to be judged by: it may be a flow.
        case suspect
        /// A deposit (positive) or a withdrawal.
        case flow(Money, since: Agreement)
    }

    /// When balance and books agreed last.
    struct Agreement: Sendable {
        var balance: Money
        /// All that trades and funding had made.
        var results: Money
        var ledger: RiskLedger

        func expected(with results: Money) -> Money { balance + (results - self.results) }
    }

    private var agreement: Agreement?
    private var suspicion: (difference: Money, since: Timestamp)?

    /// When a difference that stays is taken for a flow; nil without one.
    var suspicionDue: Timestamp? { suspicion.map { $0.since + Self.grace } }

    /// Something was closed or opened that the books do not know the price of: the next balance is believed.
    mutating func forget() {
        agreement = nil
        suspicion = nil
    }

    mutating func begin(_ agreement: Agreement) {
        self.agreement = agreement
        suspicion = nil
    }

    /// To be asked when nothing is held, ordered or under way, and no booking is later than the report.
    mutating func judge(_ report: AccountReport, results: Money, at now: Timestamp) -> Verdict {
        guard let last = agreement else {
            return .agrees
        }
        let difference = report.balance - last.expected(with: results)
        let least = report.balance.magnitude.times(Self.share, .up)
        guard difference.magnitude > least else {
            return .agrees
        }
        guard let suspicion, (suspicion.difference - difference).magnitude <= least else {
            self.suspicion = (difference, now)
            return .suspect
        }
        guard now - suspicion.since >= Self.grace else { return .suspect }
        return .flow(difference, since: last)
    }
}

extension Trader {
    /// Takes a report's equity into account; false while it is not known what it is.
    mutating func observeEquity(_ report: AccountReport, into outcome: inout Outcome) -> Bool {
        guard isAtRest, report.initialMargin.isZero, report.unrealised.isZero, report.time >= lastBooking else {
            ledger.observe(equity: report.equity, at: now)
            return true
        }
        switch cash.judge(report, results: results, at: now) {
        case .suspect: return false
        case .agrees: break
        case .flow(let amount, let before):
            ledger.recordCashFlow(
                amount, since: before.ledger, expected: before.expected(with: results), at: now)
            let what = amount.isNegative ? "a withdrawal" : "a deposit"
            record(
                "the balance changed by \(amount) without a trade of ours: taken for \(what), drawdown and daily loss stay",
                into: &outcome)
        }
        ledger.observe(equity: report.equity, at: now)
        cash.begin(CashAudit.Agreement(balance: report.balance, results: results, ledger: ledger))
        return true
    }
}
