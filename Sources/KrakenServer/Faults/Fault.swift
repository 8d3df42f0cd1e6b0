public import Market
public import Wire

/// One thing that goes wrong on purpose.
public struct Fault: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        // Answers of REST and of order methods.
        /// 503, and nothing was done.
        case serverError = "server_error"
        /// 500, though it was done.
        case serverErrorWithEffect = "server_error_with_effect"
        /// Done, and the connection breaks instead of an answer.
        case answerLost = "answer_lost"
        /// Nothing was done, and no answer ever comes.
        case noAnswer = "no_answer"
        case delayedAnswer = "delayed_answer"
        /// The first half of the JSON with status 200.
        case truncatedAnswer = "truncated_answer"
        /// 429, or what the surface says instead.
        case rateLimited = "rate_limited"
        case authenticationRefused = "authentication_refused"
        /// Lists of orders, positions, fills and balances as they were when the fault began.
        case staleSnapshot = "stale_snapshot"
        /// Every number of the answer as text.
        case numbersAsText = "numbers_as_text"

        // Frames.
        case duplicateFrames = "duplicate_frames"
        /// Two neighbouring frames of different feeds change places.
        case reorderedFrames = "reordered_frames"
        case delayedFrames = "delayed_frames"
        case lostFrames = "lost_frames"

        // Connections.
        case resetConnections = "reset_connections"
        case resetMidFrame = "reset_mid_frame"
        /// Open, but nothing passes either way.
        case silentConnections = "silent_connections"
        case refusedConnections = "refused_connections"

        // The engine.
        /// The next cancel finds its order half filled a moment before.
        case partialFillBeforeCancel = "partial_fill_before_cancel"
        case stopRefused = "stop_refused"
        /// The next order is refused as meeting one of the same account.
        case selfTradePrevention = "self_trade_prevention"
        case venueCancel = "venue_cancel"
        /// A market order that the client did not send.
        case manualPosition = "manual_position"
        /// Dollars paid into the account, or out of it as far as they are free.
        case transfer
        case deadManExpiry = "dead_man_expiry"
        /// Nothing can be placed or cancelled.
        case maintenance
        case cancelOnly = "cancel_only"
        case postOnly = "post_only"
        /// Twice the margin rates and half the largest position.
        case instrumentChange = "instrument_change"
        /// Orders are cancelled, positions closed and the contract is gone.
        case delisting
    }

    public let kind: Kind
    /// When it begins.
    public let at: Timestamp
    /// How often it strikes, for kinds that strike single answers, frames or orders.
    public let count: Int
    /// How long it lasts; nil without end, or until it has struck `count` times.
    public let lasting: Interval?
    /// By how much answers and frames come late.
    public let delay: Interval
    /// Only this account; nil for all.
    public let account: String?
    /// Only this contract; nil for all.
    public let symbol: String?
    /// Only requests whose path, or method, holds this text.
    public let path: String?
    /// Of a manual position: signed, in coin. Of a transfer: what that is worth.
    public let quantity: Quantity

    public init(
        _ kind: Kind, at: Timestamp, count: Int = 1, lasting: Interval? = nil, delay: Interval = .seconds(5),
        account: String? = nil, symbol: String? = nil, path: String? = nil, quantity: Quantity = .zero
    ) {
        self.kind = kind
        self.at = at
        self.count = count
        self.lasting = lasting
        self.delay = delay
        self.account = account
        self.symbol = symbol
        self.path = path
        self.quantity = quantity
    }

    /// Reads `{"kind":"answer_lost","at":"2026-01-01T00:00:00Z","count":1,"lasting_ms":1000,"delay_ms":5000,"account":"demo",
    /// "symbol":"PF_XBTUSD","path":"sendorder","quantity":"-0.01"}`; everything but the kind may be missing. `now` is
    /// when a fault without a time begins; `after_ms` counts from it.
    public init(_ value: JSONValue, now: Timestamp) throws(FaultError) {
        guard let name = value["kind"]?.string, let kind = Kind(rawValue: name) else {
            throw FaultError("'kind' must be one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let known = [
            "kind", "at", "after_ms", "count", "lasting_ms", "delay_ms", "account", "symbol", "path", "quantity",
        ]
        if let unknown = value.members?.first(where: { !known.contains($0.name) }) {
            throw FaultError("'\(unknown.name)' is no field of a fault; it has \(known.joined(separator: ", "))")
        }
        var at = now + (try Self.milliseconds(value, "after_ms") ?? .zero)
        if let text = value["at"]?.string {
            guard let time = Timestamp(rfc3339: text) else {
                throw FaultError("'at' must be a time such as 2026-01-31T16:00:00Z")
            }
            at = time
        }
        let count = value["count"]?.integer ?? 1
        guard (1...1_000_000).contains(count) else { throw FaultError("'count' must be 1 to 1000000") }
        self.init(
            kind, at: at, count: Int(count), lasting: try Self.milliseconds(value, "lasting_ms"),
            delay: try Self.milliseconds(value, "delay_ms") ?? .seconds(5), account: value["account"]?.string,
            symbol: value["symbol"]?.string?.uppercased(), path: value["path"]?.string,
            quantity: value["quantity"]?.amount() ?? .zero)
    }

    private static func milliseconds(_ value: JSONValue, _ name: String) throws(FaultError) -> Interval? {
        guard let field = value[name] else { return nil }
        guard let number = field.integer, (0...1_000_000_000_000).contains(number) else {
            throw FaultError("'\(name)' must be whole milliseconds")
        }
        return .milliseconds(number)
    }
}

/// Why the text of a fault is none.
public struct FaultError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
