/// What may be shown of bytes that could not be read: bounded, printable, and without secrets, tokens, keys, signatures
/// or challenges, whether the text is JSON, a form or anything else, whole or cut off.
///
/// Two rules mask: the value after a name that speaks of a credential, and any run of 32 or more Base64 characters
/// that mixes cases and digits.
public func redactedExcerpt(_ bytes: some Collection<UInt8>, limit: Int = 240) -> String {
    let mask = Array("***".utf8)
    var shown: [UInt8] = []
    var rest = Array(bytes.prefix(limit + 512))[...]
    while let byte = rest.first, shown.count < limit {
        guard isOfWord(byte) else {
            shown.append(byte)
            rest.removeFirst()
            continue
        }
        let word = rest.prefix(while: isOfWord)
        rest = rest[word.endIndex...]
        shown.append(contentsOf: looksLikeKey(word) ? mask[...] : word)
        guard namesCredential(word) else { continue }
        let between = rest.prefix { separators.contains($0) }
        shown.append(contentsOf: between)
        rest = rest[between.endIndex...]
        let isQuoted = between.last == UInt8(ascii: "\"") && between.contains(UInt8(ascii: ":"))
        let value = secretValue(rest, isQuoted: isQuoted)
        if !value.isEmpty { shown.append(contentsOf: mask) }
        rest = rest[value.endIndex...]
    }
    let isCut = shown.count > limit || !rest.isEmpty || bytes.count > limit + 512
    let text = String(decoding: shown.prefix(limit), as: UTF8.self)
    let printable = String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { $0.value < 32 || (127..<160).contains($0.value) ? " " : $0 }))
    return isCut ? printable + "… (\(bytes.count) bytes)" : printable
}

private let separators = Set("\": =\t\r\n".utf8)

private func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "_"),
        UInt8(ascii: "-"), UInt8(ascii: "%"):
        true
    default: false
    }
}

private func looksLikeKey(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 32 else { return false }
    let hasDigit = word.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let hasUpper = word.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    let hasLower = word.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    return hasDigit && hasUpper && hasLower
}

private let credentialWords = [
    "token", "secret", "apikey", "apisign", "authent", "authorization", "signature", "signed", "challenge", "password",
    "passphrase", "cookie",
]

/// Whether a field of this name holds what nobody else may see. Cases, `_` and `-` do not matter.
private func namesCredential(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count <= 40 else { return false }
    let plain = String(
        decoding: word.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }, as: UTF8.self
    ).lowercased()
    return plain == "key" || plain == "sign" || plain == "otp" || credentialWords.contains { plain.contains($0) }
}

private func secretValue(_ rest: ArraySlice<UInt8>, isQuoted: Bool) -> ArraySlice<UInt8> {
    var isEscaped = false
    return rest.prefix { byte in
        guard isQuoted else { return !",&}]\"\r\n \t".utf8.contains(byte) }
        if isEscaped {
            isEscaped = false
            return true
        }
        if byte == UInt8(ascii: "\\") { isEscaped = true }
        return byte != UInt8(ascii: "\"")
    }
}
