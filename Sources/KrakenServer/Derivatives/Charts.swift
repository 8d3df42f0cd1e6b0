import Market
import Wire

extension LocalExchange {
    /// The charts service. Its errors are plain text.
    func charts(_ call: DerivativesCall) -> HTTPResponse {
        guard call.request.method == .get else { return .plain("Method not allowed", status: 405) }
        let parts = call.parts
        guard let tick = parts.first else { return .json(Array(#"["mark","spot","trade"]"#.utf8)) }
        guard ["mark", "spot", "trade"].contains(tick) else { return .plain("Invalid tick type", status: 400) }
        guard parts.count > 1 else { return Self.list(listed.map { tape.markets[$0].names.contract }) }
        guard let market = market(parts[1]) else { return .plain("Invalid symbol", status: 400) }
        guard parts.count > 2 else { return Self.list(Self.resolutions.map(\.name)) }
        guard let length = Self.resolutions.first(where: { $0.name == parts[2] })?.length else {
            return .plain("Invalid resolution", status: 400)
        }
        return candles(call, chart(tick, market), length)
    }

    /// A page holds at most this many candles.
    private static let page = 2000

    private static let resolutions: [(name: String, length: Interval)] = [
        ("1m", .minutes(1)), ("5m", .minutes(5)), ("15m", .minutes(15)), ("30m", .minutes(30)), ("1h", .hours(1)),
        ("4h", .hours(4)), ("12h", .hours(12)), ("1d", .days(1)), ("1w", .days(7)),
    ]

    private static func list(_ names: [String]) -> HTTPResponse {
        .json(JSONValue.array(names.map(JSONValue.string)).bytes)
    }

    private func chart(_ tick: String, _ market: Int) -> Chart {
        switch tick {
        case "mark": tape.markets[market].markChart
        case "spot": tape.markets[market].indexChart
        default: tape.markets[market].perpetual.chart
        }
    }

    private func candles(_ call: DerivativesCall, _ chart: Chart, _ length: Interval) -> HTTPResponse {
        func seconds(_ name: String) -> Int64? { call.parameters[name].flatMap { Int64($0) } }
        let through = seconds("to").map { min(clock, Timestamp(seconds: min($0, 4_000_000_000))) } ?? clock
        let count = seconds("count").map { Int(clamping: max(1, $0)) } ?? Self.page
        let first = seconds("from").map { Timestamp(seconds: max(0, min($0, 4_000_000_000))) }
        let start = first ?? through - length * Int64(min(count, Self.page))
        let all = chart.candles(length, from: start, through: through)
        // From a start the oldest come first; without one the newest are meant.
        let limit = min(count, Self.page)
        let shown = first == nil ? all.suffix(limit) : all.prefix(limit)
        return .json(
            JSONWriter.text { writer in
                writer.array("candles") { writer in
                    for candle in shown { writer.object { writer in Self.fields(candle, &writer) } }
                }
                writer.field("more_candles", first != nil && all.count > limit)
            })
    }

    private static func fields(_ candle: ChartCandle, _ writer: inout JSONWriter) {
        writer.field("time", milliseconds: candle.openTime)
        writer.field("open", candle.open.description)
        writer.field("high", candle.high.description)
        writer.field("low", candle.low.description)
        writer.field("close", candle.close.description)
        writer.field("volume", candle.volume.description)
    }
}
