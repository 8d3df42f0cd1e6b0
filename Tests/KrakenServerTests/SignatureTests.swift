import Kraken
import Testing
import Wire

@testable import KrakenServer

@Suite struct SignatureTests {
    static let secret = Redacted(
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==")

    @Test(arguments: [
        (
            "1700000000000/api/v3/accounts",
            "JTYYxznkCAFxb32G4rngnIEw5+qLj22qQ5OP7STP8jSIrbuRtriSbK+76RN+NQKlUMsL7Y59gc7eZclMTGfZiw=="
        ),
        (
            "lastFillTime=2024-01-01T00%3A00%3A00.000Z1700000000001/api/v3/fills",
            "++gCo5giWHprmumSz4iWv+8HnaFEQEK9nDCjf/OGPBJU+7mPNZM+rmwUaoWkm4BQmeJJUzv7UUW7ln+WVXwSRw=="
        ),
        (
            "timeout=601700000000004/api/v3/cancelallordersafter",
            "JOof6q+SMly4TViPcTOOmVtgPUyB7cxRGB3f/F1PdLM7bW7VHL9lTiAopsTmfvdAO+BXv12fmxk+8AvJbJaW4g=="
        ),
    ])
    func authent(_ message: String, _ expected: String) throws {
        let signer = try Signer(secret: Self.secret)
        #expect(signer.authent(Array(message.utf8)) == expected)
    }

    @Test func publishedChallenge() throws {
        let signer = try Signer(
            secret: Redacted(
                "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"))
        #expect(
            signer.challenge("c100b894-1729-464d-ace1-52dbce11db42")
                == "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A==")
    }

    @Test func publishedSpotSignature() throws {
        let signer = try Signer(
            secret: Redacted(
                "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="))
        let body = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
        #expect(
            signer.apiSign(path: "/0/private/AddOrder", nonce: "1616492376594", body: Array(body.utf8))
                == "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==")
    }

    /// The keys of the local exchange: 42 and 64 bytes each, in Base64.
    @Test func madeKeysCanSign() throws {
        let keys = AccountKeys(seed: 1, account: "a")
        #expect(try Base64.decode(keys.futuresKey).count == 42)
        #expect(try Base64.decode(keys.spotKey).count == 42)
        #expect(try Base64.decode(keys.futuresSecret.reveal()).count == 64)
        #expect(keys.futuresSigner?.authent([]) != keys.spotSigner?.authent([]))
        let bad = AccountKeys(
            futuresKey: "a", futuresSecret: Redacted("a*b="), spotKey: "b", spotSecret: Redacted(""))
        #expect(bad.futuresSigner?.challenge("") == nil)
        #expect(bad.spotSigner?.challenge("") == nil)
    }

    @Test func noncesMayOvertakeButNotRepeat() {
        var window = NonceWindow()
        #expect(window.take(100) == .fresh)
        #expect(window.take(99) == .fresh)
        #expect(window.take(100) == .duplicate)
        for nonce in 101...200 { #expect(window.take(UInt64(nonce)) == .fresh) }
        #expect(window.take(50) == .tooOld)
    }
}
