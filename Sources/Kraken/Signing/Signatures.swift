import Crypto

/// The three signatures of Kraken. All are Base64 of HMAC-SHA512 keyed with the decoded secret; they differ in what is
/// signed. Each has a check in constant time for the side that receives it.
extension Credentials {
    /// `Authent` of a Derivatives REST request: signs SHA-256 of `postData + nonce + endpointPath`.
    ///
    /// - Parameters:
    ///   - postData: query or form body exactly as it travels, percent-encoding included.
    ///   - nonce: empty when the request carries no `Nonce` header.
    ///   - endpointPath: the path without a leading `/derivatives`; see `derivativesEndpoint(of:)`.
    public func authent(postData: String, nonce: String, endpointPath: String) -> String {
        code(over: Array(SHA256.hash(data: Array((postData + nonce + endpointPath).utf8))))
    }

    /// The answer to the challenge of the Derivatives WebSocket v1: signs SHA-256 of the challenge.
    public func signedChallenge(_ challenge: String) -> String {
        code(over: Array(SHA256.hash(data: Array(challenge.utf8))))
    }

    /// `API-Sign` of a private Spot REST request: signs the path followed by SHA-256 of `nonce + body`.
    ///
    /// - Parameter path: from `/0/private/` on.
    public func apiSign(path: String, nonce: String, body: String) -> String {
        code(over: Array(path.utf8) + Array(SHA256.hash(data: Array((nonce + body).utf8))))
    }

    /// Whether a received signature is the one expected; takes the same time wherever they differ.
    public static func isEqual(_ received: String, to expected: String) -> Bool {
        let a = Array(received.utf8)
        let b = Array(expected.utf8)
        guard a.count == b.count else { return false }
        var difference: UInt8 = 0
        for index in a.indices { difference |= a[index] ^ b[index] }
        return difference == 0
    }

    private func code(over message: [UInt8]) -> String {
        Base64.encode(Array(HMAC<SHA512>.authenticationCode(for: message, using: secret)))
    }
}

/// The part of a request path that is signed: a leading `/derivatives` is left out, other paths stay whole.
public func derivativesEndpoint(of path: String) -> String {
    let prefix = "/derivatives/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.utf8.count - 1)) : path
}
