import Market
import Wire

/// Why derivatives REST refuses a request before any order is looked at.
enum DerivativesError: Error, Hashable, Sendable {
    case authentication
    case limit
    case nonceDuplicate
    case nonceTooOld
    case missing(String)
    case invalid(String)
    case contractNotFound
    case badJSON
    case noSuchPath
    case unavailable
    /// The second shape, with an engine's code.
    case engine(code: Int, message: String)

    func response(at time: Timestamp) -> HTTPResponse {
        switch self {
        case .authentication: simple("authenticationError", time)
        case .limit: simple("apiLimitExceeded", time)
        case .nonceDuplicate: simple("nonceDuplicate", time)
        case .nonceTooOld: simple("nonceBelowThreshold", time)
        case .missing(let name): simple("requiredArgumentMissing: \(name)", time)
        case .invalid(let name): simple("invalidArgument: \(name)", time)
        case .contractNotFound: simple("contractNotFound", time)
        case .badJSON: simple("Json Parse Error", time)
        case .unavailable: simple("Unavailable", time)
        case .noSuchPath: coded(status: 404, "NOT_FOUND", code: 0, "404 NOT_FOUND", time)
        case .engine(let code, let message): coded(status: 400, "BAD_REQUEST", code: code, message, time)
        }
    }

    private func simple(_ error: String, _ time: Timestamp) -> HTTPResponse {
        .json(
            JSONWriter.text { writer in
                writer.field("result", "error")
                writer.field("error", error)
                writer.field("serverTime", time: time)
            })
    }

    private func coded(
        status: Int, _ name: String, code: Int, _ message: String, _ time: Timestamp
    ) -> HTTPResponse {
        .json(
            JSONWriter.text { writer in
                writer.field("status", name)
                writer.field("result", "error")
                writer.array("errors") { writer in
                    writer.object { writer in
                        writer.field("code", code)
                        writer.field("message", message)
                    }
                }
                writer.field("serverTime", time: time)
            }, status: status)
    }
}

extension HTTPResponse {
    static func json(_ body: [UInt8], status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: body)
    }

    static func plain(_ text: String, status: Int, headers: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [HTTPHeader("Content-Type", "text/plain")] + headers, body: Array(text.utf8))
    }
}
