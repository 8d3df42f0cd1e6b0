public import Wire

/// A request to Spot REST together with the type of its answer.
public protocol SpotRequest: Sendable {
    associatedtype Answer: SpotResult
    var http: HTTPRequest { get }
}

/// What stands under `result` in an answer of Spot REST.
public protocol SpotResult: Hashable, Sendable {
    init(_ reader: inout JSONReader) throws(WireError)
    /// Writes the same value, for the side that answers.
    func write(to writer: inout JSONWriter)
}

/// Why a request to Spot REST brought no answer of its type.
public enum SpotFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The request did not reach the exchange: a status other than 200 comes from what stands before it.
    case status(Int, excerpt: String)
    /// The exchange refused. Never empty.
    case refused([SpotError])
    /// The answer is not what it should be.
    case unreadable(WireError, excerpt: String)

    public var description: String {
        switch self {
        case .status(let status, let excerpt): "HTTP status \(status): \(excerpt)"
        case .refused(let errors): errors.map(\.text).joined(separator: ", ")
        case .unreadable(let error, let excerpt): "\(error) in: \(excerpt)"
        }
    }
}

extension SpotRequest {
    /// Reads the answer to this request, with the warnings that came along.
    public func read(_ response: HTTPResponse) throws(SpotFailure) -> (answer: Answer, warnings: [SpotError]) {
        guard response.status == 200 else {
            throw .status(response.status, excerpt: redactedExcerpt(response.body))
        }
        let envelope: SpotEnvelope<Answer>
        do {
            envelope = try JSONReader.read(response.body) { reader throws(WireError) in
                try SpotEnvelope<Answer>(&reader)
            }
        } catch {
            throw .unreadable(error, excerpt: redactedExcerpt(response.body))
        }
        let refusals = envelope.errors.filter { $0.remedy != .none }
        guard refusals.isEmpty else { throw .refused(refusals) }
        guard let result = envelope.result else {
            throw .unreadable(.missing("result"), excerpt: redactedExcerpt(response.body))
        }
        return (result, envelope.errors)
    }

    public func answer(_ response: HTTPResponse) throws(SpotFailure) -> Answer { try read(response).answer }
}

/// `{"error":[...],"result":...}`, which every answer is wrapped in.
public struct SpotEnvelope<Result: SpotResult>: Hashable, Sendable {
    public var errors: [SpotError]
    /// Absent or null when the request was refused.
    public var result: Result?

    public init(errors: [SpotError] = [], result: Result?) {
        self.errors = errors
        self.result = result
    }

    public init(_ reader: inout JSONReader) throws(WireError) {
        var errors: [SpotError]?
        var result: Result?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "error": errors = try reader.list { reader throws(WireError) in SpotError(try reader.text()) }
            case "result": result = try reader.optional { reader throws(WireError) in try Result(&reader) }
            default: try reader.skip()
            }
        }
        self.errors = try required(errors, "error")
        self.result = result
    }

    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("error")
            writer.array { writer in for error in errors { writer.string(error.text) } }
            if let result {
                writer.name("result")
                result.write(to: &writer)
            }
        }
        return writer.bytes
    }
}
