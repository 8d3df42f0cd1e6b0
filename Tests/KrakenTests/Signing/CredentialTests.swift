import Market
import TestSupport
import Testing
import Wire

@testable import Kraken

@Suite struct CredentialTests {
    @Test func nothingShowsEitherHalf() throws {
        let credentials = try Credentials(key: "public-half", secret: SignatureTests.madeUp)
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in [
            "\(credentials)", String(reflecting: credentials), dumped, "\([credentials])",
            "\(String(describing: Optional(credentials)))",
        ] {
            #expect(!text.contains("public-half"))
            #expect(!text.contains("AAECAw"))
        }
    }

    @Test(arguments: [
        ("", SignatureTests.madeUp, CredentialError.emptyKey),
        ("a b", SignatureTests.madeUp, .keyNotPrintable),
        ("key\n", SignatureTests.madeUp, .keyNotPrintable),
        ("key", "", .emptySecret),
        ("key", "AAE", .secretLength(3)),
        ("key", "AA*=", .secretCharacter(at: 2)),
        ("key", "A===", .secretCharacter(at: 1)),
        ("key", "AA==AAAA", .secretCharacter(at: 2)),
        ("key", "AAAA\n AA", .secretCharacter(at: 4)),
    ])
    func badHalvesAreRefused(key: String, secret: String, error: CredentialError) {
        #expect(throws: error) { try Credentials(key: key, secret: secret) }
        #expect(secret.count < 8 || !"\(error)".contains(secret))
    }

    @Test func base64OfEveryLength() throws {
        #expect(Base64.encode(Array("f".utf8)) == "Zg==")
        #expect(Base64.encode(Array("fo".utf8)) == "Zm8=")
        #expect(Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy")
        var generator = SeededGenerator(seed: 7)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(try Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }
}

@Suite struct NonceSourceTests {
    @Test func followsTheClock() {
        var source = NonceSource()
        #expect(source.next(at: Timestamp(milliseconds: 1_700_000_000_000)) == 1_700_000_000_000)
        #expect(source.next(at: Timestamp(milliseconds: 1_700_000_000_000)) == 1_700_000_000_001)
        #expect(source.next(at: Timestamp(milliseconds: 1_700_000_000_500)) == 1_700_000_000_500)
    }

    @Test func growsWhateverTheClockDoes() {
        var generator = SeededGenerator(seed: 3)
        var source = NonceSource()
        var previous: UInt64 = 0
        var now: Int64 = 1_700_000_000_000
        for step in 0..<10_000 {
            now += Int64.random(in: -50...50, using: &generator)
            if step % 1000 == 999 { now -= 3_600_000 }
            let nonce = source.next(at: Timestamp(milliseconds: now))
            #expect(nonce > previous)
            previous = nonce
        }
        var before1970 = NonceSource()
        #expect(before1970.next(at: Timestamp(milliseconds: -5)) == 1)
    }
}
