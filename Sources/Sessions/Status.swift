import Kraken
import Market
public import Operations
import Risk
import Strategy
public import Trading
import Venue
import Wire

/// How a session stands, as JSON: what `trident status` reads.
public enum Status {
    public static func json(
        _ runtime: Runtime, mode: String, account: String
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.object {
            $0.field("schema", "trident-status-1")
            $0.field("time", runtime.now.description)
            $0.field("mode", mode)
            $0.field("account", account)
            $0.field("phase", runtime.phase.name)
            $0.name("entries_ended")
            $0.bool(runtime.hasEnded(flat: false))
            $0.name("flat")
            $0.bool(runtime.hasEnded(flat: true))
            $0.name("hold")
            let causes = runtime.phase.causes
            $0.array { for cause in causes { $0.string(cause.text) } }
            if let trader = runtime.trader {
                $0.put(trader, prices: runtime.latestTicks, of: runtime.terms)
                $0.field("drawdown", trader.ledger.drawdown.description)
                $0.field("day_result", trader.dayResult?.description)
                $0.name("limits")
                $0.array { for reading in trader.readings { $0.put(reading) } }
                $0.name("blocks")
                $0.array { for block in trader.blocks { $0.put(block) } }
                $0.name("naked_seconds")
                $0.number("\(trader.nakedTime(at: runtime.now).seconds)")
            }
            $0.name("lines")
            $0.array {
                for (line, health) in runtime.lines {
                    $0.object {
                        $0.field("line", line.name)
                        $0.field("health", health.name)
                        $0.field("since", health.since?.description)
                    }
                }
            }
            $0.field("reconciled", runtime.lastReconciled?.description)
            $0.name("decisions")
            $0.array { for decision in runtime.recent.decisions.suffix(8) { $0.string(decision.line) } }
        }
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func field(_ key: String, _ text: String?) {
        name(key)
        if let text { string(text) } else { null() }
    }

    fileprivate mutating func put(_ trader: Trader, prices: [Tick], of terms: [Instrument]) {
        field("safety", trader.safety.name)
        field("safety_reason", trader.safety.reason?.rawValue)
        name("trades")
        integer(trader.trades)
        let account = trader.account.value
        field("equity", account?.equity.description)
        field("balance", account?.balance.description)
        field("initial_margin", account?.initialMargin.description)
        field("account_time", account?.time.description)
        name("positions")
        array { for position in trader.positions { $0.put(position) } }
        name("orders")
        array { for order in trader.liveOrders { $0.put(order) } }
        name("prices")
        array {
            for tick in prices {
                $0.object {
                    $0.field("instrument", tick.instrument.description)
                    $0.field("mark", tick.mark.description)
                    $0.field("index", tick.index.description)
                    $0.field("tick", terms.first { $0.id == tick.instrument }?.tick.description)
                    $0.field("time", tick.time.description)
                }
            }
        }
    }

    fileprivate mutating func put(_ reading: RiskReading) {
        object {
            $0.field("metric", reading.metric.rawValue)
            $0.field("value", reading.value == .none ? nil : reading.value.description)
            $0.field("warn", reading.warn.description)
            $0.field("halt", reading.halt.description)
            $0.field("severity", "\(reading.severity)")
        }
    }

    fileprivate mutating func put(_ block: RiskBlock) {
        object {
            $0.field("rule", block.rule.rawValue)
            $0.field("instrument", block.instrument?.description)
            $0.field("until", block.until.description)
        }
    }

    private mutating func put(_ position: PositionStanding) {
        object {
            $0.field("instrument", position.instrument.description)
            $0.field("side", position.side.description)
            $0.field("quantity", position.quantity.description)
            $0.field("entering", position.entering.description)
            $0.field("entry_price", position.entryPrice?.description)
            $0.field("mark", position.mark.description)
            $0.field("stop", position.stop.description)
            $0.field("protected", position.protected.description)
            $0.field("unrealised", position.unrealised.description)
            $0.field("liquidation_price", position.liquidationPrice?.description)
            $0.field("liquidation_distance", position.liquidationDistance?.description)
            $0.field("opened_at", position.openedAt?.description)
            $0.name("closing")
            $0.bool(position.isClosing)
        }
    }

    private mutating func put(_ order: Order) {
        object {
            $0.field("id", order.id.description)
            $0.field("instrument", order.instrument.description)
            $0.field("role", "\(order.role)")
            $0.field("side", order.side.description)
            $0.field("quantity", order.quantity.description)
            $0.field("price", order.kind.price?.description)
            $0.name("reduce_only")
            $0.bool(order.reduceOnly)
        }
    }
}

extension FeedWatch.Health {
    fileprivate var name: String {
        switch self {
        case .recovering: "recovering"
        case .healthy: "healthy"
        case .silent: "silent"
        case .stale: "stale"
        }
    }

    fileprivate var since: Timestamp? {
        switch self {
        case .recovering, .healthy: nil
        case .silent(let since), .stale(let since): since
        }
    }
}

extension Phase {
    /// Why nothing may be opened; empty when it may, or when the session has not come so far.
    public var causes: [HoldCause] {
        switch self {
        case .hold(let causes): causes.sorted()
        case .initialising, .syncing, .reconciling, .ready, .stopping, .ended: []
        }
    }
}

extension SafetyState {
    public var reason: HaltReason? {
        switch self {
        case .ready: nil
        case .halted(let reason), .flattening(let reason): reason
        }
    }
}

extension Decision {
    /// One line for people.
    public var line: String {
        let outcome =
            switch verdict {
            case .taken(let quantity, let entry, let stop): "taken, \(quantity) at \(entry), stop \(stop)"
            case .refused(let stage, let reason): "refused by \(stage.rawValue): \(reason)"
            }
        return "\(time) \(pair) \(side) \(setup.rawValue): \(outcome)"
    }
}

extension OrderKind {
    /// The limit or trigger price; nil at market.
    fileprivate var price: Price? {
        switch self {
        case .limit(let price), .postOnly(let price): price
        case .market: nil
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): trigger
        }
    }
}
