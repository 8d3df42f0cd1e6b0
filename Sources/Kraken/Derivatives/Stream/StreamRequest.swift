import Market
public import Venue
public import Wire

extension Derivatives {
    /// Feeds of WebSocket v1.
    public enum Feed: String, WireWord {
        case ticker
        case tickerLite = "ticker_lite"
        case trade
        case book
        case heartbeat
        case openOrders = "open_orders"
        case openOrdersVerbose = "open_orders_verbose"
        case fills
        case openPositions = "open_positions"
        case balances
        case accountLog = "account_log"
        case notifications = "notifications_auth"

        /// Whether a subscription needs a signed challenge.
        public var isPrivate: Bool {
            switch self {
            case .ticker, .tickerLite, .trade, .book, .heartbeat: false
            case .openOrders, .openOrdersVerbose, .fills, .openPositions, .balances, .accountLog, .notifications: true
            }
        }

        /// Whether a subscription names products.
        public var isByProduct: Bool {
            switch self {
            case .ticker, .tickerLite, .trade, .book: true
            case .heartbeat, .openOrders, .openOrdersVerbose, .fills, .openPositions, .balances, .accountLog,
                .notifications:
                false
            }
        }
    }

    /// The proof that a private subscription belongs to the holder of a key. Good for one connection.
    public struct ChallengeProof: Hashable, Sendable {
        public let key: Redacted
        /// As the exchange sent it.
        public let challenge: String
        public let signature: Redacted

        public init(key: Redacted, challenge: String, signature: Redacted) {
            self.key = key
            self.challenge = challenge
            self.signature = signature
        }
    }

    /// A frame that a client sends.
    public enum StreamRequest: Hashable, Sendable {
        case challenge(key: Redacted)
        case subscribe(Open<Feed>, [InstrumentID], ChallengeProof?)
        case unsubscribe(Open<Feed>, [InstrumentID], ChallengeProof?)
    }
}

extension Derivatives.StreamRequest {
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            switch self {
            case .challenge(let key):
                writer.put("event", "challenge")
                writer.put("api_key", key.reveal())
            case .subscribe(let feed, let products, let proof):
                Self.write("subscribe", feed, products, proof, &writer)
            case .unsubscribe(let feed, let products, let proof):
                Self.write("unsubscribe", feed, products, proof, &writer)
            }
        }
        return writer.bytes
    }

    private static func write(
        _ event: String, _ feed: Open<Derivatives.Feed>, _ products: [InstrumentID],
        _ proof: Derivatives.ChallengeProof?, _ writer: inout JSONWriter
    ) {
        writer.put("event", event)
        writer.put("feed", feed)
        if !products.isEmpty { writer.put("product_ids", products.map(\.description)) }
        if let proof {
            writer.put("api_key", proof.key.reveal())
            writer.put("original_challenge", proof.challenge)
            writer.put("signed_challenge", proof.signature.reveal())
        }
    }

    /// Reads what a client sent. A product that can be no symbol is an invalid product; all else that cannot be read is a
    /// bad message.
    public init(_ bytes: [UInt8]) throws(Derivatives.StreamAlert) {
        do throws(WireError) {
            let fields = try Fields(try JSONValue(bytes))
            switch try fields.text("event") {
            case "challenge": self = .challenge(key: Redacted(try fields.text("api_key")))
            case "subscribe": self = .subscribe(try fields.word("feed"), [], try Self.proof(fields))
            case "unsubscribe": self = .unsubscribe(try fields.word("feed"), [], try Self.proof(fields))
            default: throw .missing("event")
            }
            let products = try fields.texts("product_ids")
            try addProducts(products)
        } catch {
            if case .expected(let name) = error.problem, error.field == Self.productField {
                throw .invalidProduct(name)
            }
            throw .badMessage
        }
    }

    private static let productField = "product_ids[]"

    private mutating func addProducts(_ names: [String]) throws(WireError) {
        let ids = try names.map { name throws(WireError) in
            guard let id = InstrumentID(wire: name) else { throw WireError(.expected(name), field: Self.productField) }
            return id
        }
        switch self {
        case .challenge: break
        case .subscribe(let feed, _, let proof): self = .subscribe(feed, ids, proof)
        case .unsubscribe(let feed, _, let proof): self = .unsubscribe(feed, ids, proof)
        }
    }

    private static func proof(_ fields: Fields) throws(WireError) -> Derivatives.ChallengeProof? {
        guard let key = try fields.filledText("api_key"), let challenge = try fields.filledText("original_challenge"),
            let signature = try fields.filledText("signed_challenge")
        else { return nil }
        return .init(key: Redacted(key), challenge: challenge, signature: Redacted(signature))
    }
}
