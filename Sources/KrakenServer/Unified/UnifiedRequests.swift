import Wire

extension LocalExchange {
    mutating func privateSubscription(_ request: StreamRequest, _ channel: String) {
        fail(request, "Subscription channel not supported")
    }

    mutating func order(_ request: StreamRequest) { fail(request, "Unsupported method: \(request.method)") }
}
