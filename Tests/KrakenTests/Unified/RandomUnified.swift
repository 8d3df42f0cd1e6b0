import Kraken
import Market
import TestSupport
import Venue
import Wire

/// Messages of the unified surface with any content, for round trips.
enum RandomUnified {
    typealias Generator = SeededGenerator
    typealias R = RandomMessages

    static func word<Word: WireWord>(_ generator: inout Generator) -> Word {
        Word.allCases.randomElement(using: &generator)!
    }

    static func delivery(_ generator: inout Generator) -> SpotDelivery {
        Bool.random(using: &generator) ? .snapshot : .update
    }

    static func order(_ instrument: InstrumentID, inBatch: Bool, _ generator: inout Generator) -> Unified.AddOrder {
        .init(
            word(&generator), instrument, R.side(&generator), quantity: R.amount(&generator),
            limitPrice: R.maybe(&generator, R.amount),
            trigger: R.maybe(&generator) { .init(word(&$0), R.amount(&$0)) },
            timeInForce: R.maybe(&generator, word), postOnly: Bool.random(using: &generator),
            reduceOnly: Bool.random(using: &generator), clientID: R.maybe(&generator, R.id),
            deadline: inBatch ? nil : R.maybe(&generator, R.time), validate: !inBatch && Bool.random(using: &generator))
    }

    static func subscription(_ generator: inout Generator) -> Unified.Subscription {
        let instruments = [R.instrument(&generator)]
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return .book(instruments, depth: 100)
        case 1: return .candles(instruments, minutes: 60, word(&generator))
        case 2: return .executions
        case 3: return .positionsWithMargin
        case 4: return .init(.ledgers)
        default: return .init(.ticker, instruments, snapshot: Bool.random(using: &generator))
        }
    }

    static func request(_ generator: inout Generator) -> Unified.Request {
        let instrument = R.instrument(&generator)
        let action: Unified.Request.Action
        switch Int.random(in: 0..<11, using: &generator) {
        case 0: action = .subscribe(subscription(&generator))
        case 1: action = .unsubscribe(subscription(&generator))
        case 2: return .init(.ping, id: 5)
        case 3:
            action = .amendOrder(
                .init(
                    R.reference(&generator), quantity: R.maybe(&generator, R.amount),
                    limitPrice: R.maybe(&generator, R.amount), triggerPrice: R.maybe(&generator, R.amount),
                    postOnly: R.maybe(&generator) { Bool.random(using: &$0) }, deadline: R.maybe(&generator, R.time)))
        case 4: action = .cancelOrders(orders: [R.id(&generator), R.id(&generator)])
        case 5: action = .cancelClientOrders([R.id(&generator)])
        case 6: action = .batchCancel(orders: [R.id(&generator)], clientIDs: [R.id(&generator)])
        case 7: action = .cancelAll
        case 8:
            action = .cancelAllOrdersAfter(
                seconds: Int64.random(in: 0...86_399, using: &generator),
                namesAssetClass: Bool.random(using: &generator))
        case 9:
            let orders = (0..<3).map { _ in order(instrument, inBatch: true, &generator) }
            action = .batchAdd(.init(instrument, orders, deadline: R.maybe(&generator, R.time), validate: true))
        default: action = .addOrder(order(instrument, inBatch: false, &generator))
        }
        return .init(
            action, token: R.maybe(&generator) { Redacted(R.id(&$0)) },
            id: R.maybe(&generator) { Int64.random(in: 0...1_000_000, using: &$0) })
    }

    static func execution(_ generator: inout Generator) -> Unified.Execution {
        var execution = Unified.Execution(R.id(&generator), word(&generator), time: R.time(&generator))
        execution.clientID = R.maybe(&generator, R.id)
        execution.state = R.maybe(&generator) { .known(word(&$0)) }
        execution.instrument = R.maybe(&generator, R.instrument)
        execution.side = R.maybe(&generator, R.side)
        execution.orderType = R.maybe(&generator) { .known(word(&$0)) }
        execution.quantity = R.maybe(&generator, R.amount)
        execution.limitPrice = R.maybe(&generator, R.amount)
        execution.timeInForce = R.maybe(&generator) { .known(word(&$0)) }
        execution.reduceOnly = R.maybe(&generator) { Bool.random(using: &$0) }
        execution.trigger = R.maybe(&generator) { .init(word(&$0), price: R.amount(&$0), isTriggered: false) }
        execution.filled = R.maybe(&generator, R.amount)
        execution.executionID = R.maybe(&generator, R.id)
        execution.lastQuantity = R.maybe(&generator, R.amount)
        execution.lastPrice = R.maybe(&generator, R.amount)
        execution.liquidity = R.maybe(&generator) { Bool.random(using: &$0) ? .maker : .taker }
        execution.fees = Bool.random(using: &generator) ? [.init(asset: "USD", amount: R.signed(&generator))] : []
        execution.reason = R.maybe(&generator, R.text)
        execution.extra = extra(&generator)
        return execution
    }

    static func extra(_ generator: inout Generator) -> [JSONValue.Member] {
        Bool.random(using: &generator)
            ? [
                .init(
                    "new_member", .object([.init("a", .array([.null, .number("1e3"), .string(R.text(&generator))]))]))
            ] : []
    }

    static func reply(_ generator: inout Generator) -> Unified.Reply {
        var results = Unified.Reply.Results()
        let method: Unified.Method = word(&generator)
        switch method {
        case .ping, .subscribe, .unsubscribe:
            results.channel = .known(word(&generator))
            results.symbol = R.maybe(&generator) { R.instrument(&$0).description }
            results.maximumRateCount = R.maybe(&generator) { Int64.random(in: 1...500, using: &$0) }
            results.warnings = Bool.random(using: &generator) ? [R.text(&generator)] : []
        case .addOrder, .amendOrder, .cancelOrder:
            results.orders = [.init(orderID: R.id(&generator), clientID: R.maybe(&generator, R.id))]
        case .batchAdd: results.orders = [.init(orderID: R.id(&generator)), .init(orderID: R.id(&generator))]
        case .batchCancel, .cancelAll: results.count = Int64.random(in: 0...50, using: &generator)
        case .cancelAllOrdersAfter:
            results.now = R.time(&generator)
            results.trigger = R.maybe(&generator, R.time)
        }
        return .init(
            .known(method), Bool.random(using: &generator) ? .accepted(results) : .refused(R.text(&generator)),
            id: R.maybe(&generator) { Int64.random(in: 0...9, using: &$0) }, received: R.maybe(&generator, R.time),
            sent: R.maybe(&generator, R.time))
    }

    static func frame(_ generator: inout Generator) -> Unified.Frame {
        let instrument = R.instrument(&generator)
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: return .reply(reply(&generator))
        case 1: return .pong(id: 3, received: R.maybe(&generator, R.time), sent: R.maybe(&generator, R.time))
        case 2:
            var ticker = Unified.Ticker(instrument)
            ticker.bid = R.maybe(&generator, R.amount)
            ticker.askSize = R.maybe(&generator, R.amount)
            ticker.volume = R.maybe(&generator) { Double(Int.random(in: 0...1000, using: &$0)) / 8 }
            ticker.time = R.maybe(&generator, R.time)
            ticker.extra = extra(&generator)
            return .ticker(delivery(&generator), [ticker])
        case 3:
            return .trades(
                delivery(&generator),
                [
                    .init(
                        instrument, id: 4, side: R.side(&generator), price: R.amount(&generator),
                        quantity: R.amount(&generator), orderType: "limit", time: R.time(&generator))
                ])
        case 4:
            var candle = Unified.Candle(
                instrument, openTime: R.time(&generator), interval: 60, open: R.amount(&generator),
                high: R.amount(&generator), low: R.amount(&generator), close: R.amount(&generator))
            candle.tickType = R.maybe(&generator) { .known(word(&$0)) }
            candle.trades = 3
            return .candles(delivery(&generator), [candle])
        case 5:
            return .executions(delivery(&generator), (0..<3).map { _ in execution(&generator) }, sequence: 8)
        case 6:
            var position = Unified.Position(
                instrument, size: R.signed(&generator), entryPrice: R.maybe(&generator, R.amount))
            position.side = R.maybe(&generator, R.side)
            position.extra = extra(&generator)
            return .positions(delivery(&generator), .init([position]))
        case 7:
            return .margin(.init(.multiCollateral, [.init("portfolio_value", .number("1.5"))] + extra(&generator)))
        case 8:
            var balance = Unified.Balance(asset: "USD", balance: R.signed(&generator))
            balance.amount = R.maybe(&generator, R.signed)
            balance.wallets = [.init(type: "futures", id: R.maybe(&generator, R.text), balance: R.amount(&generator))]
            return .balances(delivery(&generator), [balance], sequence: R.maybe(&generator) { _ in 2 })
        case 9: return .ledgers([.init(extra(&generator))], sequence: 12)
        case 10:
            return .instruments(
                delivery(&generator),
                [
                    .init(
                        instrument, tick: R.amount(&generator), lot: R.amount(&generator), minimum: R.amount(&generator)
                    )
                ])
        default:
            return .book(
                delivery(&generator),
                [
                    .init(
                        symbol: instrument.symbol,
                        bids: [.init(price: R.amount(&generator), quantity: R.amount(&generator))], asks: [],
                        checksum: 17, time: R.maybe(&generator, R.time))
                ])
        }
    }
}
