import Exchange
import Market
import Venue

/// Watches the account at every bar's close while something is held, and keeps a point for every hour.
struct EquityRecorder: Sendable {
    private(set) var points: [EquityPoint] = []
    private(set) var minLiquidationDistance: Rate?
    private(set) var maxLeverage = Rate.zero

    private var peak: Money
    private var balance: Money
    private var unrealised = Money.zero
    private var margin = Money.zero
    private var leverage = Rate.zero
    /// Since the last point.
    private var worstDrawdown = Rate.zero
    /// Equity from which on `worstDrawdown` holds, with the peak as it is: a division saved on nearly every bar.
    private var lowest: Money
    private var nextSample: Timestamp
    /// Per market, whether something was held at the last close.
    private var wasHeld: [Bool]
    private var wasHolding = false

    init(initial: Money, start: Timestamp, end: Timestamp, markets: Int) {
        peak = initial
        balance = initial
        lowest = initial
        nextSample = start.floor(to: .hours(1)) + .hours(1)
        wasHeld = Array(repeating: false, count: markets)
        points.reserveCapacity(Int((end - start).hours) + 3)
        push(start)
    }

    /// A step that opens at `time` begins: hours that ended in a gap before it are marked with what was known.
    @inline(__always)
    mutating func begin(at time: Timestamp) {
        if time >= nextSample + .hours(1) || (time > nextSample && time.floor(to: .hours(1)) == nextSample) {
            push(nextSample)
            nextSample = time.floor(to: .hours(1)) + .hours(1)
        }
    }

    /// The step's close. `isHolding` is whether anything was held in the step or is held now.
    @inline(__always)
    mutating func close(at time: Timestamp, _ exchange: SimulatedExchange) {
        let isHolding = exchange.hasPositions
        if isHolding || wasHolding || exchange.balance != balance { look(exchange, isHolding) }
        if time >= nextSample {
            push(time)
            nextSample = time.floor(to: .hours(1)) + .hours(1)
        }
    }

    /// Steps that close before this instant leave nothing here: nothing is held, the account is as it was when last seen
    /// and no hour ends. In the distant past when they do.
    func quietUntil(_ exchange: SimulatedExchange) -> Timestamp {
        wasHolding || exchange.hasPositions || exchange.balance != balance ? .distantPast : nextSample
    }

    /// A look in the middle of a bar, when the venue reports a position.
    mutating func look(_ exchange: SimulatedExchange, atFill report: PositionReport) {
        guard report.quantity.isPositive else { return }
        take(exchange.account)
        measure(exchange, extremes: false)
    }

    private mutating func look(_ exchange: SimulatedExchange, _ isHolding: Bool) {
        take(exchange.account)
        leverage = .zero
        if isHolding { measure(exchange, extremes: true) }
        wasHolding = isHolding
    }

    private mutating func take(_ account: AccountReport) {
        balance = account.balance
        unrealised = account.unrealised
        margin = account.initialMargin
        let equity = account.equity
        if equity > peak {
            peak = equity
            lowest = equity
        }
        guard equity < lowest else { return }
        lowest = equity
        let fall = (peak - equity).ratio(to: peak) ?? .zero
        if fall > worstDrawdown { worstDrawdown = fall }
    }

    /// Leverage, and how near liquidation was: at the bar's extreme against us where the position was held all along.
    private mutating func measure(_ exchange: SimulatedExchange, extremes: Bool) {
        var gross = Money.zero
        for market in wasHeld.indices {
            let (side, quantity) = exchange.held(market)
            let heldBefore = wasHeld[market]
            if extremes { wasHeld[market] = quantity.isPositive }
            guard quantity.isPositive else { continue }
            let bar = exchange.bar(market).mark
            gross += bar.close.notional(of: quantity, .nearestEven)
            guard extremes, let liquidation = exchange.liquidationPrice(market) else { continue }
            let worst = !heldBefore ? bar.close : side == .long ? bar.low : bar.high
            let room = max(.zero, side == .long ? worst - liquidation : liquidation - worst)
            if let least = minLiquidationDistance, Self.isAtLeast(room, least, of: worst) { continue }
            guard let distance = room.ratio(to: worst) else { continue }
            minLiquidationDistance = min(minLiquidationDistance ?? distance, distance)
        }
        let equity = balance + unrealised
        guard equity.isPositive, let ratio = gross.ratio(to: equity) else { return }
        leverage = ratio
        maxLeverage = max(maxLeverage, ratio)
    }

    /// Whether `part` is no less than `share` of `whole`, which is positive: without a division.
    @inline(__always)
    private static func isAtLeast(_ part: Price, _ share: Rate, of whole: Price) -> Bool {
        Int128(part.raw) * Int128(Rate.scale) >= Int128(share.raw) * Int128(whole.raw)
    }

    private mutating func push(_ time: Timestamp) {
        points.append(
            EquityPoint(
                time: time, balance: balance, unrealised: unrealised, drawdown: worstDrawdown, marginUsed: margin,
                effectiveLeverage: leverage))
        // The next interval begins with the fall that there is now.
        lowest = balance + unrealised
        worstDrawdown = (peak - lowest).ratio(to: peak) ?? .zero
    }

    /// The end: everything was closed at `equity`.
    mutating func finish(at time: Timestamp, equity: Money) {
        take(
            AccountReport(
                balance: equity, unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero, time: time))
        leverage = .zero
        if let last = points.last, last.time == time { points.removeLast() }
        push(time)
    }
}
