/// What went wrong with the store, and what to do about it. Never holds an address: that may contain a password.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        /// It cannot be reached, or was lost on the way: worth another attempt.
        case unavailable
        /// It was made by a later version of this program.
        case newer
        /// Somebody else runs the account.
        case leased(holder: String)
        case failed
    }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
