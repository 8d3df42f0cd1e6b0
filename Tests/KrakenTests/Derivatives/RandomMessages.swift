import Kraken
import Market
import TestSupport
import Venue
import Wire

/// Messages with any content, for round trips.
enum RandomMessages {
    typealias Generator = SeededGenerator

    static func text(_ generator: inout Generator) -> String {
        let letters = Array("abcXYZ0189-_.:&=+%/ \"\\{}é€\u{1}")
        return String(
            (0..<Int.random(in: 1...12, using: &generator)).map { _ in letters.randomElement(using: &generator)! })
    }

    static func id(_ generator: inout Generator) -> String {
        OrderID(high: generator.next(), low: generator.next()).description
    }

    static func maybe<Value>(_ generator: inout Generator, _ value: (inout Generator) -> Value) -> Value? {
        Bool.random(using: &generator) ? value(&generator) : nil
    }

    static func instrument(_ generator: inout Generator) -> InstrumentID {
        InstrumentID(["PF_XBTUSD", "PF_ETHUSD", "FF_XBTUSD_261225", "PI_XBTUSD"].randomElement(using: &generator)!)!
    }

    static func side(_ generator: inout Generator) -> Side { Bool.random(using: &generator) ? .long : .short }

    /// From the smallest unit to the largest that fits.
    static func amount<Amount: FixedPoint>(_ generator: inout Generator) -> Amount {
        Amount(raw: Int64.random(in: 1...Int64.max, using: &generator) >> Int64.random(in: 0...62, using: &generator))
    }

    static func signed<Amount: FixedPoint>(_ generator: inout Generator) -> Amount {
        let value: Amount = amount(&generator)
        return Bool.random(using: &generator) ? value : -value
    }

    static func time(_ generator: inout Generator) -> Timestamp {
        Timestamp(milliseconds: Int64.random(in: 1_500_000_000_000...1_900_000_000_000, using: &generator))
    }

    static func reference(_ generator: inout Generator) -> Derivatives.OrderReference {
        Bool.random(using: &generator) ? .order(id(&generator)) : .client(text(&generator))
    }

    static func order(_ generator: inout Generator) -> Derivatives.SendOrder {
        Derivatives.SendOrder(
            Derivatives.OrderType.allCases.randomElement(using: &generator)!, instrument(&generator), side(&generator),
            size: amount(&generator), limitPrice: maybe(&generator, amount), stopPrice: maybe(&generator, amount),
            trigger: maybe(&generator) { Derivatives.TriggerSignal.allCases.randomElement(using: &$0)! },
            clientID: maybe(&generator, text), reduceOnly: Bool.random(using: &generator),
            trailing: maybe(&generator) { .init(deviation: amount(&$0), unit: .percent) },
            processBefore: maybe(&generator, time))
    }

    static func edit(_ generator: inout Generator, inBatch: Bool = false) -> Derivatives.EditOrder {
        Derivatives.EditOrder(
            reference(&generator), size: maybe(&generator, amount), limitPrice: maybe(&generator, amount),
            stopPrice: maybe(&generator, amount), sizeIsTotal: Bool.random(using: &generator),
            processBefore: inBatch ? nil : maybe(&generator, time))
    }

    static func history(_ generator: inout Generator) -> Derivatives.HistoryQuery {
        .init(
            since: maybe(&generator, time), before: maybe(&generator, time),
            ascending: Bool.random(using: &generator), continuation: maybe(&generator, text),
            count: maybe(&generator) { Int64.random(in: 1...1000, using: &$0) },
            instrument: maybe(&generator, instrument))
    }

    static func log(_ generator: inout Generator) -> Derivatives.AccountLogQuery {
        .init(
            since: maybe(&generator, time), before: maybe(&generator, time),
            from: maybe(&generator) { Int64.random(in: 1...1000, using: &$0) }, to: nil,
            ascending: Bool.random(using: &generator),
            count: maybe(&generator) { Int64.random(in: 1...100_000, using: &$0) },
            info: Bool.random(using: &generator) ? ["funding rate change", text(&generator)] : [])
    }

    static func chart(_ generator: inout Generator) -> Derivatives.ChartQuery {
        func whole(_ generator: inout Generator) -> Timestamp { Timestamp(seconds: time(&generator).seconds) }
        return .init(
            Derivatives.ChartTick.allCases.randomElement(using: &generator)!, instrument(&generator),
            Derivatives.ChartResolution.allCases.randomElement(using: &generator)!, from: maybe(&generator, whole),
            to: maybe(&generator, whole), count: maybe(&generator) { Int64.random(in: 1...2000, using: &$0) })
    }

    static func batch(_ generator: inout Generator) -> Derivatives.BatchOrder {
        let count = Int.random(in: 1...4, using: &generator)
        let instructions = (0..<count).map { index -> Derivatives.BatchOrder.Instruction in
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: .send(order(&generator), tag: "\(index)")
            case 1: .edit(edit(&generator, inBatch: true))
            default: .cancel(reference(&generator))
            }
        }
        return .init(instructions, processBefore: maybe(&generator, time))
    }

    static func request(_ generator: inout Generator) -> Derivatives.Request {
        switch Int.random(in: 0..<30, using: &generator) {
        case 0: .instruments
        case 1: .accountInstruments
        case 2: .instrumentStatuses
        case 3: .instrumentStatus(instrument(&generator))
        case 4: .tickers
        case 5: .ticker(instrument(&generator))
        case 6: .orderBook(instrument(&generator))
        case 7: .trades(instrument(&generator), before: maybe(&generator, time))
        case 8: .fundingRates(instrument(&generator))
        case 9: .charts(chart(&generator))
        case 10: .editOrder(edit(&generator))
        case 11: .cancelOrder(.init(reference(&generator), processBefore: maybe(&generator, time)))
        case 12: .cancelAllOrders(maybe(&generator, instrument))
        case 13: .cancelAllOrdersAfter(seconds: Int64.random(in: 0...86_400, using: &generator))
        case 14: .openOrders
        case 15: .orderStatuses([reference(&generator), reference(&generator)])
        case 16: .openPositions
        case 17: .accounts
        case 18: .fills(before: maybe(&generator, time))
        case 19: .leveragePreferences
        case 20: .setLeveragePreference(instrument(&generator), maximum: maybe(&generator, amount))
        case 21: .notifications
        case 22: .keyCheck
        case 23: .executionHistory(history(&generator))
        case 24: .orderHistory(history(&generator))
        case 25: .triggerHistory(history(&generator))
        case 26: .accountLog(log(&generator))
        case 27: .marketExecutions(instrument(&generator), history(&generator))
        case 28: .batchOrder(batch(&generator))
        default: .sendOrder(order(&generator))
        }
    }
}
