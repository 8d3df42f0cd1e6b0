public import Kraken
public import Market
public import Wire

/// The service that a request of history goes to.
public enum HistoryHost: Hashable, Sendable {
    case spot
    case derivatives
}

/// The world outside a download: a service that answers, and time.
public protocol HistoryWorld: Sendable {
    var now: Timestamp { get }
    func sleep(_ interval: Interval) async throws
    /// Throws when no answer came; asking again is always safe, for nothing here changes anything at the exchange.
    func send(_ request: HTTPRequest, to host: HistoryHost) async throws -> HTTPResponse
    /// Hears why a request did not succeed, before it is tried again.
    func noticed(_ trouble: String)
}

/// Asks at the pace that the exchange allows, and again after what may pass.
public struct HistoryRunner<World: HistoryWorld>: Sendable {
    public let world: World
    private var pace: RequestPace

    public init(_ world: World, pace: RequestPace = RequestPace()) {
        self.world = world
        self.pace = pace
    }

    /// What an answer means for the request.
    private enum Verdict<Answer> {
        case answer(Answer)
        case again(String, until: Timestamp?)
        case never(String)
    }

    /// Asks Spot.
    public mutating func ask<Request: SpotRequest>(_ request: Request) async throws(HistoryError) -> Request.Answer {
        try await ask(request.http, .spot) { response in
            do throws(SpotFailure) {
                return .answer(try request.answer(response))
            } catch {
                return Self.verdict(on: error)
            }
        }
    }

    /// Asks the derivatives side.
    public mutating func ask<Content: WireObject>(
        _ request: Derivatives.Request, for _: Content.Type
    ) async throws(HistoryError) -> Content {
        try await ask(request.http, .derivatives) { response in
            do throws(DerivativesError) {
                return .answer(try Derivatives.Reply<Content>(response).content)
            } catch {
                return Self.verdict(on: error)
            }
        }
    }

    /// Asks the derivatives side for bytes to keep as they are.
    public mutating func bytes(_ request: Derivatives.Request) async throws(HistoryError) -> [UInt8] {
        try await ask(request.http, .derivatives) { response in
            guard response.status == 200 else {
                return .again("HTTP status \(response.status): \(redactedExcerpt(response.body))", until: nil)
            }
            return .answer(response.body)
        }
    }

    private mutating func ask<Answer>(
        _ request: HTTPRequest, _ host: HistoryHost, _ judge: (HTTPResponse) -> Verdict<Answer>
    ) async throws(HistoryError) -> Answer {
        while true {
            let wait = pace.wait(at: world.now)
            if wait > .zero {
                do {
                    try await world.sleep(wait)
                } catch {
                    throw .noAnswer("interrupted", attempts: 0)
                }
            }
            pace.sent(at: world.now)
            let response: HTTPResponse
            do {
                response = try await world.send(request, to: host)
            } catch {
                try pace.failed("\(error)", at: world.now)
                world.noticed("\(error)")
                continue
            }
            switch judge(response) {
            case .answer(let answer):
                pace.succeeded()
                return answer
            case .again(let reason, let until):
                try pace.failed(reason, at: world.now, until: until)
                world.noticed(reason)
            case .never(let reason): throw .refused(reason)
            }
        }
    }

    private static func verdict<Answer>(on failure: SpotFailure) -> Verdict<Answer> {
        guard case .refused(let errors) = failure else { return .again("\(failure)", until: nil) }
        var until: Timestamp?
        for error in errors {
            switch error.remedy {
            case .correctRequest, .stop: return .never("\(failure)")
            case .waitUntil(let time): until = time
            case .backOff, .none: break
            }
        }
        return .again("\(failure)", until: until)
    }

    private static func verdict<Answer>(on error: DerivativesError) -> Verdict<Answer> {
        switch error {
        case .refused(.known(let code), _):
            switch code {
            case .apiLimitExceeded, .marketUnavailable, .unavailable, .serverError, .unknownError:
                .again("\(error)", until: nil)
            case .authenticationError, .accountInactive, .invalidAccount, .nonceBelowThreshold, .nonceDuplicate,
                .requiredArgumentMissing, .invalidArgument, .invalidAmount, .invalidUnit, .jsonParseError,
                .insufficientFunds, .contractNotFound, .notFound:
                .never("\(error)")
            }
        case .refused(.unrecognised, _), .unreadable: .again("\(error)", until: nil)
        case .failed: .never("\(error)")
        case .plainText(let status, let text, _):
            // 429 and 5xx pass; other refusals in plain words, such as a bad resolution, do not.
            status == 429 || status >= 500
                ? .again("HTTP status \(status): \(text)", until: nil) : .never("HTTP status \(status): \(text)")
        }
    }
}
