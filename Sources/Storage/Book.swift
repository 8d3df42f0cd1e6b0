/// Whose rows they are: an account in a mode at a venue.
public struct Book: Hashable, Sendable {
    /// `paper` or `live`.
    public let mode: String
    public let account: String
    /// `kraken`, or the address of a local exchange.
    public let venue: String

    public init(mode: String, account: String, venue: String) {
        self.mode = mode
        self.account = account
        self.venue = venue
    }
}
