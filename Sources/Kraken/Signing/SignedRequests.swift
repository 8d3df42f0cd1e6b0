public import Wire

extension Credentials {
    /// A Derivatives REST request with the headers that sign it. Form bodies sign the body, all others the query.
    ///
    /// - Parameter nonce: nil leaves the header out; then only the transport guards against a replay.
    public func signing(derivatives request: HTTPRequest, nonce: UInt64?) -> HTTPRequest {
        var signed = request
        let postData =
            switch request.method {
            case .post: String(decoding: request.body, as: UTF8.self)
            case .get, .put, .delete: request.query
            }
        let nonceText = nonce.map(String.init) ?? ""
        signed.headers.append(HTTPHeader("APIKey", key.reveal()))
        if nonce != nil { signed.headers.append(HTTPHeader("Nonce", nonceText)) }
        signed.headers.append(
            HTTPHeader(
                "Authent",
                authent(postData: postData, nonce: nonceText, endpointPath: derivativesEndpoint(of: request.path))))
        return signed
    }

    /// A private Spot REST request: `form` with the nonce in front as body, and the headers that sign it.
    public func signedSpotRequest(path: String, form: FormText = FormText(), nonce: UInt64) -> HTTPRequest {
        let nonceText = String(nonce)
        let body = FormText([FormText.Pair("nonce", nonceText)] + form.pairs).encoded
        return HTTPRequest(
            .post, path,
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("API-Key", key.reveal()),
                HTTPHeader("API-Sign", apiSign(path: path, nonce: nonceText, body: body)),
            ],
            body: Array(body.utf8))
    }
}
