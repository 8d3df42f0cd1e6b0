import Crypto
import Instrumentation

/// The name of a trace: 16 bytes.
struct TraceID: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// 32 hexadecimal digits, the form in which it travels.
    var description: String { high.hexadecimal + low.hexadecimal }
}

/// The name of a span within its trace: 8 bytes.
struct SpanID: Hashable, Sendable, CustomStringConvertible {
    let value: UInt64

    var description: String { value.hexadecimal }
}

struct SpanIdentity: Hashable, Sendable {
    let trace: TraceID
    let span: SpanID
}

extension TraceID {
    /// Always the same for the same words, so that a session that was started again goes on with its traces.
    init(of words: [String]) {
        let (high, low) = Digest.halves(words)
        self.init(high: high, low: high | low == 0 ? 1 : low)
    }
}

extension SpanID {
    init(of words: [String]) { self.init(value: max(1, Digest.halves(words).0)) }
}

private enum Digest {
    /// The first 16 bytes of SHA-256.
    static func halves(_ words: [String]) -> (UInt64, UInt64) {
        let digest = Array(SHA256.hash(data: Array(words.joined(separator: "\0").utf8)))
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return (number(digest[0..<8]), number(digest[8..<16]))
    }
}

extension UInt64 {
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What a tracer finds in the context that it is given.
extension InstrumentationContext {
    private enum CurrentKey: InstrumentationContextKey { typealias Value = SpanIdentity }
    private enum NextKey: InstrumentationContextKey { typealias Value = SpanIdentity }

    /// The span that whatever is started belongs to.
    var span: SpanIdentity? {
        get { self[CurrentKey.self] }
        set { self[CurrentKey.self] = newValue }
    }

    /// The name that the next span shall have, where it is known.
    var nextSpan: SpanIdentity? {
        get { self[NextKey.self] }
        set { self[NextKey.self] = newValue }
    }
}
