import Testing

@testable import Kraken

@Suite struct ExcerptTests {
    @Test(arguments: [
        (#"{"token":"s3cr3t","expires":900}"#, #"{"token":"***","expires":900}"#),
        (#"{"event":"challenge","message":"226aee50"}"#, #"{"event":"challenge","message":"226aee50"}"#),
        (
            #"{"api_key": "abc", "original_challenge": "c1", "signed_challenge": "d2"}"#,
            #"{"api_key": "***", "original_challenge": "***", "signed_challenge": "***"}"#
        ),
        (#"{"secret":"a\"b","x":1}"#, #"{"secret":"***","x":1}"#),
        (#"{"token":"cut of"#, #"{"token":"***"#),
        ("apiKey=abc&Authent=x/y==&size=1", "apiKey=***&Authent=***&size=1"),
        ("nonce=5&otp=123456", "nonce=5&otp=***"),
        ("price 84001.9 at BTC/USD", "price 84001.9 at BTC/USD"),
        ("a\u{1B}[31mred\nline", "a [31mred line"),
    ])
    func masks(text: String, shown: String) { #expect(redactedExcerpt(Array(text.utf8)) == shown) }

    @Test func aKeyWithoutANameIsMasked() {
        let key = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5"
        #expect(redactedExcerpt(Array("sent \(key) there".utf8)) == "sent *** there")
        #expect(!redactedExcerpt(Array(key.utf8).prefix(40)).contains("kQH5"))
        #expect(redactedExcerpt(Array("/derivatives/api/v3/cancelallordersafter".utf8)).hasSuffix("after"))
        #expect(redactedExcerpt(Array("c100b894-1729-464d-ace1-52dbce11db42".utf8)).hasPrefix("c100b894"))
    }

    @Test func isBounded() {
        let text = Array(String(repeating: "word ", count: 100_000).utf8)
        #expect(redactedExcerpt(text, limit: 100).utf8.count < 140)
        #expect(redactedExcerpt(text, limit: 100).hasSuffix("… (500000 bytes)"))
        let long = Array((#"{"token":""# + String(repeating: "x", count: 5_000) + #""}"#).utf8)
        #expect(!redactedExcerpt(long).contains("x"))
        #expect(!redactedExcerpt([0xFF, 0xFE, 0x41]).isEmpty)
        #expect(redactedExcerpt([]) == "")
    }
}
