import Crypto
import Market
import Notices
import Sockets
import Wire

/// Makes the carriers of channels that are reached by HTTP.
struct WebChannels {
    let origin: String
    let loop: SocketLoop
    let trust: ClientTrust
    let limits: HTTPCaller.Limits
    /// Wall time, for signatures.
    let clock: @Sendable () -> Timestamp

    /// A notice that takes longer than this is tried again: a critical one must be there within ten seconds.
    static var usualLimits: HTTPCaller.Limits {
        var limits = HTTPCaller.Limits()
        limits.connect = .seconds(3)
        limits.read = .seconds(4)
        limits.total = .seconds(5)
        limits.body = 64 * 1024
        limits.connections = 1
        return limits
    }

    func telegram(_ address: ChannelAddresses.Telegram) throws(MonitorError) -> WebCarrier {
        let origin = origin
        return WebCarrier(
            try caller(.telegram, address.base), path: "/bot\(address.token.reveal())/sendMessage",
            payload: { NoticePayload.telegram($0, chat: address.chat, origin: origin) })
    }

    func discord(_ address: Redacted) throws(MonitorError) -> WebCarrier {
        let origin = origin
        return WebCarrier(
            try caller(.discord, address.reveal()), payload: { NoticePayload.discord($0, origin: origin) })
    }

    func slack(_ address: Redacted) throws(MonitorError) -> WebCarrier {
        let origin = origin
        return WebCarrier(try caller(.slack, address.reveal()), payload: { NoticePayload.slack($0, origin: origin) })
    }

    func webhook(_ webhook: ChannelAddresses.Webhook) throws(MonitorError) -> WebCarrier {
        let origin = origin
        let clock = clock
        return WebCarrier(
            try caller(.webhook, webhook.address.reveal()), payload: { NoticePayload.generic($0, origin: origin) },
            headers: { body in webhook.key.map { Signature.headers(body, key: $0, at: clock()) } ?? [] })
    }

    func caller(
        _ channel: Channel, _ text: String, limits: HTTPCaller.Limits? = nil
    ) throws(MonitorError) -> HTTPCaller {
        HTTPCaller(try endpoint(channel, text), limits: limits ?? self.limits, trust: trust, on: loop)
    }

    func endpoint(_ channel: Channel, _ text: String) throws(MonitorError) -> Endpoint {
        guard let endpoint = Endpoint(text), endpoint.scheme == .https || endpoint.scheme == .http else {
            throw .address(channel, "it is not of the form https://host/path")
        }
        guard endpoint.scheme.isSecure || Loopback.holds(endpoint.host) else {
            throw .address(channel, "it has to be https: whoever reads it on the way may write there")
        }
        return endpoint
    }
}

/// Names of this machine for itself.
enum Loopback {
    static func holds(_ host: String) -> Bool {
        host == "localhost" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") })
    }
}

/// Lets whoever gets a webhook's body know who sent it, and when.
enum Signature {
    /// HMAC-SHA256 over the seconds since 1970, a point, and the body.
    static func headers(_ body: [UInt8], key: Redacted, at now: Timestamp) -> [HTTPHeader] {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(now.seconds).".utf8) + body, using: SymmetricKey(data: Array(key.reveal().utf8)))
        let digits = code.map { byte in
            let text = String(byte, radix: 16)
            return text.count < 2 ? "0" + text : text
        }
        return [
            HTTPHeader("X-Trident-Timestamp", String(now.seconds)),
            HTTPHeader("X-Trident-Signature", "sha256=" + digits.joined()),
        ]
    }
}
