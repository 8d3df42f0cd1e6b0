public import Market
public import Wire

/// Why a request was not answered with what was asked for. What is inside a successful answer, such as a refused order,
/// is no error here.
public enum DerivativesError: Error, Hashable, Sendable {
    /// The word of `error`: `{"result":"error","error":"apiLimitExceeded"}`; `detail` is what may follow a colon.
    case refused(Open<Code>, detail: String?)
    /// The list of `errors`, with the word of `status`: `BAD_REQUEST`, `NOT_FOUND`.
    case failed(status: String, [EngineError])
    /// No JSON: charts and gateways answer in plain text. `retryAfter` is the wait that a limit named.
    case plainText(status: Int, String, retryAfter: Interval?)
    /// Not the message that it should be.
    case unreadable(WireError, excerpt: String)

    /// The words of `error`.
    public enum Code: String, WireWord {
        case apiLimitExceeded
        case authenticationError
        case accountInactive
        case invalidAccount
        case nonceBelowThreshold
        case nonceDuplicate
        case requiredArgumentMissing
        case invalidArgument
        case invalidAmount
        case invalidUnit
        case jsonParseError = "Json Parse Error"
        case insufficientFunds
        case contractNotFound
        case notFound
        case marketUnavailable
        case unavailable = "Unavailable"
        case serverError = "Server Error"
        case unknownError
    }

    /// One of `errors`.
    public struct EngineError: Hashable, Sendable {
        /// 11 invalid argument, 41 would cause liquidation, 87 no such contract, 88 not multi-collateral, 92 margin.
        public let code: Int64?
        public let message: String

        public init(code: Int64?, message: String) {
            self.code = code
            self.message = message
        }
    }
}

extension DerivativesError {
    /// The request may have been carried out all the same: an order must be looked for, never sent again.
    public var mayHaveTakenEffect: Bool {
        switch self {
        case .refused(.known(let code), _):
            switch code {
            case .marketUnavailable, .unavailable, .serverError, .unknownError: true
            case .apiLimitExceeded, .authenticationError, .accountInactive, .invalidAccount, .nonceBelowThreshold,
                .nonceDuplicate, .requiredArgumentMissing, .invalidArgument, .invalidAmount, .invalidUnit,
                .jsonParseError, .insufficientFunds, .contractNotFound, .notFound:
                false
            }
        case .refused(.unrecognised, _), .unreadable: true
        case .failed(let status, _): !Self.harmless.contains(status)
        case .plainText(let status, _, _): !(400..<500).contains(status)
        }
    }

    /// The budget is spent; the request may be sent again later.
    public var isRateLimit: Bool {
        switch self {
        case .refused(let code, _): code == .known(.apiLimitExceeded)
        case .failed(let status, _): status == "TOO_MANY_REQUESTS"
        case .plainText(let status, _, _): status == 429
        case .unreadable: false
        }
    }

    /// Words of `status` that name a fault of the request.
    private static let harmless: Set<String> = [
        "BAD_REQUEST", "NOT_FOUND", "UNAUTHORIZED", "FORBIDDEN", "METHOD_NOT_ALLOWED", "TOO_MANY_REQUESTS",
    ]
}

extension DerivativesError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let code, let detail): code.text + (detail.map { ": " + $0 } ?? "")
        case .failed(let status, let errors):
            ([status] + errors.map { "\($0.message) (\($0.code.map(String.init) ?? "no code"))" })
                .joined(separator: "; ")
        case .plainText(let status, let text, let wait):
            "HTTP \(status): \(text)" + (wait.map { ", retry in \($0.nanoseconds / 1_000_000_000) s" } ?? "")
        case .unreadable(let problem, let excerpt): "unreadable answer: \(problem), in: \(excerpt)"
        }
    }
}
