/// The nonces of one key: each must be new and, but for a few that overtook each other on the way, growing.
struct NonceWindow: Sendable {
    enum Verdict: Hashable, Sendable {
        case fresh
        case duplicate
        case tooOld
    }

    /// How many of the newest nonces are remembered; an older one than all of them is refused.
    private static let width = 32
    private var newest: [UInt64] = []

    mutating func take(_ nonce: UInt64) -> Verdict {
        if newest.contains(nonce) { return .duplicate }
        if newest.count == Self.width, let lowest = newest.first, nonce < lowest { return .tooOld }
        let place = newest.firstIndex { $0 > nonce } ?? newest.count
        newest.insert(nonce, at: place)
        if newest.count > Self.width { newest.removeFirst() }
        return .fresh
    }
}
