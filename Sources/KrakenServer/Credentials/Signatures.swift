import Crypto
import Wire

/// What a holder of a secret must send, as Kraken computes it.
struct Signer: Sendable {
    private let key: SymmetricKey

    /// Nil when the secret is not Base64.
    init?(secret: Redacted) {
        guard let bytes = Base64.decoded(secret.reveal()), !bytes.isEmpty else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// `Authent` of derivatives REST: HMAC-SHA512 over the SHA-256 of parameters, nonce and path.
    func authent(_ message: [UInt8]) -> String { sign(Array(SHA256.hash(data: message))) }

    /// The signed challenge of WebSocket v1.
    func challenge(_ text: String) -> String { authent(Array(text.utf8)) }

    /// `API-Sign` of Spot REST: over the path followed by the SHA-256 of nonce and body.
    func apiSign(path: String, nonce: String, body: [UInt8]) -> String {
        sign(Array(path.utf8) + SHA256.hash(data: Array(nonce.utf8) + body))
    }

    private func sign(_ message: [UInt8]) -> String {
        Base64.encoded(Array(HMAC<SHA512>.authenticationCode(for: message, using: key)))
    }

    /// Compares without telling by its time where texts differ.
    static func isEqual(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        return zip(a.utf8, b.utf8).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }
}
