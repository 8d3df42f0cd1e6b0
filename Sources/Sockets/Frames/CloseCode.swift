/// Why a WebSocket connection was closed: RFC 6455, section 7.4.
public struct CloseCode: Hashable, Sendable, CustomStringConvertible {
    public let number: UInt16

    public init(_ number: UInt16) { self.number = number }

    public static let normal = CloseCode(1000)
    public static let goingAway = CloseCode(1001)
    public static let protocolError = CloseCode(1002)
    public static let unacceptableData = CloseCode(1003)
    public static let invalidText = CloseCode(1007)
    public static let policyViolation = CloseCode(1008)
    public static let messageTooLarge = CloseCode(1009)
    public static let internalError = CloseCode(1011)

    /// Whether the code may travel in a closing frame: 1004 to 1006 and 1015 only ever stand for something that was not
    /// sent, and other ranges belong to nobody.
    public var mayTravel: Bool {
        switch number {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    public var description: String { String(number) }
}
