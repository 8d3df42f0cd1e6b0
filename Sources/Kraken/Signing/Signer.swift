import Crypto
public import Wire

/// Signs with one secret, as both ends of the conversation compute it. The three signatures of Kraken are Base64 of
/// HMAC-SHA512 keyed with the decoded secret; they differ in what is signed.
public struct Signer: Sendable {
    private let key: SymmetricKey

    /// - Parameter secret: as the exchange shows it, in Base64.
    public init(secret: Redacted) throws(Base64.Problem) {
        key = SymmetricKey(data: try Base64.decode(secret.reveal()))
    }

    /// `Authent` of Derivatives REST: over the SHA-256 of parameters, nonce and path.
    public func authent(_ message: [UInt8]) -> String { sign(Array(SHA256.hash(data: message))) }

    /// The answer to the challenge of the Derivatives WebSocket v1: over the SHA-256 of the challenge.
    public func challenge(_ text: String) -> String { authent(Array(text.utf8)) }

    /// `API-Sign` of Spot REST: over the path, from `/0/private/` on, followed by the SHA-256 of nonce and body.
    public func apiSign(path: String, nonce: String, body: [UInt8]) -> String {
        sign(Array(path.utf8) + Array(SHA256.hash(data: Array(nonce.utf8) + body)))
    }

    private func sign(_ message: [UInt8]) -> String {
        Base64.encode(Array(HMAC<SHA512>.authenticationCode(for: message, using: key)))
    }

    /// Whether a received signature is the one expected; takes the same time wherever they differ.
    public static func isEqual(_ received: String, _ expected: String) -> Bool {
        guard received.utf8.count == expected.utf8.count else { return false }
        return zip(received.utf8, expected.utf8).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }
}
