/// The three signatures of Kraken, of texts as they travel.
extension Credentials {
    /// `Authent` of a Derivatives REST request: signs SHA-256 of `postData + nonce + endpointPath`.
    ///
    /// - Parameters:
    ///   - postData: query or form body exactly as it travels, percent-encoding included.
    ///   - nonce: empty when the request carries no `Nonce` header.
    ///   - endpointPath: the path without a leading `/derivatives`; see `derivativesEndpoint(of:)`.
    public func authent(postData: String, nonce: String, endpointPath: String) -> String {
        signer.authent(Array((postData + nonce + endpointPath).utf8))
    }

    /// The answer to the challenge of the Derivatives WebSocket v1: signs SHA-256 of the challenge.
    public func signedChallenge(_ challenge: String) -> String { signer.challenge(challenge) }

    /// `API-Sign` of a private Spot REST request: signs the path followed by SHA-256 of `nonce + body`.
    ///
    /// - Parameter path: from `/0/private/` on.
    public func apiSign(path: String, nonce: String, body: String) -> String {
        signer.apiSign(path: path, nonce: nonce, body: Array(body.utf8))
    }
}

/// The part of a request path that is signed: a leading `/derivatives` is left out, other paths stay whole.
public func derivativesEndpoint(of path: String) -> String {
    let prefix = "/derivatives/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.utf8.count - 1)) : path
}
