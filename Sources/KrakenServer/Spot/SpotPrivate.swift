import Kraken
import Market
import Venue
import Wire

/// A WebSocket token and whose it is.
struct StreamToken: Hashable, Sendable {
    /// A token must be used within this time; a connection that used it keeps it.
    static let life = Interval.minutes(15)

    let text: String
    let account: Int
    let expires: Timestamp
}

extension LocalExchange {
    /// The private methods of Spot that derivatives need.
    mutating func spotPrivate(_ request: HTTPRequest, _ method: String) throws(SpotError) -> HTTPResponse {
        guard request.method == .post, ["GetWebSocketsToken", "TradeVolume"].contains(method) else {
            throw .unknownMethod
        }
        let account = try authenticateSpot(request)
        if configuration.limitsRates, !accounts[account].spotBudget.pay(1, at: clock) { throw .rateLimit }
        return method == "TradeVolume" ? tradeVolume(account) : token(account)
    }

    private mutating func authenticateSpot(_ request: HTTPRequest) throws(SpotError) -> Int {
        guard let key = request[header: "API-Key"], let account = accountBySpotKey[key],
            let signer = accounts[account].spotSigner
        else { throw .invalidKey }
        guard let nonce = Self.nonce(request), let value = UInt64(nonce) else { throw .invalidNonce }
        let expected = signer.apiSign(path: request.path, nonce: nonce, body: request.body)
        guard let sent = request[header: "API-Sign"], Signer.isEqual(expected, sent) else { throw .invalidSignature }
        switch accounts[account].spotNonces.take(value) {
        case .fresh: return account
        case .duplicate, .tooOld: throw .invalidNonce
        }
    }

    /// From a form or from JSON.
    private static func nonce(_ request: HTTPRequest) -> String? {
        if request.body.first == UInt8(ascii: "{") {
            do { return try JSONValue(request.body)["nonce"]?.digits } catch { return nil }
        }
        return FormText(encoded: request.body)?["nonce"]
    }

    private mutating func token(_ account: Int) -> HTTPResponse {
        tokens.removeAll { $0.expires < clock }
        let text = (accounts[account].newUUID() + accounts[account].newUUID()).filter { $0 != "-" }
        tokens.append(StreamToken(text: text, account: account, expires: clock + StreamToken.life))
        return spotSuccess { writer in
            writer.field("token", text)
            writer.field("expires", StreamToken.life.nanoseconds / 1_000_000_000)
        }
    }

    private func tradeVolume(_ account: Int) -> HTTPResponse {
        let volume = accounts[account].fills.elements.filter { clock - $0.fill.time <= .days(30) }
            .reduce(Money.zero) { $0 + $1.fill.notional }
        func fees(_ writer: inout JSONWriter, _ rate: (Int) -> Rate) {
            for market in listed {
                writer.name(tape.markets[market].names.contract)
                writer.object { writer in
                    let percent = Rate(raw: rate(market).raw * 100).formatted(4)
                    writer.field("fee", percent)
                    writer.field("min_fee", percent)
                    writer.field("max_fee", percent)
                    writer.field("next_fee", orNull: nil)
                    writer.field("tier_volume", "0.0000")
                    writer.field("next_volume", orNull: nil)
                }
            }
        }
        return spotSuccess { writer in
            writer.field("currency", "ZUSD")
            writer.field("volume", volume.formatted(4))
            writer.object("fees") { writer in fees(&writer) { tape.markets[$0].instrument.fees.taker } }
            writer.object("fees_maker") { writer in fees(&writer) { tape.markets[$0].instrument.fees.maker } }
        }
    }
}
