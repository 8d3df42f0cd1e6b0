public import Market
import Venue
public import Wire

extension Unified {
    /// A frame that the exchange sends.
    public enum Frame: Hashable, Sendable {
        case heartbeat
        case status(Status)
        case pong(id: Int64?, received: Timestamp?, sent: Timestamp?)
        case reply(Reply)
        case ticker(SpotDelivery, [Ticker])
        case book(SpotDelivery, [SpotBookUpdate])
        case trades(SpotDelivery, [Trade])
        case candles(SpotDelivery, [Candle])
        /// Contracts; the list of currencies is not read.
        case instruments(SpotDelivery, [Instrument])
        case executions(SpotDelivery, [Execution], sequence: Int64?)
        case positions(SpotDelivery, Positions)
        case margin(Margin)
        case balances(SpotDelivery, [Balance], sequence: Int64?)
        /// A gap in the sequence is a loss.
        case ledgers([LedgerEntry], sequence: Int64?)
        /// A channel or a method that is not known.
        case unrecognised(String)
    }
}

extension Unified.Frame {
    public init(_ bytes: [UInt8]) throws(WireError) {
        // Books are many and big: read in one pass, as on spot.
        if bytes.withUnsafeBufferPointer({ JSONReader($0).begins(with: "{\"channel\":\"book\"") }) {
            self = try Self.book(bytes)
            return
        }
        if let frame = Self.atOnce(bytes) {
            self = frame
            return
        }
        try self.init(tree: bytes)
    }

    /// Reads any frame, whatever the order and the spelling of its members.
    init(tree bytes: [UInt8]) throws(WireError) {
        let value = try JSONValue(bytes)
        let fields = try Fields(value)
        if let method = try fields.optionalText("method") {
            if method == "pong" {
                self = .pong(
                    id: try fields.optionalInteger("req_id"), received: try fields.optionalInstant("time_in"),
                    sent: try fields.optionalInstant("time_out"))
            } else {
                self = .reply(try Unified.Reply(value))
            }
            return
        }
        let name = try fields.text("channel")
        guard let channel = Open<Unified.Channel>(name).word else {
            self = .unrecognised(name)
            return
        }
        self = channel == .book ? try Self.book(bytes) : try Self.content(of: channel, fields)
    }

    private static func book(_ bytes: [UInt8]) throws(WireError) -> Self {
        switch try SpotFrame(bytes) {
        case .book(let delivery, let updates): .book(delivery, updates)
        case .heartbeat, .status, .pong, .reply, .ticker, .trades, .candles, .instruments, .unrecognised:
            .unrecognised("book")
        }
    }

    private static func content(of channel: Unified.Channel, _ fields: Fields) throws(WireError) -> Self {
        switch channel {
        case .heartbeat: return .heartbeat
        case .status:
            let list: [Unified.Status] = try fields.list("data")
            guard let last = list.last else { throw .missing("data.system") }
            return .status(last)
        case .ticker: return .ticker(try delivery(fields), try fields.list("data"))
        case .trade: return .trades(try delivery(fields), try fields.list("data"))
        case .ohlc: return .candles(try delivery(fields), try fields.list("data"))
        case .instrument:
            let data = try Fields(try fields.required("data"))
            return .instruments(try delivery(fields), try data.optionalList("pairs") ?? [])
        case .executions:
            return .executions(
                try delivery(fields), try fields.list("data"), sequence: try fields.optionalInteger("sequence"))
        case .positions: return .positions(try delivery(fields), try positions(fields))
        case .margin: return .margin(try margin(fields))
        case .balances:
            return .balances(
                try delivery(fields), try fields.list("data"), sequence: try fields.optionalInteger("sequence"))
        case .ledgers: return .ledgers(try fields.list("data"), sequence: try fields.optionalInteger("sequence"))
        case .book: return .unrecognised("book")
        }
    }

    private static func delivery(_ fields: Fields) throws(WireError) -> SpotDelivery {
        SpotDelivery(try fields.text("type"))
    }

    /// Where the error stands is not documented: beside the lists or beside the data.
    private static func positions(_ fields: Fields) throws(WireError) -> Unified.Positions {
        let data = try fields["data"].map { value throws(WireError) in try Fields(value) }
        let outer = try fields.filledText("error")
        let inner = try data?.filledText("error")
        let error = outer ?? inner
        guard let futures: [Unified.Position] = try data?.optionalList("futures") else {
            guard error != nil else { throw .missing("data.futures") }
            var none = Unified.Positions([])
            none.error = error
            return none
        }
        var positions = Unified.Positions(futures)
        positions.options = data?["options"]?.array ?? []
        positions.error = error
        return positions
    }

    /// An object, or an array with one.
    private static func margin(_ fields: Fields) throws(WireError) -> Unified.Margin {
        let data = try fields.required("data")
        guard let content = data.members ?? data.array?.first?.members else {
            throw WireError(.expected("an object"), field: "data")
        }
        return Unified.Margin(Open(try fields.text("type")), content)
    }
}

extension Unified.Frame {
    /// The frame as it travels.
    public var bytes: [UInt8] {
        switch self {
        case .reply(let reply): return reply.bytes
        case .book(let delivery, let updates): return SpotFrame.book(delivery, updates).bytes
        case .heartbeat, .status, .pong, .ticker, .trades, .candles, .instruments, .executions, .positions, .margin,
            .balances, .ledgers, .unrecognised:
            var writer = JSONWriter(reserving: 512)
            writer.object { members(&$0) }
            return writer.bytes
        }
    }

    private func members(_ writer: inout JSONWriter) {
        func head(_ channel: Unified.Channel, _ type: String) {
            writer.put("channel", channel.rawValue)
            writer.put("type", type)
        }
        switch self {
        case .heartbeat: writer.put("channel", "heartbeat")
        case .status(let status):
            head(.status, "update")
            writer.put("data", [status])
        case .pong(let id, let received, let sent):
            writer.put("method", "pong")
            writer.put("req_id", id)
            writer.put("time_in", instant: received)
            writer.put("time_out", instant: sent)
        case .ticker(let delivery, let list):
            head(.ticker, delivery.text)
            writer.put("data", list)
        case .trades(let delivery, let list):
            head(.trade, delivery.text)
            writer.put("data", list)
        case .candles(let delivery, let list):
            head(.ohlc, delivery.text)
            writer.put("data", list)
        case .executions(let delivery, let list, let sequence):
            head(.executions, delivery.text)
            writer.put("data", list)
            writer.put("sequence", sequence)
        case .balances(let delivery, let list, let sequence):
            head(.balances, delivery.text)
            writer.put("data", list)
            writer.put("sequence", sequence)
        case .ledgers(let list, let sequence):
            head(.ledgers, "update")
            writer.put("data", list)
            writer.put("sequence", sequence)
        case .instruments, .positions, .margin: nested(&writer)
        case .unrecognised(let channel): writer.put("channel", channel)
        case .reply, .book: break
        }
    }

    /// Frames whose data is an object.
    private func nested(_ writer: inout JSONWriter) {
        switch self {
        case .instruments(let delivery, let list):
            writer.put("channel", "instrument")
            writer.put("type", delivery.text)
            writer.name("data")
            writer.object { writer in
                writer.put("assets", [] as [String])
                writer.put("pairs", list)
            }
        case .positions(let delivery, let positions):
            writer.put("channel", "positions")
            writer.put("type", delivery.text)
            writer.name("data")
            writer.object { writer in
                writer.put("futures", positions.futures)
                writer.name("options")
                writer.value(.array(positions.options))
                writer.put("error", positions.error)
            }
        case .margin(let margin):
            writer.put("channel", "margin")
            writer.put("type", margin.section)
            writer.name("data")
            writer.object { $0.put(margin.content) }
        case .heartbeat, .status, .pong, .reply, .ticker, .book, .trades, .candles, .executions, .balances, .ledgers,
            .unrecognised:
            break
        }
    }
}
