import Market
import Wire

/// The envelope of Spot REST: HTTP 200 whatever happened, errors in a list.
enum SpotError: Error, Hashable, Sendable {
    case unknownPair
    case invalidArguments(String)
    case unknownMethod
    case invalidKey
    case invalidSignature
    case invalidNonce
    case rateLimit
    case service(String)

    var text: String {
        switch self {
        case .unknownPair: "EQuery:Unknown asset pair"
        case .invalidArguments(let name): "EGeneral:Invalid arguments:\(name)"
        case .unknownMethod: "EGeneral:Unknown method"
        case .invalidKey: "EAPI:Invalid key"
        case .invalidSignature: "EAPI:Invalid signature"
        case .invalidNonce: "EAPI:Invalid nonce"
        case .rateLimit: "EAPI:Rate limit exceeded"
        case .service(let what): "EService:\(what)"
        }
    }

    var response: HTTPResponse {
        .json(
            JSONWriter.text { writer in
                writer.array("error") { $0.string(text) }
                writer.name("result")
                writer.null()
            })
    }
}

extension LocalExchange {
    func spotSuccess(_ fill: (inout JSONWriter) -> Void) -> HTTPResponse {
        .json(
            JSONWriter.text { writer in
                writer.array("error") { _ in }
                writer.object("result", fill)
            })
    }
}

extension Quantity {
    /// With the eight decimals of spot lots.
    var spotText: String { formatted(6) + "00" }
}
