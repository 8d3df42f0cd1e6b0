public import Market

/// An account that the local exchange is to have.
public struct AccountSetup: Hashable, Sendable {
    public let name: String
    /// Dollars at the start.
    public let equity: Money
    public let keys: AccountKeys

    public init(name: String, equity: Money, keys: AccountKeys) {
        self.name = name
        self.equity = equity
        self.keys = keys
    }

    /// With keys made from the seed.
    public init(name: String, equity: Money, seed: UInt64) {
        self.init(name: name, equity: equity, keys: AccountKeys(seed: seed, account: name))
    }
}
