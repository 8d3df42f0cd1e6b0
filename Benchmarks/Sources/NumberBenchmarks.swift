import Market
import ReferenceLoops

/// Exact arithmetic against 128-bit integers in C that check and round nothing.
struct NumberBenchmarks {
    let rounds: Int
    private let prices: [Price]
    private let quantities: [Quantity]
    private let repeats = 200

    init(rounds: Int) {
        self.rounds = rounds
        var state: UInt64 = 1
        func next(_ range: Range<Int64>) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Int64(state >> 33) % (range.upperBound - range.lowerBound)
        }
        prices = (0..<4096).map { _ in Price(raw: next(10_000..<100_000) * Price.scale + next(0..<1_000_000)) }
        quantities = (0..<4096).map { _ in Quantity(raw: next(1..<10_000_000)) }
    }

    func run(_ table: inout Table) {
        let prices = prices.map(\.raw)
        let quantities = quantities.map(\.raw)
        let money = zip(self.prices, self.quantities).map { $0.notional(of: $1, .towardZero) }
        let amounts = money.map(\.raw)
        let count = prices.count
        add("notional of a quantity", &table) {
            self.notional()
        } against: {
            reference_notional(prices, quantities, count)
        }
        add("rounding to a tick", &table) {
            self.ticks()
        } against: {
            reference_round(prices, Price.scale, count)
        }
        add("quantity for money", &table) {
            self.quantity(money)
        } against: {
            reference_quotient(amounts, prices, count)
        }
    }

    private func add(
        _ name: String, _ table: inout Table, _ ours: () -> Int64, against reference: () -> Int64
    ) {
        precondition(ours() == reference(), "\(name): the reference computes something else")
        let operations = Double(prices.count * repeats)
        func cost(_ body: () -> Int64) -> Double {
            timed {
                var sum: Int64 = 0
                for _ in 0..<repeats { sum &+= body() }
                keep(sum)
            } / operations
        }
        let measured = measure(rounds) {
            cost(ours)
        } against: {
            cost(reference)
        }
        table.add(Line("numbers: \(name)", "ns", measured, against: "ns C 128 bit"))
    }

    private func notional() -> Int64 {
        var sum: Int64 = 0
        for index in prices.indices { sum &+= prices[index].notional(of: quantities[index], .towardZero).raw }
        return sum
    }

    private func ticks() -> Int64 {
        var sum: Int64 = 0
        let tick = Price(1)
        for price in prices { sum &+= price.rounded(to: tick, .down).raw }
        return sum
    }

    private func quantity(_ money: [Money]) -> Int64 {
        var sum: Int64 = 0
        for index in money.indices { sum &+= money[index].quantity(at: prices[index], .towardZero)?.raw ?? 0 }
        return sum
    }
}
