/// A fact that somebody else owns: what they last told us and when, or that they have not told us.
/// Unknown is never zero and never flat.
public enum Known<Value: Sendable>: Sendable {
    case unknown
    case known(Value, at: Timestamp)

    @inlinable public var value: Value? {
        switch self {
        case .unknown: nil
        case .known(let value, _): value
        }
    }

    /// The value when it is no older than `age` at `now`.
    @inlinable public func value(within age: Interval, of now: Timestamp) -> Value? {
        switch self {
        case .unknown: nil
        case .known(let value, let at): now - at <= age ? value : nil
        }
    }
}

extension Known: Equatable where Value: Equatable {}
