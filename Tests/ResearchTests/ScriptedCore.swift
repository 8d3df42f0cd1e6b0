import Market
import Research
import Strategy
import Trading
import Venue

/// Sends given orders at the close of given candles, keeps every event, and writes one trade when it is flat again.
struct ScriptedCore: TradingCore {
    /// Order to send when the candle that opens at this time has closed.
    var script: [(after: Timestamp, order: Order)] = []
    var writesTrades = true
    var events: [Event] = []
    var fills: [Fill] = []
    var funding = Money.zero
    var mark = Price.zero
    var unattributedFunding = Money.zero

    mutating func handle(_ event: Event, into outcome: inout Outcome) {
        events.append(event)
        switch event.fact {
        case .candleClosed(_, let candle):
            for step in script where step.after == candle.openTime { outcome.commands.append(.place(step.order)) }
        case .ticked(let tick): mark = tick.mark
        case .venue(.filled(let fill)):
            fills.append(fill)
            if held == 0, writesTrades {
                outcome.notes.append(.closed(trade(at: fill.time)))
                fills = []
                funding = .zero
            }
        case .venue(.funding(let payment)): funding += payment.amount
        case .venue, .instrumentListed, .candleRemembered, .candlesForgotten, .clock, .commanded, .permitted,
            .safetyRestored, .carriedOver:
            break
        }
    }

    mutating func endOfData(at time: Timestamp) -> [Trade] {
        guard held != 0, let first = fills.first else { return [] }
        fills.append(
            Fill(
                id: 0, order: first.order, instrument: first.instrument, side: first.side.opposite,
                quantity: Quantity(raw: abs(held)), price: mark, fee: money("0.25"), liquidity: .taker, cause: .order,
                time: time))
        return [trade(at: time)]
    }

    private var held: Int64 { fills.reduce(0) { $0 + $1.quantity.raw * $1.side.sign } }

    private func trade(at time: Timestamp) -> Trade {
        let first = fills[0]
        let cash = fills.reduce(Money.zero) { $0 + ($1.side == .long ? -$1.notional : $1.notional) }
        return Trade(
            id: TradeID(1), setupID: SetupID(1), instrument: first.instrument, pair: bitcoin, side: first.side,
            setup: .emaCross, decidedAt: first.time, openedAt: first.time, closedAt: time, quantity: first.quantity,
            entryPrice: first.price, exitPrice: fills[fills.count - 1].price, initialStop: first.price,
            exitReason: .stopLoss, gross: cash, fees: fills.reduce(.zero) { $0 + $1.fee }, funding: funding,
            risk: money("100"), maeR: 0, mfeR: 0, naked: .zero,
            legs: fills.map {
                TradeLeg(
                    time: $0.time, role: .entry, quantity: $0.quantity, price: $0.price, fee: $0.fee,
                    liquidity: $0.liquidity)
            }, stops: [], targets: [], drawings: [])
    }
}

func marketOrder(_ sequence: UInt32, _ side: Side, _ size: String = "1", reduceOnly: Bool = false) -> Order {
    Order(
        id: OrderID(setup: 1, role: .entry, sequence: sequence), instrument: instrument(bitcoin).id, side: side,
        quantity: quantity(size), kind: .market, reduceOnly: reduceOnly, role: .entry)
}
