public import Wire

/// Takes known secrets out of texts that other parts wrote: an address in an error, an answer that repeats a token.
public struct Scrubber: Sendable, CustomStringConvertible {
    /// Shorter texts would tear holes in ordinary words.
    public static let shortest = 6

    private let secrets: [Redacted]

    public init(_ secrets: [Redacted] = []) {
        // The longest first: one secret may be part of another.
        self.secrets = secrets.filter { $0.reveal().utf8.count >= Self.shortest }
            .sorted { ($0.reveal().utf8.count, $0.reveal()) > ($1.reveal().utf8.count, $1.reveal()) }
    }

    public func scrub(_ text: String) -> String {
        var result = text
        for secret in secrets where result.contains(secret.reveal()) {
            result = result.replacing(secret.reveal(), with: secret.description)
        }
        return result
    }

    public var description: String { "\(secrets.count) secrets" }
}
