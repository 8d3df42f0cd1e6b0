import Market
import Wire

extension LocalExchange {
    /// The interface of whoever runs the exchange: time, prices, faults. Off unless asked for.
    mutating func admin(_ request: HTTPRequest) -> HTTPResponse {
        guard configuration.isAdminEnabled else { return DerivativesError.noSuchPath.response(at: clock) }
        let body: JSONValue
        do { body = try request.body.isEmpty ? .object([]) : JSONValue(request.body) } catch {
            return refuse("the body is not JSON: \(error)")
        }
        switch (request.method, request.path) {
        case (.get, "/admin/time"): return adminState()
        case (.post, "/admin/time"):
            guard let time = body["time"]?.string.flatMap({ Timestamp(rfc3339: $0) }) else {
                return refuse("'time' must be a time such as 2026-01-31T16:00:00Z")
            }
            guard time - clock <= .days(400) else { return refuse("'time' is more than 400 days ahead") }
            advance(to: time)
            return adminState()
        case (.post, "/admin/step"): return step(body)
        case (.post, "/admin/price"): return setPrice(body)
        case (.post, "/admin/transfer"): return transfer(body)
        case (.get, "/admin/fault"): return faultList()
        case (.post, "/admin/fault"): return addFault(body)
        default:
            return refuse(
                "there are /admin/time, /admin/step, /admin/price, /admin/transfer and /admin/fault", status: 404)
        }
    }

    private func refuse(_ text: String, status: Int = 400) -> HTTPResponse {
        .json(JSONWriter.text { $0.field("error", text) }, status: status)
    }

    private func adminState() -> HTTPResponse {
        .json(
            JSONWriter.text { writer in
                writer.field("time", time: clock)
                writer.array("markets") { writer in
                    for listing in tape.markets {
                        writer.object { writer in
                            writer.field("symbol", listing.names.contract)
                            writer.field("last", listing.perpetual.last)
                            writer.field("mark", listing.mark)
                            writer.field("index", listing.index)
                            writer.field("status", listing.state.word)
                        }
                    }
                }
            })
    }

    private mutating func step(_ body: JSONValue) -> HTTPResponse {
        guard let milliseconds = body["milliseconds"]?.integer ?? body["seconds"]?.integer.map({ $0 &* 1000 }),
            (0...34_560_000_000).contains(milliseconds)
        else { return refuse("'seconds' or 'milliseconds' must say how far, at most 400 days") }
        advance(to: clock + .milliseconds(milliseconds))
        return adminState()
    }

    /// From the next bar on, all prices of the market are scaled so that it opens near the price given.
    private mutating func setPrice(_ body: JSONValue) -> HTTPResponse {
        guard let market = body["symbol"]?.string.flatMap({ market($0) }) else {
            return refuse("'symbol' is not listed")
        }
        guard let price: Price = body["price"]?.amount(), price.isPositive,
            let ratio = price.ratio(to: tape.markets[market].perpetual.last), ratio >= Rate(raw: Rate.scale / 100),
            ratio <= Rate(100)
        else { return refuse("'price' must be within a factor of 100 of the last price") }
        tape.scale(market, by: ratio)
        return adminState()
    }

    /// Pays dollars into an account, or out of it when the amount is negative.
    private mutating func transfer(_ body: JSONValue) -> HTTPResponse {
        guard let account = accounts.firstIndex(where: { $0.name == body["account"]?.string ?? accounts[0].name })
        else {
            return refuse("'account' is none of this exchange")
        }
        guard let amount: Money = body["amount"]?.amount(), !amount.isZero else {
            return refuse("'amount' must be dollars, negative to take out")
        }
        guard accounts[account].transfer(amount, at: clock, tape.markets) else {
            return refuse("the account has less than that to take out")
        }
        advance(to: clock)
        return .json(JSONWriter.text { $0.field("balance", accounts[account].cash) })
    }

    private func faultList() -> HTTPResponse {
        .json(
            JSONWriter.text { writer in
                writer.array("kinds") { writer in for kind in Fault.Kind.allCases { writer.string(kind.rawValue) } }
                writer.array("planned") { writer in
                    for fault in faults.plan.faults {
                        writer.object { writer in
                            writer.field("kind", fault.kind.rawValue)
                            writer.field("at", time: fault.at)
                        }
                    }
                }
                writer.array("active") { writer in for one in faults.active { writer.string(one.fault.kind.rawValue) } }
                writer.object("struck") { writer in
                    for strike in faults.strikes {
                        writer.name(strike.kind.rawValue)
                        writer.integer(strike.count)
                    }
                }
            })
    }

    private mutating func addFault(_ body: JSONValue) -> HTTPResponse {
        do throws(FaultError) {
            faults.add(try Fault(body, now: clock))
        } catch {
            return refuse(error.description)
        }
        strike()
        return faultList()
    }
}
