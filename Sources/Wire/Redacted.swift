/// A secret that no print, log, error or dump shows: only `reveal` gives it away, and only the code that signs asks.
public struct Redacted: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let secret: String

    public init(_ secret: String) { self.secret = secret }

    public func reveal() -> String { secret }

    public var description: String { "(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
