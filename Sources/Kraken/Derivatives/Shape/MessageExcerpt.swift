/// A few characters of a message for an error text: what lies around `offset`, with everything that could be a key, a
/// signature, a token or an account id left out.
func excerpt(of bytes: [UInt8], around offset: Int = 0) -> String {
    let reach = 40
    let from = max(0, min(offset, bytes.count) - reach)
    let to = min(bytes.count, from + 2 * reach)
    var shown: [UInt8] = []
    var index = from
    while index < to {
        guard isOfSecret(bytes[index]) else {
            shown.append(bytes[index] < 32 || bytes[index] > 126 ? UInt8(ascii: " ") : bytes[index])
            index += 1
            continue
        }
        var start = index
        while start > 0, isOfSecret(bytes[start - 1]), index - start < longestShown { start -= 1 }
        var end = index
        while end < bytes.count, isOfSecret(bytes[end]), end - start <= longestShown { end += 1 }
        if end - start > longestShown {
            shown.append(contentsOf: "...".utf8)
            while index < to, isOfSecret(bytes[index]) { index += 1 }
        } else {
            let last = min(end, to)
            shown.append(contentsOf: bytes[index..<last])
            index = last
        }
    }
    return String(decoding: shown, as: UTF8.self)
}

/// Runs longer than this may be secrets: keys have 56 characters, signatures 88, identifiers 36.
private let longestShown = 24

private func isOfSecret(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
        UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
    default: false
    }
}
