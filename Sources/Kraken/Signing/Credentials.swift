public import Wire

/// One API key of an account. Shows neither of its halves to print, log, error or dump: the key names the account, the
/// secret signs for it.
public struct Credentials: Sendable {
    /// The public half, sent with every private request.
    public let key: Redacted
    let signer: Signer

    /// - Parameter secret: the private half as the exchange shows it, in Base64.
    public init(key: String, secret: String) throws(CredentialError) {
        guard !key.isEmpty else { throw .emptyKey }
        guard key.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { throw .keyNotPrintable }
        guard !secret.isEmpty else { throw .emptySecret }
        do {
            signer = try Signer(secret: Redacted(secret))
        } catch {
            switch error {
            case .length(let length): throw .secretLength(length)
            case .character(let place): throw .secretCharacter(at: place)
            }
        }
        self.key = Redacted(key)
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(credentials)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why an API key cannot be used. Carries places and lengths, never a character of the key or the secret.
public enum CredentialError: Error, Hashable, Sendable, CustomStringConvertible {
    case emptyKey
    case keyNotPrintable
    case emptySecret
    case secretLength(Int)
    case secretCharacter(at: Int)

    public var description: String {
        let remedy = "copy it again from the exchange, whole and without blanks"
        return switch self {
        case .emptyKey: "the API key is empty; \(remedy)"
        case .keyNotPrintable: "the API key holds a blank or a character that no key has; \(remedy)"
        case .emptySecret: "the API secret is empty; \(remedy)"
        case .secretLength(let length):
            "the API secret is not Base64: \(length) characters, not a multiple of four; \(remedy)"
        case .secretCharacter(let place): "the API secret is not Base64 (character \(place + 1)); \(remedy)"
        }
    }
}
