import Exchange
import Market
import TestSupport
import Testing
import Venue

/// A second, slow model of the venue in binary floating point: one contract, one position, the path as an array of
/// fine steps, every order looked at on every step. It shares no code with the exchange.
private struct NaiveVenue {
    struct Resting {
        var buy: Bool
        var quantity: Double
        var price: Double
        var kind: Int  // 0 limit, 1 stop, 2 take profit
        var reduceOnly: Bool
    }
    var cash: Double
    var held = 0.0
    var entry = 0.0
    var resting: [Resting] = []
    var fees = 0.0
    var paidFunding = 0.0
    var accrued = 0.0

    mutating func trade(_ buy: Bool, _ quantity: Double, _ price: Double, _ rate: Double) {
        cash += accrued
        paidFunding += accrued
        accrued = 0
        fees += quantity * price * rate
        cash -= quantity * price * rate
        let signed = buy ? quantity : -quantity
        if held * signed >= 0 {
            entry = (entry * abs(held) + price * quantity) / (abs(held) + quantity)
            held += signed
            return
        }
        let closing = min(quantity, abs(held))
        cash += (price - entry) * closing * (held > 0 ? 1 : -1)
        held += signed
        if abs(held) < 1e-9 { held = 0 }
        if held != 0, (held > 0) == buy { entry = price }
        resting.removeAll { $0.reduceOnly && (held == 0 || $0.buy == (held > 0)) }
    }

    func reached(_ order: Resting, _ price: Double) -> Bool {
        let falls = order.kind == 1 ? !order.buy : order.buy
        return falls ? price <= order.price : price >= order.price
    }

    /// Walks one segment in whole dollars: every order price is a whole dollar, so none is jumped over.
    mutating func walk(_ from: Double, _ to: Double) {
        let steps = max(1, Int(abs(to - from)))
        for step in 0...steps {
            let price = from + (to - from) * Double(step) / Double(steps)
            while let place = resting.indices.first(where: { resting[$0].kind == 1 && reached(resting[$0], price) })
                ?? resting.indices.first(where: { reached(resting[$0], price) })
            {
                let order = resting.remove(at: place)
                let most = order.reduceOnly ? (order.buy ? max(0, -held) : max(0, held)) : order.quantity
                let quantity = min(order.quantity, most)
                if quantity > 0 {
                    trade(order.buy, quantity, order.kind == 0 ? order.price : price, order.kind == 0 ? 0.0002 : 0.0005)
                }
            }
        }
    }
}

struct DifferentialTests {
    /// Market entries, limits, stops and targets over bars with gaps, against the slow model: fills, fees, funding, cash,
    /// position, margin.
    @Test func agreesWithASlowSecondModel() {
        var fills = 0
        for seed in 0..<400 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
            var desk = Desk(setting(), [contract()], balance: "100000", duration: .minutes(30))
            var naive = NaiveVenue(cash: 100_000)
            var centre = 1000
            for number in 0..<12 {
                let open = centre + (pick(0...3) == 0 ? pick(-12...12) : 0)
                let close = open + pick(-8...8)
                let (high, low) = (max(open, close) + pick(0...6), min(open, close) - pick(0...6))
                // Sent at the close before: markets trade at the open, the rest waits beyond it.
                if number == 0 || pick(0...3) == 0 {
                    let buy = pick(0...1) == 0
                    let quantity = pick(1...9)
                    desk.send(buy ? .long : .short, "\(quantity)", .market)
                    naive.walk(Double(open), Double(open))
                    naive.trade(buy, Double(quantity), Double(open), 0.0005)
                } else {
                    naive.walk(Double(open), Double(open))
                }
                if naive.held != 0, pick(0...1) == 0 {
                    let kind = pick(0...2)
                    // The closing side, on the side of the market where this kind waits; stops below a long.
                    let buy = naive.held < 0
                    let away = pick(1...9) * (kind == 1 ? -1 : 1) * (naive.held > 0 ? 1 : -1)
                    let price = open + away
                    let quantity = pick(1...9)
                    let level = at("\(price)")
                    let kinds: [OrderKind] = [
                        .limit(level), .stopMarket(trigger: level, .last), .takeProfitMarket(trigger: level, .last),
                    ]
                    desk.send(buy ? .long : .short, "\(quantity)", kinds[kind], reduceOnly: true)
                    naive.resting.append(
                        .init(buy: buy, quantity: Double(quantity), price: Double(price), kind: kind, reduceOnly: true))
                }
                let rate = Double(pick(-3...3)) / 10_000
                desk.bar(prices(open, high, low, close), funding: "\(Decimal4(rate))")
                let falls = close < open
                let path = [open, falls ? high : low, falls ? low : high, close].map(Double.init)
                for segment in 0..<3 { naive.walk(path[segment], path[segment + 1]) }
                centre = close
                compare(desk, naive, Double(close), seed)
                // Funding has tests of its own to the last unit; here the two cashes part by what was paid.
                naive.cash += (desk.exchange.totals.funding.double - naive.paidFunding)
                naive.paidFunding = desk.exchange.totals.funding.double
            }
            fills += desk.fills.count
        }
        #expect(fills > 1500)
    }

    private func compare(_ desk: Desk, _ naive: NaiveVenue, _ mark: Double, _ seed: UInt64) {
        let exchange = desk.exchange
        let position = desk.position
        let held = position.side == .long ? position.quantity.double : -position.quantity.double
        #expect(abs(held - naive.held) < 1e-9, "seed \(seed)")
        #expect(abs(exchange.totals.fees.double - naive.fees) < 1e-5, "seed \(seed)")
        let funding = exchange.totals.funding.double - naive.paidFunding
        #expect(abs(exchange.balance.double - naive.cash - funding) < 1e-5, "seed \(seed)")
        #expect(exchange.openOrders.count == naive.resting.count, "seed \(seed)")
        let margin = abs(naive.held) * naive.entry
        #expect(abs(exchange.account.initialMargin.double - 0.02 * margin) < 1e-4, "seed \(seed)")
        #expect(abs(exchange.account.maintenanceMargin.double - 0.01 * margin) < 1e-4, "seed \(seed)")
    }

    /// The funding of a whole random day against the sum over its minutes.
    @Test func fundingAgreesWithASumOverMinutes() {
        var generator = SeededGenerator(seed: 9)
        var desk = Desk(setting(), [contract(maker: "0", taker: "0")], balance: "1000000")
        var expected = 0.0
        var held = 0
        for hour in 0..<12 {
            let fixing = Int.random(in: 900...1100, using: &generator)
            let rate = Int.random(in: -20...20, using: &generator)
            for minute in 0..<60 {
                if Int.random(in: 0..<20, using: &generator) == 0 {
                    let change = Int.random(in: 1...5, using: &generator)
                    let isBuy = Bool.random(using: &generator)
                    desk.send(isBuy ? .long : .short, "\(change)", .market)
                    held += isBuy ? change : -change
                }
                let price = minute == 0 ? fixing : Int.random(in: 900...1100, using: &generator)
                desk.bar(prices(price, price, price, price), funding: "\(Decimal4(Double(rate) / 10_000))")
                expected -= Double(held * fixing) * Double(rate) / 10_000 / 60
            }
            #expect(abs(desk.exchange.totals.funding.double - expected) < 1e-5, "hour \(hour)")
        }
    }
}

/// A small number as decimal text without an exponent.
private struct Decimal4: CustomStringConvertible {
    let value: Int
    init(_ value: Double) { self.value = Int((value * 10_000).rounded()) }
    var description: String {
        let digits = String(10_000 + abs(value)).dropFirst()
        return (value < 0 ? "-" : "") + "0." + digits
    }
}
