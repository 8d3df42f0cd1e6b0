import NIOHTTP1
import Wire

/// What a server answers by itself, before the served value sees anything.
struct RequestRefusal {
    let status: Int
    var headers: [HTTPHeader] = []
    let text: String

    var response: HTTPResponse {
        HTTPResponse(
            status: status, headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")] + headers,
            body: Array((text + "\n").utf8))
    }

    static let badRequest = RequestRefusal(status: 400, text: "malformed request")
    static let tooSlow = RequestRefusal(status: 408, text: "the request took too long")
    static let bodyTooLarge = RequestRefusal(status: 413, text: "the body is too large")
    static let headersTooLarge = RequestRefusal(status: 431, text: "the header is too large")

    /// Nil when the head may go on to its body.
    init?(_ head: HTTPRequestHead, limits: ServerLimits) {
        guard HTTPRequest.Method(rawValue: head.method.rawValue) != nil else {
            self.init(
                status: 405, headers: [HTTPHeader("Allow", "GET, POST, PUT, DELETE")], text: "no such method here")
            return
        }
        if let length = head.headers.first(name: "content-length") {
            guard let length = Int(length), length >= 0 else {
                self = .badRequest
                return
            }
            guard length <= limits.body else {
                self = .bodyTooLarge
                return
            }
        }
        if let version = head.headers.first(name: "sec-websocket-version"), version != "13" {
            self.init(
                status: 426, headers: [HTTPHeader("Sec-WebSocket-Version", "13")],
                text: "only version 13 of the WebSocket protocol is spoken here")
            return
        }
        return nil
    }

    private init(status: Int, headers: [HTTPHeader] = [], text: String) {
        self.status = status
        self.headers = headers
        self.text = text
    }
}
