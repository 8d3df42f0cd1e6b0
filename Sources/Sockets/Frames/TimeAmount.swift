import Market
import NIOCore

extension TimeAmount {
    init(_ interval: Interval) { self = .nanoseconds(interval.nanoseconds) }
}
