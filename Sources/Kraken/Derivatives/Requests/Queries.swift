public import Market
public import Venue
import Wire

extension Derivatives {
    /// Candles of one instrument from `/api/charts/v1`.
    public struct ChartQuery: Hashable, Sendable {
        public var tick: ChartTick
        public var instrument: InstrumentID
        public var resolution: ChartResolution
        /// Open times from here to `to`, both included, in whole seconds.
        public var from: Timestamp?
        public var to: Timestamp?
        public var count: Int64?

        public init(
            _ tick: ChartTick, _ instrument: InstrumentID, _ resolution: ChartResolution, from: Timestamp? = nil,
            to: Timestamp? = nil, count: Int64? = nil
        ) {
            self.tick = tick
            self.instrument = instrument
            self.resolution = resolution
            self.from = from
            self.to = to
            self.count = count
        }

        var form: FormText {
            var form = FormText()
            form.append("from", from.map { String($0.seconds) })
            form.append("to", to.map { String($0.seconds) })
            form.append("count", count.map { String($0) })
            return form
        }

        init(path: String, _ form: FormText) throws(RequestProblem) {
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count == 3 else { throw .notFound }
            guard let tick = ChartTick(rawValue: parts[0]) else { throw .invalid("tick_type") }
            guard let instrument = InstrumentID(wire: parts[1]) else { throw .invalid("symbol") }
            guard let resolution = ChartResolution(rawValue: parts[2]) else { throw .invalid("resolution") }
            let fields = FormReader(form)
            func seconds(_ name: String) throws(RequestProblem) -> Timestamp? {
                guard let value = try fields.optionalInteger(name) else { return nil }
                guard value.magnitude < 9_000_000_000 else { throw .invalid(name) }
                return Timestamp(seconds: value)
            }
            self.init(
                tick, instrument, resolution, from: try seconds("from"), to: try seconds("to"),
                count: try fields.optionalInteger("count"))
        }
    }

    /// Which price a chart shows.
    public enum ChartTick: String, WireWord {
        /// Traded prices and volume.
        case trade
        case mark
        /// The index; without volume.
        case spot
    }

    public enum ChartResolution: String, WireWord {
        case m1 = "1m"
        case m5 = "5m"
        case m15 = "15m"
        case m30 = "30m"
        case h1 = "1h"
        case h4 = "4h"
        case h12 = "12h"
        case d1 = "1d"
        case w1 = "1w"

        public var interval: Interval {
            switch self {
            case .m1: .minutes(1)
            case .m5: .minutes(5)
            case .m15: .minutes(15)
            case .m30: .minutes(30)
            case .h1: .hours(1)
            case .h4: .hours(4)
            case .h12: .hours(12)
            case .d1: .days(1)
            case .w1: .days(7)
            }
        }
    }

    /// A page of `/api/history/v3`.
    public struct HistoryQuery: Hashable, Sendable {
        public var since: Timestamp?
        public var before: Timestamp?
        /// True: oldest first. Keep it through all pages.
        public var ascending: Bool
        /// Of the page before; nil for the first.
        public var continuation: String?
        public var count: Int64?
        public var instrument: InstrumentID?

        public init(
            since: Timestamp? = nil, before: Timestamp? = nil, ascending: Bool = false, continuation: String? = nil,
            count: Int64? = nil, instrument: InstrumentID? = nil
        ) {
            self.since = since
            self.before = before
            self.ascending = ascending
            self.continuation = continuation
            self.count = count
            self.instrument = instrument
        }

        var form: FormText {
            var form = FormText()
            form.append("since", since.map { String($0.milliseconds) })
            form.append("before", before.map { String($0.milliseconds) })
            if ascending { form.append("sort", "asc") }
            form.append("continuation_token", continuation)
            form.append("count", count.map { String($0) })
            form.append("tradeable", instrument?.description)
            return form
        }

        init(_ form: FormText) throws(RequestProblem) {
            let fields = FormReader(form)
            self.init(
                since: try fields.optionalInstant("since"), before: try fields.optionalInstant("before"),
                ascending: fields.text("sort") == "asc", continuation: fields.text("continuation_token"),
                count: try fields.optionalInteger("count"), instrument: try fields.optionalInstrument("tradeable"))
        }
    }

    /// A page of the account log.
    public struct AccountLogQuery: Hashable, Sendable {
        public var since: Timestamp?
        public var before: Timestamp?
        /// Entry ids, both included.
        public var from: Int64?
        public var to: Int64?
        public var ascending: Bool
        public var count: Int64?
        /// Only entries with one of these texts in `info`.
        public var info: [String]

        public init(
            since: Timestamp? = nil, before: Timestamp? = nil, from: Int64? = nil, to: Int64? = nil,
            ascending: Bool = false, count: Int64? = nil, info: [String] = []
        ) {
            self.since = since
            self.before = before
            self.from = from
            self.to = to
            self.ascending = ascending
            self.count = count
            self.info = info
        }

        var form: FormText {
            var form = FormText()
            form.append("since", since.map { String($0.milliseconds) })
            form.append("before", before.map { String($0.milliseconds) })
            form.append("from", from.map { String($0) })
            form.append("to", to.map { String($0) })
            if ascending { form.append("sort", "asc") }
            form.append("count", count.map { String($0) })
            for text in info { form.append("info", text) }
            return form
        }

        init(_ form: FormText) throws(RequestProblem) {
            let fields = FormReader(form)
            self.init(
                since: try fields.optionalInstant("since"), before: try fields.optionalInstant("before"),
                from: try fields.optionalInteger("from"), to: try fields.optionalInteger("to"),
                ascending: fields.text("sort") == "asc", count: try fields.optionalInteger("count"),
                info: form.all("info") + form.all("info[]"))
        }
    }
}
