import Market
import Wire

extension LocalExchange {
    /// Answers a request, or does to it what the faults at work want.
    mutating func answerThroughFaults(_ request: HTTPRequest) -> Answer {
        guard !faults.active.isEmpty else { return .respond(route(request)) }
        let account = accountByHeader(request)
        func matches(_ fault: Fault) -> Bool { fault.strikes(request.path, account: account) }
        if faults.strikes(.noAnswer, at: clock, matches) != nil { return .silence }
        if faults.strikes(.serverError, at: clock, matches) != nil {
            return .respond(.plain("Service Unavailable", status: 503))
        }
        if faults.strikes(.rateLimited, at: clock, matches) != nil { return .respond(rateLimit(request)) }
        if faults.strikes(.authenticationRefused, at: clock, matches) != nil {
            return .respond(authenticationRefusal(request))
        }
        let response = route(request)
        if faults.strikes(.answerLost, at: clock, matches) != nil { return .reset }
        if faults.strikes(.serverErrorWithEffect, at: clock, matches) != nil {
            return .respond(.plain("Internal Server Error", status: 500))
        }
        if faults.strikes(.truncatedAnswer, at: clock, matches) != nil {
            var half = response
            half.body = Array(response.body.prefix(response.body.count / 2))
            return .respond(half)
        }
        if faults.strikes(.numbersAsText, at: clock, matches) != nil { return .respond(response.withNumbersAsText) }
        if let fault = faults.strikes(.delayedAnswer, at: clock, matches) {
            return .respondLater(response, after: fault.delay)
        }
        return .respond(response)
    }

    private func accountByHeader(_ request: HTTPRequest) -> String? {
        let number =
            request[header: "APIKey"].flatMap { accountByFuturesKey[$0] }
            ?? request[header: "API-Key"].flatMap { accountBySpotKey[$0] }
        return number.map { accounts[$0].name }
    }

    private func rateLimit(_ request: HTTPRequest) -> HTTPResponse {
        if request.path.hasPrefix("/0/") { return SpotError.rateLimit.response }
        if request.path.hasPrefix("/api/") {
            return .plain("Too many requests", status: 429, headers: [HTTPHeader("rate-limit-reset", "5")])
        }
        var response = DerivativesError.limit.response(at: clock)
        response.status = 429
        return response
    }

    private func authenticationRefusal(_ request: HTTPRequest) -> HTTPResponse {
        request.path.hasPrefix("/0/")
            ? SpotError.invalidKey.response : DerivativesError.authentication.response(at: clock)
    }

    /// An order method on the Unified WebSocket under the faults at work.
    mutating func orderThroughFaults(_ request: StreamRequest) {
        guard !faults.active.isEmpty else { return order(request) }
        let account = tokenAccount(request).map { accounts[$0].name }
        func matches(_ fault: Fault) -> Bool { fault.strikes(request.method, account: account) }
        if faults.strikes(.noAnswer, at: clock, matches) != nil { return }
        if faults.strikes(.serverError, at: clock, matches) != nil { return fail(request, "EService:Unavailable") }
        if faults.strikes(.rateLimited, at: clock, matches) != nil {
            return fail(request, "EOrder:Rate limit exceeded")
        }
        if faults.strikes(.authenticationRefused, at: clock, matches) != nil {
            return fail(request, "EAPI:Invalid token")
        }
        let before = outbox.count
        order(request)
        guard faults.strikes(.answerLost, at: clock, matches) != nil else { return }
        // What is told of the order stays; only the answers go.
        let told = outbox[before...].filter { item in
            guard case .text(request.connection, let bytes) = item else { return true }
            return !bytes.starts(with: #"{"method""#.utf8) && !bytes.starts(with: #"{"error""#.utf8)
        }
        outbox.replaceSubrange(before..., with: told)
    }

    /// Reads from the accounts, or from how they were while snapshots are stale.
    mutating func reading<Result>(_ account: Int, _ path: String, _ body: (LocalExchange) -> Result) -> Result {
        guard let stale = faults.stale, faults.lasts(.staleSnapshot) != nil,
            faults.strikes(.staleSnapshot, at: clock, { $0.strikes(path, account: accounts[account].name) }) != nil
        else { return body(self) }
        var past = self
        past.accounts = stale
        return body(past)
    }
}

extension Fault {
    /// Whether it concerns a request. Kinds that let an order pass and hide it strike order requests only, unless
    /// told otherwise.
    func strikes(_ text: String, account name: String?) -> Bool {
        if let account, account != name { return false }
        if let path { return text.contains(path) }
        guard kind == .serverErrorWithEffect || kind == .answerLost else { return true }
        return text.contains("order") || text.contains("cancel")
    }
}

extension HTTPResponse {
    /// The same with every number in quotes; what is not JSON stays.
    var withNumbersAsText: HTTPResponse {
        func quoted(_ value: JSONValue) -> JSONValue {
            switch value {
            case .number(let digits): .string(digits)
            case .array(let elements): .array(elements.map(quoted))
            case .object(let members): .object(members.map { JSONValue.Member($0.name, quoted($0.value)) })
            case .null, .bool, .string: value
            }
        }
        var response = self
        do { response.body = quoted(try JSONValue(body)).bytes } catch { return self }
        return response
    }
}
