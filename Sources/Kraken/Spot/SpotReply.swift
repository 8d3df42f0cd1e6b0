public import Market
import Wire

/// What the exchange is asked to do over WebSocket.
public enum SpotMethod: String, WireWord {
    case subscribe
    case unsubscribe
    case ping
}

/// When the exchange received a request and when it answered.
public struct SpotTimes: Hashable, Sendable {
    public var received: Timestamp?
    public var sent: Timestamp?

    public init(received: Timestamp?, sent: Timestamp?) {
        self.received = received
        self.sent = sent
    }

    func write(fields writer: inout JSONWriter) {
        if let received {
            writer.name("time_in")
            writer.string(received.rfc3339(digits: 6))
        }
        if let sent {
            writer.name("time_out")
            writer.string(sent.rfc3339(digits: 6))
        }
    }
}

/// The answer to a ping.
public struct SpotPong: Hashable, Sendable {
    public var requestID: Int64?
    public var times: SpotTimes

    public init(requestID: Int64?, times: SpotTimes) {
        self.requestID = requestID
        self.times = times
    }

    func write(fields writer: inout JSONWriter) {
        writer.name("method")
        writer.string("pong")
        if let requestID {
            writer.name("req_id")
            writer.integer(requestID)
        }
        times.write(fields: &writer)
    }
}

/// The answer to one symbol of a subscription, or to the end of one.
public struct SpotReply: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
        case accepted(Accepted)
        /// The exchange's words, with the symbol and the channel where it names them.
        case refused(String, symbol: String?, channel: String?)
    }

    /// The subscription as the exchange understood it.
    public struct Accepted: Hashable, Sendable {
        public var channel: String
        public var symbol: String?
        public var snapshot: Bool?
        /// In minutes, of candles.
        public var interval: Int64?
        /// Levels, of a book.
        public var depth: Int64?
        public var warnings: [String]

        public init(
            channel: String, symbol: String?, snapshot: Bool? = nil, interval: Int64? = nil, depth: Int64? = nil,
            warnings: [String] = []
        ) {
            self.channel = channel
            self.symbol = symbol
            self.snapshot = snapshot
            self.interval = interval
            self.depth = depth
            self.warnings = warnings
        }
    }

    public var method: Open<SpotMethod>
    public var outcome: Outcome
    public var requestID: Int64?
    public var times: SpotTimes

    public init(method: Open<SpotMethod>, outcome: Outcome, requestID: Int64?, times: SpotTimes) {
        self.method = method
        self.outcome = outcome
        self.requestID = requestID
        self.times = times
    }
}

extension SpotReply {
    /// The fields of an answer as they come.
    struct Draft {
        var method: String?
        private var result: Accepted?
        private var success: Bool?
        private var error: String?
        private var symbol: String?
        private var requestID: Int64?
        private var times = SpotTimes(received: nil, sent: nil)

        init() {}

        /// Takes a field of an answer; false when it is none.
        mutating func take(_ name: JSONText, _ reader: inout JSONReader) throws(WireError) -> Bool {
            switch name {
            case "method": method = try reader.text()
            case "result": result = try reader.optional { reader throws(WireError) in try Accepted(&reader) }
            case "success": success = try reader.bool()
            case "error": error = try reader.optional { reader throws(WireError) in try reader.text() }
            case "symbol": symbol = try reader.optional { reader throws(WireError) in try reader.text() }
            case "req_id": requestID = try reader.optional { reader throws(WireError) in try reader.integer() }
            case "time_in": times.received = try reader.instant()
            case "time_out": times.sent = try reader.instant()
            default: return false
            }
            return true
        }

        func frame(channel: JSONText? = nil) throws(WireError) -> SpotFrame {
            let method = try required(method, "method")
            if method == "pong" { return .pong(SpotPong(requestID: requestID, times: times)) }
            let outcome: Outcome
            if try required(success, "success") {
                outcome = .accepted(try required(result, "result"))
            } else {
                outcome = .refused(try required(error, "error"), symbol: symbol, channel: channel?.string)
            }
            return .reply(
                SpotReply(method: Open(method), outcome: outcome, requestID: requestID, times: times))
        }
    }

    func write(fields writer: inout JSONWriter) {
        func text(_ name: StaticString, _ value: String?, _ writer: inout JSONWriter) {
            guard let value else { return }
            writer.name(name)
            writer.string(value)
        }
        switch outcome {
        case .accepted(let accepted):
            text("method", method.text, &writer)
            writer.name("result")
            accepted.write(to: &writer)
            writer.name("success")
            writer.bool(true)
        case .refused(let error, let symbol, let channel):
            text("channel", channel, &writer)
            text("error", error, &writer)
            text("method", method.text, &writer)
            writer.name("success")
            writer.bool(false)
            text("symbol", symbol, &writer)
        }
        if let requestID {
            writer.name("req_id")
            writer.integer(requestID)
        }
        times.write(fields: &writer)
    }
}

extension SpotReply.Accepted {
    init(_ reader: inout JSONReader) throws(WireError) {
        var channel: String?
        var symbol: String?
        var snapshot: Bool?
        var interval: Int64?
        var depth: Int64?
        var warnings: [String] = []
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "channel": channel = try reader.text()
            case "symbol": symbol = try reader.optional { reader throws(WireError) in try reader.text() }
            case "snapshot": snapshot = try reader.optional { reader throws(WireError) in try reader.bool() }
            case "interval": interval = try reader.optional { reader throws(WireError) in try reader.integer() }
            case "depth": depth = try reader.optional { reader throws(WireError) in try reader.integer() }
            case "warnings":
                let list = try reader.optional { reader throws(WireError) in
                    try reader.list { reader throws(WireError) in try reader.text() }
                }
                warnings = list ?? []
            default: try reader.skip()
            }
        }
        self.init(
            channel: try required(channel, "channel"), symbol: symbol, snapshot: snapshot, interval: interval,
            depth: depth, warnings: warnings)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("channel")
            writer.string(channel)
            for (name, value) in [("depth" as StaticString, depth), ("interval", interval)] {
                guard let value else { continue }
                writer.name(name)
                writer.integer(value)
            }
            if let snapshot {
                writer.name("snapshot")
                writer.bool(snapshot)
            }
            if let symbol {
                writer.name("symbol")
                writer.string(symbol)
            }
            if !warnings.isEmpty {
                writer.name("warnings")
                writer.array { writer in for warning in warnings { writer.string(warning) } }
            }
        }
    }
}
