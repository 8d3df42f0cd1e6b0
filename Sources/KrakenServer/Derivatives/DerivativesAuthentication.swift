import Kraken
import Wire

extension LocalExchange {
    /// Who calls, after signature and nonce were found good.
    mutating func authenticate(_ call: DerivativesCall) throws(DerivativesError) -> Int {
        let request = call.request
        guard let key = request[header: "APIKey"], let signature = request[header: "Authent"],
            let number = accountByFuturesKey[key], let signer = accounts[number].signer
        else { throw .authentication }
        let nonce = request[header: "Nonce"] ?? ""
        let path = request.path.hasPrefix("/derivatives") ? String(request.path.dropFirst(12)) : request.path
        let end = Array(nonce.utf8) + Array(path.utf8)
        let sent = Array(request.query.utf8) + request.body
        var isGood = Signer.isEqual(signer.authent(sent + end), signature)
        // Until October 2025 the decoded text was signed; clients of that time still do.
        if !isGood, let decoded = Self.decoded(sent) {
            isGood = Signer.isEqual(signer.authent(decoded + end), signature)
        }
        guard isGood else { throw .authentication }
        guard !nonce.isEmpty else { return number }
        guard let value = UInt64(nonce) else { throw .authentication }
        switch accounts[number].nonces.take(value) {
        case .fresh: return number
        case .duplicate: throw .nonceDuplicate
        case .tooOld: throw .nonceTooOld
        }
    }

    private static func decoded(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(UInt8(ascii: "%")) || text.contains(UInt8(ascii: "+")), let form = FormText(encoded: text)
        else { return nil }
        return Array(form.pairs.map { $0.name + "=" + $0.value }.joined(separator: "&").utf8)
    }

    /// Takes what the request costs off the account's budget.
    mutating func pay(_ cost: Int64, _ account: Int) throws(DerivativesError) {
        guard configuration.limitsRates else { return }
        guard accounts[account].budget.pay(cost, at: clock) else { throw .limit }
    }
}
