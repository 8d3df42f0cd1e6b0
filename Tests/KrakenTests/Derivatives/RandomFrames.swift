import Kraken
import Market
import TestSupport
import Venue
import Wire

/// Frames of the stream with any content, for round trips.
enum RandomFrames {
    typealias Generator = SeededGenerator
    typealias R = RandomMessages

    static func word<Word: WireWord>(_ generator: inout Generator) -> Word {
        Word.allCases.randomElement(using: &generator)!
    }

    static func number(_ generator: inout Generator) -> Double {
        Double(Int64.random(in: -1_000_000_000...1_000_000_000, using: &generator)) / 10_000
    }

    static func order(_ generator: inout Generator) -> Derivatives.StreamOrder {
        .init(
            id: R.id(&generator), clientID: R.maybe(&generator, R.text), instrument: R.instrument(&generator),
            side: R.side(&generator), type: word(&generator), remaining: R.amount(&generator),
            filled: R.amount(&generator), limitPrice: R.maybe(&generator, R.amount),
            stopPrice: R.maybe(&generator, R.amount), signal: R.maybe(&generator, word),
            reduceOnly: Bool.random(using: &generator), time: R.time(&generator), updated: R.time(&generator))
    }

    static func fill(_ generator: inout Generator) -> Derivatives.StreamFill {
        .init(
            id: R.id(&generator), orderID: R.id(&generator), clientID: R.maybe(&generator, R.text),
            instrument: R.instrument(&generator), side: R.side(&generator), price: R.amount(&generator),
            quantity: R.amount(&generator), remaining: R.maybe(&generator, R.amount),
            sequence: Int64.random(in: 1...1_000_000, using: &generator), type: word(&generator),
            fee: R.maybe(&generator, R.signed), time: R.time(&generator))
    }

    static func ticker(_ generator: inout Generator) -> Derivatives.StreamTicker {
        var ticker = Derivatives.StreamTicker(R.instrument(&generator), time: R.time(&generator))
        ticker.bid = R.maybe(&generator, R.amount)
        ticker.bidSize = R.maybe(&generator, R.amount)
        ticker.ask = R.maybe(&generator, R.amount)
        ticker.askSize = R.maybe(&generator, R.amount)
        ticker.last = R.maybe(&generator, R.amount)
        ticker.mark = R.maybe(&generator, R.amount)
        ticker.index = R.maybe(&generator, R.amount)
        ticker.absoluteFunding = R.maybe(&generator, R.signed)
        ticker.absoluteFundingPrediction = R.maybe(&generator, R.signed)
        ticker.relativeFunding = R.maybe(&generator, R.signed)
        ticker.relativeFundingPrediction = R.maybe(&generator, R.signed)
        ticker.nextFunding = R.maybe(&generator, R.time)
        ticker.isSuspended = Bool.random(using: &generator)
        ticker.isPostOnly = Bool.random(using: &generator)
        ticker.tag = R.maybe(&generator, R.text)
        ticker.pair = R.maybe(&generator, R.text)
        ticker.leverage = R.maybe(&generator, R.text)
        ticker.open = R.maybe(&generator, R.amount)
        ticker.high = R.maybe(&generator, R.amount)
        ticker.low = R.maybe(&generator, R.amount)
        ticker.volume = R.maybe(&generator, number)
        ticker.quoteVolume = R.maybe(&generator, number)
        ticker.openInterest = R.maybe(&generator, number)
        ticker.change = R.maybe(&generator, number)
        ticker.premium = R.maybe(&generator, number)
        ticker.maturity = R.maybe(&generator, R.time)
        return ticker
    }

    static func trade(_ generator: inout Generator) -> Derivatives.StreamTrade {
        .init(
            instrument: R.instrument(&generator), uid: R.id(&generator), side: R.side(&generator),
            type: word(&generator), sequence: Int64.random(in: 1...1_000_000, using: &generator),
            time: R.time(&generator), quantity: R.amount(&generator), price: R.amount(&generator))
    }

    static func level(_ generator: inout Generator) -> Derivatives.BookLevel {
        .init(price: R.amount(&generator), quantity: R.amount(&generator))
    }

    static func position(_ generator: inout Generator) -> Derivatives.StreamPosition {
        var position = Derivatives.StreamPosition(
            R.instrument(&generator), balance: R.signed(&generator), entryPrice: R.amount(&generator))
        position.mark = R.maybe(&generator, R.amount)
        position.liquidationPrice = R.maybe(&generator, R.amount)
        position.profit = R.maybe(&generator, R.signed)
        position.maintenanceMargin = R.maybe(&generator, R.amount)
        position.effectiveLeverage = R.maybe(&generator, number)
        return position
    }

    static func balances(_ generator: inout Generator) -> Derivatives.StreamBalances {
        var flex = Derivatives.StreamFlex(balance: R.amount(&generator))
        flex.currencies = [
            .init(
                currency: "USD", quantity: R.amount(&generator), value: R.amount(&generator),
                collateral: R.amount(&generator), available: R.amount(&generator), haircut: R.amount(&generator),
                conversionSpread: .zero)
        ]
        flex.initialMarginWithOrders = R.amount(&generator)
        flex.profit = R.signed(&generator)
        return .init(
            isSnapshot: Bool.random(using: &generator),
            holding: R.maybe(&generator) { [.init(currency: R.text(&$0), amount: R.amount(&$0))] },
            flex: Bool.random(using: &generator) ? flex : nil, sequence: 3, time: R.time(&generator))
    }

    static func logEntry(_ generator: inout Generator) -> Derivatives.AccountLogEntry {
        var entry = Derivatives.AccountLogEntry(
            id: 5, time: R.time(&generator), asset: "usd", info: word(&generator), bookingUid: R.id(&generator),
            oldBalance: R.signed(&generator), newBalance: R.signed(&generator))
        entry.instrument = R.maybe(&generator, R.instrument)
        entry.execution = R.maybe(&generator, R.id)
        entry.fee = R.maybe(&generator, R.signed)
        entry.realisedFunding = R.maybe(&generator, R.signed)
        entry.fundingRate = R.maybe(&generator, R.signed)
        entry.tradePrice = R.maybe(&generator, R.amount)
        return entry
    }

    static func frame(_ generator: inout Generator) -> Derivatives.StreamFrame {
        let count = Int.random(in: 0...3, using: &generator)
        func many<Element>(_ one: (inout Generator) -> Element, _ generator: inout Generator) -> [Element] {
            (0..<count).map { _ in one(&generator) }
        }
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: return .ticker(ticker(&generator))
        case 1: return .trade(trade(&generator))
        case 2: return .tradeSnapshot(R.instrument(&generator), many(trade, &generator))
        case 3:
            return .book(
                .init(
                    instrument: R.instrument(&generator), side: R.side(&generator), sequence: 9,
                    level: level(&generator), time: R.time(&generator)))
        case 4:
            return .bookSnapshot(
                .init(
                    instrument: R.instrument(&generator), sequence: 9, time: R.time(&generator),
                    bids: many(level, &generator), asks: many(level, &generator)))
        case 5:
            return .order(.init(order(&generator), isGone: Bool.random(using: &generator), reason: word(&generator)))
        case 6:
            return .order(
                .init(gone: R.id(&generator), clientID: R.maybe(&generator, R.text), reason: word(&generator)))
        case 7: return .orderSnapshot(many(order, &generator), isVerbose: Bool.random(using: &generator))
        case 8: return .fills(many(fill, &generator), isSnapshot: Bool.random(using: &generator))
        case 9: return .positions(.init(many(position, &generator), sequence: 2, time: R.time(&generator)))
        case 10: return .balances(balances(&generator))
        case 11: return .accountLog(logEntry(&generator))
        case 12: return .accountLogSnapshot(many(logEntry, &generator))
        default:
            return .notifications([
                .init(id: 1, type: "market", priority: "low", note: R.text(&generator), effective: R.time(&generator))
            ])
        }
    }
}
