import Market
import Wire

extension LocalExchange {
    /// Brings a group that nobody listened to up to date.
    mutating func prepare(_ place: Int) {
        let group = stream.groups[place]
        guard group.connections.isEmpty, let market = group.channel.market else { return }
        let traded = traded(market, group.side)
        switch group.channel {
        case .book(_, let depth): stream.groups[place].book = traded.book(at: tape.clock).cut(to: depth)
        case .ohlc(_, let minutes, let tick):
            let length = Interval.minutes(minutes)
            let start = Chart.start(of: clock, length)
            stream.groups[place].candle =
                chart(market, group.side, tick).candles(length, from: start, through: clock).last
        case .ticker:
            stream.groups[place].bid = traded.bid
            stream.groups[place].ask = traded.ask
        case .trade, .instrument: break
        }
    }

    private func chart(_ market: Int, _ side: StreamFeeds.Side, _ tick: StreamFeeds.Tick) -> Chart {
        switch (side, tick) {
        case (.spot, _): tape.markets[market].spot.chart
        case (.derivatives, .trade): tape.markets[market].perpetual.chart
        case (.derivatives, .mark): tape.markets[market].markChart
        case (.derivatives, .spot): tape.markets[market].indexChart
        }
    }

    mutating func snapshot(_ place: Int) -> [UInt8]? {
        let group = stream.groups[place]
        switch group.channel {
        case .ticker(let market, _): return tickerFrame(market, group.side, "snapshot")
        case .trade(let market):
            return tradesFrame(traded(market, group.side).prints.suffix(50), market, group.side, "snapshot")
        case .book(let market, _):
            return bookFrame(
                bids: group.book.bids, asks: group.book.asks, of: group.book, market, group.side, "snapshot")
        case .ohlc(let market, let minutes, let tick):
            let length = Interval.minutes(minutes)
            let from = Chart.start(of: clock, length) - length * 10
            let candles = chart(market, group.side, tick).candles(length, from: from, through: clock)
            return candlesFrame(candles, group.channel, group.side, "snapshot")
        case .instrument: return instrumentFrame(group.side, "snapshot")
        }
    }

    /// Writes what a move of the market brought; when it is not to be shown, only candles that have ended.
    mutating func tellStream(_ move: Tape.Move, isShown: Bool) {
        for place in stream.groups.indices {
            let group = stream.groups[place]
            guard let market = group.channel.market else { continue }
            let trades = group.side == .spot ? move.spotTrades : move.trades
            let print = trades.first { $0.market == market }?.print
            switch group.channel {
            case .ohlc(_, let minutes, let tick):
                tellCandle(place, market, minutes, tick, print, isShown: isShown)
            case .trade, .ticker, .book, .instrument:
                if isShown { show(place, market, print) }
            }
        }
    }

    private mutating func show(_ place: Int, _ market: Int, _ print: TradePrint?) {
        let group = stream.groups[place]
        switch group.channel {
        case .trade:
            guard let print else { return }
            broadcastStream(tradesFrame([print], market, group.side, "update"), to: group.connections)
        case .ticker(_, let onQuotes): tellTicker(place, market, onQuotes: onQuotes, hasTraded: print != nil)
        case .book(_, let depth): tellBook(place, market, depth)
        case .ohlc, .instrument: break
        }
    }

    private mutating func tellTicker(_ place: Int, _ market: Int, onQuotes: Bool, hasTraded: Bool) {
        let group = stream.groups[place]
        let traded = traded(market, group.side)
        let hasMoved = traded.bid != group.bid || traded.ask != group.ask
        stream.groups[place].bid = traded.bid
        stream.groups[place].ask = traded.ask
        guard onQuotes ? hasMoved : hasTraded else { return }
        broadcastStream(tickerFrame(market, group.side, "update"), to: group.connections)
    }

    /// Levels that only fall out of the depth are not told: the client cuts its book itself.
    private mutating func tellBook(_ place: Int, _ market: Int, _ depth: Int) {
        let group = stream.groups[place]
        let whole = traded(market, group.side).book(at: tape.clock)
        let new = whole.cut(to: depth)
        func changes(_ side: Side, _ all: [BookLevel]) -> [BookLevel] {
            group.book.changes(to: new, side).filter { change in
                !change.quantity.isZero || !all.contains { $0.price == change.price }
            }
        }
        let bids = changes(.long, whole.bids)
        let asks = changes(.short, whole.asks)
        stream.groups[place].book = new
        guard !bids.isEmpty || !asks.isEmpty else { return }
        broadcastStream(
            bookFrame(bids: bids, asks: asks, of: new, market, group.side, "update"), to: group.connections)
    }

    /// Traded candles change with trades only; those of mark and index with every look at the market.
    private mutating func tellCandle(
        _ place: Int, _ market: Int, _ minutes: Int64, _ tick: StreamFeeds.Tick, _ print: TradePrint?, isShown: Bool
    ) {
        let start = Chart.start(of: clock, .minutes(minutes))
        let price: Price
        switch tick {
        case .trade:
            guard let print else { return }
            price = print.price
        case .mark: price = tape.markets[market].mark
        case .spot: price = tape.markets[market].index
        }
        var candle = stream.groups[place].candle ?? ChartCandle(openTime: start, price: price)
        if candle.openTime != start {
            if stream.groups[place].hasUntoldCandle { broadcastCandle(place) }
            candle = ChartCandle(openTime: start, price: price)
        }
        if let print, tick == .trade { candle.add(price, print.quantity) } else { candle.see(price) }
        stream.groups[place].candle = candle
        stream.groups[place].hasUntoldCandle = !isShown
        if isShown { broadcastCandle(place) }
    }

    private mutating func broadcastCandle(_ place: Int) {
        let group = stream.groups[place]
        guard let candle = group.candle, let frame = candlesFrame([candle], group.channel, group.side, "update") else {
            return
        }
        broadcastStream(frame, to: group.connections)
    }

    mutating func broadcastStream(_ frame: [UInt8], to connections: [ConnectionID]) {
        for connection in connections { stream.busy.insert(connection) }
        broadcast(frame, to: connections)
    }

    // MARK: Status and heartbeat

    func statusFrame(_ connection: ConnectionID) -> [UInt8] {
        frame("status", "update") { writer in
            writer.array("data") { writer in
                writer.object { writer in
                    writer.field("version", "2.0.10")
                    writer.field("system", systemStatus)
                    writer.field("api_version", "v2")
                    // Beyond Int64, as Kraken's are.
                    writer.field("connection_id", Mixer.mix(configuration.seed, connection.number) | 1 << 63)
                    writer.array("upcoming_maintenance") { _ in }
                    writer.array("emergency") { _ in }
                }
            }
        }
    }

    var nextStreamBeat: Timestamp? { stream.members.isEmpty ? nil : stream.beatAt + configuration.heartbeat }

    /// A heartbeat for each that heard nothing since the last.
    mutating func beatStream() {
        guard !stream.members.isEmpty, clock - stream.beatAt >= configuration.heartbeat else { return }
        stream.beatAt = clock
        let idle = stream.members.filter { !stream.busy.contains($0) }
        stream.busy.removeAll(keepingCapacity: true)
        broadcast(Array(#"{"channel":"heartbeat"}"#.utf8), to: idle)
    }
}
