public import Market

/// What Spot says in the `error` list of an answer: `<severity><category>:<text>[:<detail>]`.
public enum SpotError: Error, Hashable, Sendable {
    case unknownAssetPair
    case unknownMethod
    case invalidArguments(detail: String?)
    /// The limit of public requests from one address.
    case tooManyRequests
    /// The counter of one key or one pair is full.
    case rateLimitExceeded
    /// Too many requests at once; none will be taken before `until`.
    case throttled(until: Timestamp)
    case unavailable
    case busy
    case deadlineElapsed
    case cancelOnly
    case postOnly
    case invalidKey
    case invalidSignature
    case invalidNonce
    case permissionDenied
    case temporaryLockout
    case invalidSession
    case internalError(detail: String?)
    /// A warning (severity `W`), which comes with a valid result; the text without its severity.
    case warning(String)
    /// Anything else, whole.
    case unrecognised(String)

    /// What to do about it.
    public enum Remedy: Hashable, Sendable {
        /// The request is wrong: repeating it cannot help.
        case correctRequest
        /// Try again later, each time after a longer wait.
        case backOff
        case waitUntil(Timestamp)
        /// Key, rights or clock are wrong: nothing private will work until somebody acts.
        case stop
        /// The result is good.
        case none
    }

    private static let plain: [(text: String, error: SpotError)] = [
        ("EQuery:Unknown asset pair", .unknownAssetPair),
        ("EGeneral:Unknown method", .unknownMethod),
        ("EGeneral:Too many requests", .tooManyRequests),
        ("EAPI:Rate limit exceeded", .rateLimitExceeded),
        ("EService:Unavailable", .unavailable),
        ("EService:Busy", .busy),
        ("EService:Deadline elapsed", .deadlineElapsed),
        ("EService:Market in cancel_only mode", .cancelOnly),
        ("EService:Market in post_only mode", .postOnly),
        ("EAPI:Invalid key", .invalidKey),
        ("EAPI:Invalid signature", .invalidSignature),
        ("EAPI:Invalid nonce", .invalidNonce),
        ("EGeneral:Permission denied", .permissionDenied),
        ("EGeneral:Temporary lockout", .temporaryLockout),
        ("ESession:Invalid session", .invalidSession),
    ]
    private static let argumentsText = "EGeneral:Invalid arguments"
    private static let internalText = "EGeneral:Internal error"
    private static let throttledText = "EService:Throttled:"

    public init(_ text: String) {
        func detail(after prefix: String) -> String?? {
            guard text.hasPrefix(prefix) else { return nil }
            let rest = text.dropFirst(prefix.count)
            if rest.isEmpty { return .some(nil) }
            return rest.first == ":" ? .some(String(rest.dropFirst())) : nil
        }
        if let match = Self.plain.first(where: { $0.text == text }) {
            self = match.error
        } else if let detail = detail(after: Self.argumentsText) {
            self = .invalidArguments(detail: detail)
        } else if let detail = detail(after: Self.internalText) {
            self = .internalError(detail: detail)
        } else if text.hasPrefix(Self.throttledText),
            let seconds = Int64(text.dropFirst(Self.throttledText.count).drop { $0 == " " }),
            (0..<9_000_000_000).contains(seconds)
        {
            self = .throttled(until: Timestamp(seconds: seconds))
        } else if text.hasPrefix("W") {
            self = .warning(String(text.dropFirst()))
        } else {
            self = .unrecognised(text)
        }
    }

    /// As it travels.
    public var text: String {
        switch self {
        case .invalidArguments(let detail): Self.argumentsText + (detail.map { ":" + $0 } ?? "")
        case .internalError(let detail): Self.internalText + (detail.map { ":" + $0 } ?? "")
        case .throttled(let until): Self.throttledText + " \(until.seconds)"
        case .warning(let text): "W" + text
        case .unrecognised(let text): text
        case .unknownAssetPair, .unknownMethod, .tooManyRequests, .rateLimitExceeded, .unavailable, .busy,
            .deadlineElapsed, .cancelOnly, .postOnly, .invalidKey, .invalidSignature, .invalidNonce,
            .permissionDenied, .temporaryLockout, .invalidSession:
            Self.plain.first { $0.error == self }?.text ?? ""
        }
    }

    public var remedy: Remedy {
        switch self {
        case .unknownAssetPair, .unknownMethod, .invalidArguments: .correctRequest
        case .tooManyRequests, .rateLimitExceeded, .unavailable, .busy, .deadlineElapsed, .cancelOnly, .postOnly,
            .internalError, .unrecognised:
            .backOff
        case .throttled(let until): .waitUntil(until)
        case .invalidKey, .invalidSignature, .invalidNonce, .permissionDenied, .temporaryLockout, .invalidSession:
            .stop
        case .warning: .none
        }
    }
}

extension SpotError: CustomStringConvertible {
    public var description: String { text }
}
