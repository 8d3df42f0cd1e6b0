extension Derivatives {
    /// What the exchange complains of, in today's words or in those of the documentation.
    public enum StreamAlert: Error, Hashable, Sendable {
        /// The name as it was asked for; empty where the text has none.
        case invalidProduct(String)
        case invalidFeed
        /// A private feed without a valid signed challenge.
        case unauthenticated
        case badMessage
        case unrecognised(String)
    }
}

extension Derivatives.StreamAlert {
    private static let product = "Couldn't subscribe to invalid product `"

    public init(_ message: String) {
        switch message {
        case "Couldn't subscribe to invalid feed", "Invalid feed": self = .invalidFeed
        case "Failed to subscribe to authenticated feed": self = .unauthenticated
        case "Bad websocket message", "Json Error": self = .badMessage
        case "Invalid product id": self = .invalidProduct("")
        default:
            if message.hasPrefix(Self.product), message.hasSuffix("`") {
                self = .invalidProduct(String(message.dropFirst(Self.product.count).dropLast()))
            } else {
                self = .unrecognised(message)
            }
        }
    }

    /// As the exchange says it today.
    public var message: String {
        switch self {
        case .invalidProduct(let name): Self.product + name + "`"
        case .invalidFeed: "Couldn't subscribe to invalid feed"
        case .unauthenticated: "Failed to subscribe to authenticated feed"
        case .badMessage: "Bad websocket message"
        case .unrecognised(let message): message
        }
    }
}
