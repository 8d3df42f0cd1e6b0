public import Market
public import Wire

/// Whether the whole exchange takes orders.
public enum SpotSystem: String, WireWord {
    case online
    case maintenance
    case cancelOnly = "cancel_only"
    case postOnly = "post_only"
}

/// The clock of the exchange, in whole seconds: enough to see a clock that is seconds off.
public struct SpotTimeRequest: SpotRequest, Hashable {
    public static let path = "/0/public/Time"
    public init() {}
    public var http: HTTPRequest { HTTPRequest(.get, Self.path) }

    public struct Answer: SpotResult {
        public let time: Timestamp
        public init(time: Timestamp) { self.time = time }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var seconds: Int64?
            try reader.namedFields { name, reader throws(WireError) in
                switch name {
                case "unixtime": seconds = try reader.wholeSeconds()
                default: try reader.skip()
                }
            }
            time = Timestamp(seconds: try required(seconds, "unixtime"))
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.name("unixtime")
                writer.integer(time.seconds)
                writer.name("rfc1123")
                writer.string(time.rfc1123)
            }
        }
    }
}

public struct SpotSystemStatusRequest: SpotRequest, Hashable {
    public static let path = "/0/public/SystemStatus"
    public init() {}
    public var http: HTTPRequest { HTTPRequest(.get, Self.path) }

    public struct Answer: SpotResult {
        public let status: Open<SpotSystem>
        /// When the exchange answered.
        public let time: Timestamp

        public init(status: Open<SpotSystem>, time: Timestamp) {
            self.status = status
            self.time = time
        }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var status: Open<SpotSystem>?
            var time: Timestamp?
            try reader.namedFields { name, reader throws(WireError) in
                switch name {
                case "status": status = try reader.word()
                case "timestamp": time = try reader.instant()
                default: try reader.skip()
                }
            }
            self.status = try required(status, "status")
            self.time = try required(time, "timestamp")
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.name("status")
                writer.string(status.text)
                writer.name("timestamp")
                writer.string(time.description)
            }
        }
    }
}

extension JSONReader {
    /// Reads whole seconds since 1970, within what a `Timestamp` holds.
    mutating func wholeSeconds() throws(WireError) -> Int64 {
        let text = try number()
        guard let value = text.wholeNumber, value.magnitude < 9_000_000_000 else {
            throw WireError(.expected("seconds since 1970"), offset: text.offset)
        }
        return value
    }
}

extension Timestamp {
    /// `Tue, 11 Nov 25 00:17:04 +0000`, with the year in two digits as the exchange has it.
    fileprivate var rfc1123: String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let date = CalendarDay(self)
        let second = seconds - date.start.seconds
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let weekday = days[Int(((date.start.seconds / 86_400) % 7 + 7) % 7)]
        let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
        return
            "\(weekday), \(two(Int64(date.day))) \(months[date.month - 1]) \(two(Int64(date.year % 100))) \(clock) +0000"
    }
}
