import Market
public import Wire

/// One frame that Spot WebSocket v2 sends on its public side.
public enum SpotFrame: Hashable, Sendable {
    case heartbeat
    case status(SpotConnectionStatus)
    case pong(SpotPong)
    /// The answer to a subscription or its end, or a refusal.
    case reply(SpotReply)
    case ticker(SpotDelivery, [SpotTicker])
    case trades(SpotDelivery, [SpotMarketTrade])
    case candles(SpotDelivery, [SpotCandleUpdate])
    case book(SpotDelivery, [SpotBookUpdate])
    case instruments(SpotDelivery, SpotInstruments)
    /// A channel or method that this version does not know.
    case unrecognised(String)
}

/// Whether data replaces what was known or adds to it.
public enum SpotDelivery: Hashable, Sendable {
    case snapshot
    case update
    case unrecognised(String)

    var text: String {
        switch self {
        case .snapshot: "snapshot"
        case .update: "update"
        case .unrecognised(let text): text
        }
    }

    init(_ word: JSONText) {
        switch word {
        case "update": self = .update
        case "snapshot": self = .snapshot
        default: self.init(word.string)
        }
    }

    init(_ text: String) {
        switch text {
        case "update": self = .update
        case "snapshot": self = .snapshot
        default: self = .unrecognised(text)
        }
    }
}

extension SpotFrame {
    public init(_ bytes: [UInt8]) throws(WireError) {
        self = try JSONReader.read(bytes) { reader throws(WireError) in try SpotFrame(&reader) }
    }

    /// Reads a frame in one pass. Only when `data` stands before `channel` is it read twice.
    public init(_ reader: inout JSONReader) throws(WireError) {
        var channel: JSONText?
        var delivery: SpotDelivery?
        var content: Content?
        var unreadData: JSONReader?
        var reply = SpotReply.Draft()
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "channel": channel = try reader.string()
            case "type": delivery = SpotDelivery(try reader.string())
            case "data":
                if let channel {
                    content = try Content(channel, &reader)
                } else {
                    unreadData = reader
                    try reader.skip()
                }
            default: if try !reply.take(name, &reader) { try reader.skip() }
            }
        }
        if reply.method != nil {
            self = try reply.frame(channel: channel)
            return
        }
        let name = try required(channel, "channel")
        if name == "heartbeat" {
            self = .heartbeat
            return
        }
        if content == nil, var data = unreadData {
            do throws(WireError) {
                content = try Content(name, &data)
            } catch {
                throw error.within("data")
            }
        }
        guard Content.isKnown(name) else {
            self = .unrecognised(name.string)
            return
        }
        self = try required(content, "data").frame(try required(delivery, "type"))
    }

    /// What stands under `data`.
    private enum Content {
        case status(SpotConnectionStatus)
        case ticker([SpotTicker])
        case trades([SpotMarketTrade])
        case candles([SpotCandleUpdate])
        case book([SpotBookUpdate])
        case instruments(SpotInstruments)
        case other

        static func isKnown(_ channel: JSONText) -> Bool {
            switch channel {
            case "ticker", "book", "trade", "ohlc", "instrument", "status": true
            default: false
            }
        }

        init(_ channel: JSONText, _ reader: inout JSONReader) throws(WireError) {
            switch channel {
            case "ticker": self = .ticker(try reader.list { reader throws(WireError) in try SpotTicker(&reader) })
            case "book": self = .book(try reader.list { reader throws(WireError) in try SpotBookUpdate(&reader) })
            case "trade": self = .trades(try reader.list { reader throws(WireError) in try SpotMarketTrade(&reader) })
            case "ohlc":
                self = .candles(try reader.list { reader throws(WireError) in try SpotCandleUpdate(&reader) })
            case "instrument": self = .instruments(try SpotInstruments(&reader))
            case "status":
                let list = try reader.list { reader throws(WireError) in try SpotConnectionStatus(&reader) }
                self = .status(try required(list.last, "system"))
            default:
                try reader.skip()
                self = .other
            }
        }

        func frame(_ delivery: SpotDelivery) -> SpotFrame {
            switch self {
            case .status(let status): .status(status)
            case .ticker(let list): .ticker(delivery, list)
            case .trades(let list): .trades(delivery, list)
            case .candles(let list): .candles(delivery, list)
            case .book(let list): .book(delivery, list)
            case .instruments(let lists): .instruments(delivery, lists)
            case .other: .unrecognised("")
            }
        }
    }
}

extension SpotFrame {
    /// The frame as it travels. A frame that this version does not know has only its channel.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            func data<Element>(
                _ channel: StaticString, _ delivery: SpotDelivery, _ list: [Element],
                _ write: (Element, inout JSONWriter) -> Void, _ writer: inout JSONWriter
            ) {
                Self.head(channel, delivery, &writer)
                writer.array { writer in for element in list { write(element, &writer) } }
            }
            switch self {
            case .heartbeat:
                writer.name("channel")
                writer.string("heartbeat")
            case .status(let status): data("status", .update, [status], { $0.write(to: &$1) }, &writer)
            case .ticker(let delivery, let list): data("ticker", delivery, list, { $0.write(to: &$1) }, &writer)
            case .trades(let delivery, let list): data("trade", delivery, list, { $0.write(to: &$1) }, &writer)
            case .candles(let delivery, let list): data("ohlc", delivery, list, { $0.write(to: &$1) }, &writer)
            case .book(let delivery, let list): data("book", delivery, list, { $0.write(to: &$1) }, &writer)
            case .instruments(let delivery, let lists):
                Self.head("instrument", delivery, &writer)
                lists.write(to: &writer)
            case .pong(let pong): pong.write(fields: &writer)
            case .reply(let reply): reply.write(fields: &writer)
            case .unrecognised(let channel):
                writer.name("channel")
                writer.string(channel)
            }
        }
        return writer.bytes
    }

    private static func head(_ channel: StaticString, _ delivery: SpotDelivery, _ writer: inout JSONWriter) {
        writer.name("channel")
        writer.string("\(channel)")
        writer.name("type")
        writer.string(delivery.text)
        writer.name("data")
    }
}

extension JSONReader {
    /// Reads the symbol of a market.
    mutating func symbol() throws(WireError) -> Symbol {
        let text = try string()
        guard let symbol = text.hasEscapes ? Symbol(text.string) : Symbol(bytes: text.bytes) else {
            throw WireError(.expected("a market such as BTC/USD"), offset: text.offset)
        }
        return symbol
    }
}
