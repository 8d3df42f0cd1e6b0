import Market
public import Notices
import Sockets
import Wire

/// Takes one notice to its channel. `whenDone` is called once, on any thread, in bounded time.
protocol Carrier: Sendable {
    func carry(_ notice: Notice, whenDone: @escaping @Sendable (Result<Void, DeliveryFailure>) -> Void)
    /// Gives up what is open. Called once, when nothing is carried any more.
    func close() async
}

/// What the configuration of channels and pages can be wrong about.
public enum MonitorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address of a channel cannot be used. Addresses are secrets: the text does not show them.
    case address(Channel, String)
    case traces(String)

    public var description: String {
        switch self {
        case .address(let channel, let why): "the address for \(channel.rawValue) cannot be used: \(why)"
        case .traces(let why): "the address in monitoring.traces cannot be used: \(why)"
        }
    }
}

/// A channel that takes a body by HTTP POST.
final class WebCarrier: Carrier {
    private let caller: HTTPCaller
    private let path: String
    private let payload: @Sendable (Notice) -> [UInt8]
    /// Headers that depend on the body.
    private let headers: @Sendable ([UInt8]) -> [HTTPHeader]

    init(
        _ caller: HTTPCaller, path: String = "", payload: @escaping @Sendable (Notice) -> [UInt8],
        headers: @escaping @Sendable ([UInt8]) -> [HTTPHeader] = { _ in [] }
    ) {
        self.caller = caller
        self.path = path
        self.payload = payload
        self.headers = headers
    }

    func carry(_ notice: Notice, whenDone: @escaping @Sendable (Result<Void, DeliveryFailure>) -> Void) {
        let body = payload(notice)
        let request = HTTPRequest(
            .post, path, headers: [HTTPHeader("Content-Type", "application/json")] + headers(body), body: body)
        caller.start(request) { result in
            switch result {
            case .success(let response):
                whenDone(DeliveryFailure(response).map { .failure($0) } ?? .success(()))
            case .failure(let failure): whenDone(.failure(.unavailable(failure.text)))
            }
        }
    }

    func close() async { await caller.close() }
}

extension TransportFailure {
    var text: String {
        switch self {
        case .notConnected(let why): "no connection: \(why)"
        case .lost(let why): "no answer: \(why)"
        }
    }
}

extension DeliveryFailure {
    /// Nil when the answer says that all is well.
    init?(_ response: HTTPResponse) {
        let text = "HTTP \(response.status)" + Self.excerpt(response.body)
        switch response.status {
        case 200..<300: return nil
        case 429: self = .throttled(Self.pause(response))
        case 400, 413, 415, 422: self = .refused(text)
        case 300..<400, 401, 402, 403, 404, 405, 407, 409, 410: self = .denied(text)
        default: self = .unavailable(text)
        }
    }

    private static func excerpt(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(150), as: UTF8.self)
        return text.isEmpty ? "" : ": " + text
    }

    /// What 429 asks for: the header of RFC 9110 in seconds, or the fields of Telegram and Discord. A second when it says
    /// nothing that can be understood.
    static func pause(_ response: HTTPResponse) -> Interval {
        var seconds = response[header: "Retry-After"].flatMap { Double($0) }
        if seconds == nil {
            do {
                let value = try JSONValue(response.body)
                let field = value["parameters"]?["retry_after"] ?? value["retry_after"]
                seconds = field?.digits.flatMap { Double($0) }
            } catch {
                // No JSON: the usual pause.
            }
        }
        guard let seconds, seconds.isFinite, seconds > 0 else { return .seconds(1) }
        return Interval(nanoseconds: Int64(min(seconds, 86_400) * 1e9))
    }
}
