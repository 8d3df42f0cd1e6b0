/// Why an exchange of bytes with another machine did not come to its end.
public enum TransportFailure: Error, Hashable, Sendable {
    /// No connection came about: nothing was sent.
    case notConnected(String)
    /// The connection ended or fell silent after bytes may have left: the other side may have acted.
    case lost(String)
}
