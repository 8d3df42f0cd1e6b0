public import Market
public import Wire

extension Derivatives {
    /// An answer in its envelope: `{"result":"success", ..., "serverTime":"..."}`. History and charts have none of it.
    public struct Reply<Content: WireObject>: Hashable, Sendable {
        public let content: Content
        /// The exchange's clock when it answered; nil where the endpoint does not say.
        public let serverTime: Timestamp?

        public init(_ content: Content, serverTime: Timestamp?) {
            self.content = content
            self.serverTime = serverTime
        }

        /// Reads an answer. What `result` says decides, not the HTTP status.
        public init(_ response: HTTPResponse) throws(DerivativesError) {
            let bytes = response.body
            let value: JSONValue
            let failure: DerivativesError?
            do throws(WireError) {
                value = try JSONValue(bytes)
                failure = try Self.failure(in: value)
            } catch {
                throw Self.unreadable(error, response)
            }
            if let failure { throw failure }
            do throws(WireError) {
                content = try Content(value)
                serverTime = try Fields(value).optionalInstant("serverTime")
            } catch {
                guard (200..<300).contains(response.status) else { throw Self.unreadable(error, response) }
                throw .unreadable(error, excerpt: redactedExcerpt(bytes))
            }
        }

        /// The answer as it travels.
        public var response: HTTPResponse {
            var writer = JSONWriter()
            writer.object { writer in
                if serverTime != nil { writer.put("result", "success") }
                content.members(into: &writer)
                writer.put("serverTime", instant: serverTime)
            }
            return HTTPResponse(status: 200, headers: [Derivatives.jsonType], body: writer.bytes)
        }

        private static func failure(in value: JSONValue) throws(WireError) -> DerivativesError? {
            // `/api/charts/v1/` answers with a plain array.
            guard case .object = value else { return nil }
            let fields = try Fields(value)
            if let text = fields["error"]?.string { return DerivativesError(refusal: text) }
            guard try fields.optionalText("result") == "error" || fields["errors"]?.array != nil else { return nil }
            let errors = (fields["errors"]?.array ?? []).map { error in
                DerivativesError.EngineError(
                    code: error["code"]?.integer, message: error["message"]?.string ?? error.string ?? "")
            }
            return .failed(status: try fields.optionalText("status") ?? "", errors)
        }

        private static func unreadable(_ error: WireError, _ response: HTTPResponse) -> DerivativesError {
            let text = redactedExcerpt(response.body)
            guard (200..<300).contains(response.status) else {
                let wait = (response[header: "rate-limit-reset"] ?? response[header: "retry-after"]).flatMap {
                    Int64($0)
                }
                let seconds = wait.flatMap { (0...86_400).contains($0) ? Interval.seconds($0) : nil }
                return .plainText(status: response.status, text, retryAfter: seconds)
            }
            return .unreadable(error, excerpt: text)
        }
    }

    static let jsonType = HTTPHeader("Content-Type", "application/json")
}

extension DerivativesError {
    /// Reads the word of `error`, with what follows a colon.
    init(refusal text: String) {
        let parts = text.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
        guard let first = parts.first else {
            self = .refused(.unrecognised(text), detail: nil)
            return
        }
        self = .refused(Open(String(first)), detail: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// The error as it travels, for the local exchange.
    public func response(serverTime: Timestamp) -> HTTPResponse {
        var writer = JSONWriter()
        switch self {
        case .refused(let code, let detail):
            writer.object { writer in
                writer.put("result", "error")
                writer.put("error", code.text + (detail.map { ": " + $0 } ?? ""))
                writer.put("serverTime", instant: serverTime)
            }
            return HTTPResponse(status: 200, headers: [Derivatives.jsonType], body: writer.bytes)
        case .failed(let status, let errors):
            writer.object { writer in
                writer.put("status", status)
                writer.put("result", "error")
                writer.name("errors")
                writer.array { writer in
                    for error in errors {
                        writer.object { writer in
                            writer.put("code", error.code)
                            writer.put("message", error.message)
                        }
                    }
                }
                writer.put("serverTime", instant: serverTime)
            }
            let statuses = ["BAD_REQUEST": 400, "UNAUTHORIZED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404]
            return HTTPResponse(
                status: statuses[status] ?? 500, headers: [Derivatives.jsonType], body: writer.bytes)
        case .plainText(let status, let text, let wait):
            let seconds = wait.map { [HTTPHeader("rate-limit-reset", String($0.nanoseconds / 1_000_000_000))] } ?? []
            return HTTPResponse(
                status: status, headers: [HTTPHeader("Content-Type", "text/plain")] + seconds, body: Array(text.utf8))
        case .unreadable(let problem, _):
            return HTTPResponse(status: 500, headers: [Derivatives.jsonType], body: Array(problem.description.utf8))
        }
    }
}
