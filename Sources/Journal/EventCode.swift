import Market
import Trading
import Venue

/// An event as bytes and back. The first byte after the times says which fact it is; numbers are never reused.
extension ByteWriter {
    mutating func put(_ event: Event) {
        put(event.received)
        put(signed: (event.time.nanoseconds).subtractingReportingOverflow(event.received.nanoseconds).partialValue)
        put(event.fact)
    }

    private mutating func put(_ fact: Event.Fact) {
        switch fact {
        case .candleClosed(let pair, let candle):
            put(1 as UInt8)
            put(pair.description)
            put(candle)
        case .candleRemembered(let pair, let timeframe, let candle):
            put(2 as UInt8)
            put(pair.description)
            put(signed: timeframe.rawValue)
            put(candle)
        case .candlesForgotten(let pair):
            put(3 as UInt8)
            put(pair.description)
        case .ticked(let tick):
            put(4 as UInt8)
            put(tick)
        case .venue(let news):
            put(5 as UInt8)
            put(news)
        case .instrumentListed(let instrument):
            put(6 as UInt8)
            put(instrument)
        case .clock: put(7 as UInt8)
        case .commanded(let command):
            put(8 as UInt8)
            put(command)
        case .safetyRestored(let state):
            put(9 as UInt8)
            put(state)
        case .permitted(let permission):
            put(10 as UInt8)
            put(permission.rawValue)
        case .carriedOver(let over):
            put(11 as UInt8)
            put(over)
        }
    }

    private mutating func put(_ candle: Candle) {
        put(candle.openTime)
        put(candle.open)
        for price in [candle.high, candle.low, candle.close] { put(signed: price.raw &- candle.open.raw) }
        put(candle.volume)
    }

    private mutating func put(_ tick: Tick) {
        put(tick.instrument.description)
        put(tick.mark)
        for price in [tick.index, tick.last, tick.bid, tick.ask] { put(signed: price.raw &- tick.mark.raw) }
        put(tick.funding.rate)
        put(tick.time)
    }

    private mutating func put(_ command: OperatorCommand) {
        switch command {
        case .halt(let reason):
            put(1 as UInt8)
            put(reason)
        case .flatten(let reason):
            put(2 as UInt8)
            put(reason)
        case .release(let name, let reason):
            put(3 as UInt8)
            put(name)
            put(reason)
        }
    }

    private mutating func put(_ instrument: Instrument) {
        put(instrument.id.description)
        put(instrument.pair.description)
        put(instrument.tick)
        put(instrument.lot)
        put(instrument.minimum)
        put(instrument.maximumPosition)
        put(instrument.margin.levels) { writer, level in
            writer.put(level.notional)
            writer.put(level.initial)
            writer.put(level.maintenance)
        }
        put(instrument.fees.maker)
        put(instrument.fees.taker)
        put(instrument.fundingCap)
    }
}

extension ByteReader {
    mutating func event() throws(RecordError) -> Event {
        let received = try time()
        let difference = try signed()
        let time = Timestamp(nanoseconds: received.nanoseconds.addingReportingOverflow(difference).partialValue)
        return Event(time: time, received: received, fact: try fact())
    }

    private mutating func fact() throws(RecordError) -> Event.Fact {
        switch try byte() {
        case 1: return .candleClosed(try pair(), try candle())
        case 2:
            let pair = try pair()
            guard let timeframe = Timeframe(rawValue: try signed()) else { throw RecordError("no such timeframe") }
            return .candleRemembered(pair, timeframe, try candle())
        case 3: return .candlesForgotten(try pair())
        case 4: return .ticked(try tick())
        case 5: return .venue(try venueEvent())
        case 6: return .instrumentListed(try terms())
        case 7: return .clock
        case 8: return .commanded(try command())
        case 9: return .safetyRestored(try safetyState())
        case 10: return .permitted(try word(EntryPermission.self))
        case 11: return .carriedOver(try carryover())
        case let other: throw RecordError("\(other) is no event of this version")
        }
    }

    mutating func pair() throws(RecordError) -> SpotPair {
        let text = try text()
        guard let pair = SpotPair(text) else { throw RecordError("'\(text)' is no spot pair") }
        return pair
    }

    mutating func instrument() throws(RecordError) -> InstrumentID {
        let text = try text()
        guard let id = InstrumentID(text) else { throw RecordError("'\(text)' is no instrument") }
        return id
    }

    private mutating func candle() throws(RecordError) -> Candle {
        let openTime = try time()
        let open = try price()
        let (high, low, close) = (try price(from: open), try price(from: open), try price(from: open))
        return Candle(openTime: openTime, open: open, high: high, low: low, close: close, volume: try double())
    }

    private mutating func price(from base: Price) throws(RecordError) -> Price {
        Price(raw: base.raw &+ (try signed()))
    }

    private mutating func tick() throws(RecordError) -> Tick {
        let instrument = try instrument()
        let mark = try price()
        let (index, last) = (try price(from: mark), try price(from: mark))
        let (bid, ask) = (try price(from: mark), try price(from: mark))
        return Tick(
            instrument: instrument, mark: mark, index: index, last: last, bid: bid, ask: ask,
            funding: HourlyFunding(try rate()), time: try time())
    }

    private mutating func command() throws(RecordError) -> OperatorCommand {
        switch try byte() {
        case 1: return .halt(reason: try text())
        case 2: return .flatten(reason: try text())
        case 3: return .release(operatorName: try text(), reason: try text())
        case let other: throw RecordError("\(other) is no operator's command")
        }
    }

    private mutating func terms() throws(RecordError) -> Instrument {
        let (id, pair) = (try instrument(), try pair())
        let (tick, lot) = (try price(), try quantity())
        let (minimum, maximum) = (try quantity(), try quantity())
        let levels = try list { reader throws(RecordError) in
            MarginSchedule.Level(
                notional: try reader.money(), initial: try reader.rate(), maintenance: try reader.rate())
        }
        guard let margin = MarginSchedule(levels: levels), tick.isPositive, lot.isPositive, minimum >= lot,
            minimum.isMultiple(of: lot)
        else { throw RecordError("the terms of \(id) contradict each other") }
        return Instrument(
            id: id, pair: pair, tick: tick, lot: lot, minimum: minimum, maximumPosition: maximum, margin: margin,
            fees: FeeSchedule(maker: try rate(), taker: try rate()), fundingCap: try rate())
    }
}
