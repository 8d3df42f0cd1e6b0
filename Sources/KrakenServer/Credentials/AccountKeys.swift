import Kraken
public import Wire

/// The keys of one account: those of derivatives and those of Spot, which the Unified WebSocket wants.
public struct AccountKeys: Hashable, Sendable {
    public let futuresKey: String
    public let futuresSecret: Redacted
    public let spotKey: String
    public let spotSecret: Redacted

    public init(futuresKey: String, futuresSecret: Redacted, spotKey: String, spotSecret: Redacted) {
        self.futuresKey = futuresKey
        self.futuresSecret = futuresSecret
        self.spotKey = spotKey
        self.spotSecret = spotSecret
    }

    /// Keys of the local exchange: the same for the same seed and name. They open nothing else.
    public init(seed: UInt64, account: String) {
        let name = account.utf8.reduce(seed) { Mixer.mix($0, UInt64($1)) }
        func bytes(_ count: Int, _ purpose: UInt64) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: Mixer.mix(Mixer.mix(name, purpose), UInt64($0)) >> 24) }
        }
        futuresKey = Base64.encode(bytes(42, 1))
        futuresSecret = Redacted(Base64.encode(bytes(64, 2)))
        spotKey = Base64.encode(bytes(42, 3))
        spotSecret = Redacted(Base64.encode(bytes(64, 4)))
    }

    /// Nil when the secret is not Base64: then nothing that it signs is believed.
    var futuresSigner: Signer? { Self.signer(futuresSecret) }
    var spotSigner: Signer? { Self.signer(spotSecret) }

    private static func signer(_ secret: Redacted) -> Signer? {
        guard !secret.reveal().isEmpty else { return nil }
        do { return try Signer(secret: secret) } catch { return nil }
    }
}
