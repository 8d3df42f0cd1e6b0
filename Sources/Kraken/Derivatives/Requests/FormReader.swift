import Market
import Venue
import Wire

extension Derivatives {
    /// Why a request cannot be understood, for the local exchange to answer with.
    public enum RequestProblem: Error, Hashable, Sendable {
        /// No such endpoint.
        case notFound
        case missing(String)
        case invalid(String)
        /// The `json` of a batch is none.
        case notJSON

        /// The error that Kraken gives.
        public var error: DerivativesError {
            switch self {
            case .notFound: .failed(status: "NOT_FOUND", [.init(code: 0, message: "404 NOT_FOUND")])
            case .missing(let name): .refused(.known(.requiredArgumentMissing), detail: name)
            case .invalid(let name): .refused(.known(.invalidArgument), detail: name)
            case .notJSON: .refused(.known(.jsonParseError), detail: nil)
            }
        }
    }
}

/// Parameters of a request by name and kind; an empty value counts as absent. Where parameters come as JSON, the same.
struct FormReader {
    typealias Problem = Derivatives.RequestProblem
    private let values: (String) -> String?

    init(_ form: FormText) {
        values = { name in form[name].flatMap { $0.isEmpty ? nil : $0 } }
    }

    init(_ object: JSONValue) {
        values = { name in
            switch object[name] {
            case .string(let text), .number(let text): text.isEmpty ? nil : text
            case .bool(let flag): flag ? "true" : "false"
            case nil, .null, .array, .object: nil
            }
        }
    }

    func text(_ name: String) -> String? { values(name) }

    func required(_ name: String) throws(Problem) -> String {
        guard let text = text(name) else { throw .missing(name) }
        return text
    }

    func optionalAmount<Amount: FixedPoint>(_ name: String, _: Amount.Type = Amount.self) throws(Problem) -> Amount? {
        guard let text = text(name) else { return nil }
        do { return try Amount(text) } catch { throw .invalid(name) }
    }

    func amount<Amount: FixedPoint>(_ name: String) throws(Problem) -> Amount {
        guard let amount: Amount = try optionalAmount(name) else { throw .missing(name) }
        return amount
    }

    func optionalInteger(_ name: String) throws(Problem) -> Int64? {
        guard let text = text(name) else { return nil }
        guard let value = Int64(text) else { throw .invalid(name) }
        return value
    }

    func flag(_ name: String) throws(Problem) -> Bool {
        switch text(name) {
        case nil, "false": return false
        case "true": return true
        default: throw .invalid(name)
        }
    }

    func optionalWord<Word: WireWord>(_ name: String, _: Word.Type = Word.self) throws(Problem) -> Word? {
        guard let text = text(name) else { return nil }
        guard let word = Open<Word>(text).word else { throw .invalid(name) }
        return word
    }

    func word<Word: WireWord>(_ name: String) throws(Problem) -> Word {
        guard let word: Word = try optionalWord(name) else { throw .missing(name) }
        return word
    }

    func side(_ name: String) throws(Problem) -> Side {
        guard let side = Side(wire: try required(name)) else { throw .invalid(name) }
        return side
    }

    func optionalInstrument(_ name: String) throws(Problem) -> InstrumentID? {
        guard let text = text(name) else { return nil }
        guard let id = InstrumentID(wire: text) else { throw .invalid(name) }
        return id
    }

    func instrument(_ name: String) throws(Problem) -> InstrumentID {
        guard let id = try optionalInstrument(name) else { throw .missing(name) }
        return id
    }

    func optionalInstant(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = text(name) else { return nil }
        guard let time = Timestamp(wire: text) else { throw .invalid(name) }
        return time
    }

    /// The exchange's id under `name`, else ours under `cliOrdId`.
    func reference(_ name: String) throws(Problem) -> Derivatives.OrderReference {
        if let id = text(name) { return .order(id) }
        if let id = text("cliOrdId") { return .client(id) }
        throw .missing(name)
    }
}
