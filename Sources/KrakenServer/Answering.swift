public import Market
public import Wire

extension LocalExchange {
    /// As `respond`, for those who can only pass on an answer: what comes late comes at once, and where none comes at
    /// all it is 504.
    public mutating func answer(_ request: HTTPRequest, at time: Timestamp) -> HTTPResponse {
        switch respond(to: request, at: time) {
        case .respond(let response), .respondLater(let response, _): response
        case .silence, .reset: .plain("Gateway Timeout", status: 504)
        }
    }

    /// Answers a request on any REST surface, by its path, as of `time`.
    public mutating func respond(to request: HTTPRequest, at time: Timestamp) -> Answer {
        advance(to: time)
        if request.path.hasPrefix("/admin") {
            let response = admin(request)
            deliverNews()
            return .respond(response)
        }
        let answer = answerThroughFaults(request)
        deliverNews()
        return answer
    }

    mutating func route(_ request: HTTPRequest) -> HTTPResponse {
        let parts = request.path.split(separator: "/").map(String.init)
        switch parts.first {
        case "derivatives": return derivatives(request, parts)
        case "0": return spot(request, parts)
        case "api": return derivativesServices(request, parts)
        default: return DerivativesError.noSuchPath.response(at: clock)
        }
    }

    private mutating func derivatives(_ request: HTTPRequest, _ parts: [String]) -> HTTPResponse {
        do throws(DerivativesError) {
            guard parts.count >= 4, parts[1] == "api" else { throw .noSuchPath }
            let call = try DerivativesCall(request, parts: Array(parts[3...]))
            if let answer = try publicDerivatives(call) { return answer }
            return try privateDerivatives(call)
        } catch {
            return error.response(at: clock)
        }
    }

    private mutating func derivativesServices(_ request: HTTPRequest, _ parts: [String]) -> HTTPResponse {
        do throws(DerivativesError) {
            guard parts.count >= 3 else { throw .noSuchPath }
            let call = try DerivativesCall(request, parts: Array(parts[3...]))
            switch parts[1] {
            case "charts": return charts(call)
            case "history": return try derivativesHistory(call)
            case "auth" where parts.last == "check": return try keyCheck(call)
            default: throw .noSuchPath
            }
        } catch {
            return error.response(at: clock)
        }
    }
}

/// A request to derivatives REST: where to, and what with, wherever the client put it.
struct DerivativesCall {
    let request: HTTPRequest
    /// The path behind the version.
    let parts: [String]
    /// Of the query and the body together.
    let parameters: FormText

    init(_ request: HTTPRequest, parts: [String]) throws(DerivativesError) {
        self.request = request
        self.parts = parts
        guard let query = FormText(encoded: Array(request.query.utf8)), let body = FormText(encoded: request.body)
        else {
            throw .engine(code: 11, message: "Argument invalid: parameters")
        }
        parameters = FormText(query.pairs + body.pairs)
    }

    var endpoint: String { parts.first ?? "" }

    /// A value that must be there.
    func required(_ name: String) throws(DerivativesError) -> String {
        guard let value = parameters[name], !value.isEmpty else { throw .missing(name) }
        return value
    }

    /// A time of RFC 3339, if given.
    func time(_ name: String) throws(DerivativesError) -> Timestamp? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        guard let time = Timestamp(rfc3339: text) else { throw .invalid(name) }
        return time
    }
}
