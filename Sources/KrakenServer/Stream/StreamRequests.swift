import Market
import Wire

/// A request in the form of WebSocket v2, as it came.
struct StreamRequest {
    let method: String
    let parameters: JSONValue
    /// Echoed as it was sent.
    let id: JSONValue?
    let connection: ConnectionID
    let received: Timestamp

    subscript(name: String) -> JSONValue? { parameters[name] }

    /// The answer's head and tail around what `fill` writes.
    func answer(_ method: String? = nil, success: Bool?, _ fill: (inout JSONWriter) -> Void) -> [UInt8] {
        JSONWriter.text { writer in
            if success == false { fill(&writer) }
            writer.field("method", method ?? self.method)
            if let id {
                writer.name("req_id")
                writer.value(id)
            }
            if success != false { fill(&writer) }
            if let success { writer.field("success", success) }
            writer.field("time_in", received.rfc3339(digits: 6))
            writer.field("time_out", received.rfc3339(digits: 6))
        }
    }
}

extension LocalExchange {
    /// A frame on Spot WebSocket v2 or on the Unified WebSocket.
    mutating func receiveStream(_ text: [UInt8], _ session: Session) {
        let message: JSONValue
        do { message = try JSONValue(text) } catch {
            return send(JSONWriter.text { $0.field("error", "Malformed request") }, to: session.id)
        }
        let request = StreamRequest(
            method: message["method"]?.string ?? "", parameters: message["params"] ?? .object([]),
            id: message["req_id"], connection: session.id, received: clock)
        guard sessions[session.id]?.requests.pay(1, at: clock) == true else {
            return fail(request, "Exceeded msg rate")
        }
        switch request.method {
        case "ping": send(request.answer("pong", success: nil) { _ in }, to: session.id)
        case "subscribe", "unsubscribe": subscription(request, session)
        default:
            guard session.kind == .unifiedPrivate else { return fail(request, "Unsupported method: \(request.method)") }
            orderThroughFaults(request)
        }
    }

    mutating func fail(_ request: StreamRequest, _ error: String, symbol: String? = nil) {
        send(
            request.answer(success: false) { writer in
                writer.field("error", error)
                if let symbol { writer.field("symbol", symbol) }
            }, to: request.connection)
    }

    private mutating func subscription(_ request: StreamRequest, _ session: Session) {
        guard let channel = request["channel"]?.string else { return fail(request, "Missing field: channel") }
        if session.kind == .unifiedPrivate { return privateSubscription(request, channel) }
        let side: StreamFeeds.Side = session.kind == .spot ? .spot : .derivatives
        if side == .derivatives, request["asset_class"]?.string != "derivatives" {
            return fail(request, "Field 'asset_class' is missing or not supported")
        }
        if channel == "instrument" {
            return listen(request, side, .instrument, symbol: nil) { writer in
                writer.field("snapshot", request.wantsSnapshot)
            }
        }
        guard ["ticker", "book", "trade", "ohlc"].contains(channel) else {
            return fail(request, "Subscription channel not supported")
        }
        guard let symbols = request["symbol"]?.array, !symbols.isEmpty, symbols.count <= 1000 else {
            return fail(request, "Missing field: symbol")
        }
        for symbol in symbols { subscribe(request, side, channel, symbol.string ?? "") }
    }

    private mutating func subscribe(
        _ request: StreamRequest, _ side: StreamFeeds.Side, _ name: String, _ symbol: String
    ) {
        let markets = side == .spot ? Array(tape.markets.indices) : listed
        guard let market = markets.first(where: { self.symbol($0, side) == symbol }) else {
            return fail(request, "Currency pair not supported \(symbol)", symbol: symbol)
        }
        switch name {
        case "ticker":
            let onQuotes = request["event_trigger"]?.string == "bbo"
            listen(request, side, .ticker(market: market, onQuotes: onQuotes), symbol: symbol) { _ in }
        case "trade": listen(request, side, .trade(market: market), symbol: symbol) { _ in }
        case "book":
            let depth = request["depth"].map { Int(clamping: $0.integer ?? 0) } ?? 10
            guard [10, 25, 100, 500, 1000].contains(depth) else {
                return fail(request, "Subscription depth not supported", symbol: symbol)
            }
            listen(request, side, .book(market: market, depth: depth), symbol: symbol) { $0.field("depth", depth) }
        default:
            let minutes = request["interval"]?.integer ?? 1
            let tick = StreamFeeds.Tick(rawValue: request["tick_type"]?.string ?? "trade")
            guard [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600].contains(minutes), let tick,
                side == .derivatives || tick == .trade
            else { return fail(request, "Subscription ohlc interval not supported", symbol: symbol) }
            listen(request, side, .ohlc(market: market, minutes: minutes, tick: tick), symbol: symbol) { writer in
                writer.field("interval", minutes)
                if side == .derivatives { writer.field("tick_type", tick.rawValue) }
            }
        }
    }

    /// Acknowledges, tells the snapshot and puts the connection on the list; or takes it off.
    private mutating func listen(
        _ request: StreamRequest, _ side: StreamFeeds.Side, _ channel: StreamFeeds.Channel, symbol: String?,
        _ more: (inout JSONWriter) -> Void
    ) {
        let connection = request.connection
        let isHeard = stream.hears(connection, side, channel)
        let isNew = request.method == "subscribe"
        if isNew == isHeard {
            return fail(request, isNew ? "Already subscribed" : "Subscription Not Found", symbol: symbol)
        }
        let snapshots = request.wantsSnapshot(by: channel)
        send(
            request.answer(success: true) { writer in
                writer.object("result") { writer in
                    writer.field("channel", request["channel"]?.string ?? "")
                    more(&writer)
                    if isNew, symbol != nil { writer.field("snapshot", snapshots) }
                    if let symbol { writer.field("symbol", symbol) }
                }
            }, to: connection)
        guard isNew else { return stream.remove(connection, side, channel) }
        stream.enrol(connection, at: clock)
        let place = stream.group(side, channel)
        prepare(place)
        if snapshots, let frame = snapshot(place) { send(frame, to: connection) }
        stream.groups[place].connections.append(connection)
    }

    /// What a market is called on this side.
    func symbol(_ market: Int, _ side: StreamFeeds.Side) -> String {
        let names = tape.markets[market].names
        return side == .spot ? names.symbol : names.contract
    }
}

extension StreamRequest {
    var wantsSnapshot: Bool { self["snapshot"]?.bool ?? true }

    /// Trades are shown from before only on request; everything else unless not wanted.
    func wantsSnapshot(by channel: StreamFeeds.Channel) -> Bool {
        switch channel {
        case .trade: self["snapshot"]?.bool ?? false
        case .ticker, .book, .ohlc, .instrument: wantsSnapshot
        }
    }
}
