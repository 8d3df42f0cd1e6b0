import Testing
import Wire

@testable import Kraken

@Suite struct SignatureTests {
    static let madeUp = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw=="

    @Test func publishedSpotVector() throws {
        let credentials = try Credentials(
            key: "k", secret: "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
        )
        let signature = credentials.apiSign(
            path: "/0/private/AddOrder", nonce: "1616492376594",
            body: "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25")
        #expect(
            signature == "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==")
    }

    @Test func publishedChallengeVector() throws {
        let credentials = try Credentials(
            key: "k",
            secret: "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm")
        #expect(
            credentials.signedChallenge("c100b894-1729-464d-ace1-52dbce11db42")
                == "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A==")
    }

    @Test(arguments: [
        (
            "", "1700000000000", "/derivatives/api/v3/accounts",
            "JTYYxznkCAFxb32G4rngnIEw5+qLj22qQ5OP7STP8jSIrbuRtriSbK+76RN+NQKlUMsL7Y59gc7eZclMTGfZiw=="
        ),
        (
            "", "", "/derivatives/api/v3/accounts",
            "QBye7cezp0pKjoos3UxEPd8Y4zfzoNG4k2coPuQvof0HlKBQn7RFH8fqt7jPNYVUD32XTYNtlcH/m28djrR8KA=="
        ),
        (
            "since=1700000000000&count=100", "1700000000003", "/api/history/v3/executions",
            "hEVo2zQGsm8MPH9lHzLRRWDAmFOVG33AOe6oy0maKt5DHTU4Nwuk5D3DLOVCf6LocP77gqFxA2RwwFzwlswpAQ=="
        ),
        (
            "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=50000&cliOrdId=demo-1&reduceOnly=false",
            "1700000000002", "/derivatives/api/v3/sendorder",
            "Jyi6Wb1ESTMgbcL87G2DIub1BQ4vLzFlJHpM11bR8017WQKfBcm0IYDfEd5XHzmGRwbpECkrmqvObSX1kW3YHg=="
        ),
    ])
    func derivativesVectors(postData: String, nonce: String, path: String, authent: String) throws {
        let credentials = try Credentials(key: "k", secret: Self.madeUp)
        #expect(
            credentials.authent(postData: postData, nonce: nonce, endpointPath: derivativesEndpoint(of: path))
                == authent)
    }

    @Test func signedRequestsCarryWhatWasSigned() throws {
        let credentials = try Credentials(key: "the-key", secret: Self.madeUp)
        let get = credentials.signing(
            derivatives: HTTPRequest(
                .get, "/derivatives/api/v3/fills", query: "lastFillTime=2024-01-01T00%3A00%3A00.000Z"),
            nonce: 1_700_000_000_001)
        #expect(get[header: "apikey"] == "the-key")
        #expect(get[header: "nonce"] == "1700000000001")
        #expect(
            get[header: "authent"]
                == "++gCo5giWHprmumSz4iWv+8HnaFEQEK9nDCjf/OGPBJU+7mPNZM+rmwUaoWkm4BQmeJJUzv7UUW7ln+WVXwSRw==")
        let post = credentials.signing(
            derivatives: HTTPRequest(
                .post, "/derivatives/api/v3/cancelallordersafter", body: Array("timeout=60".utf8)),
            nonce: 1_700_000_000_004)
        #expect(
            post[header: "authent"]
                == "JOof6q+SMly4TViPcTOOmVtgPUyB7cxRGB3f/F1PdLM7bW7VHL9lTiAopsTmfvdAO+BXv12fmxk+8AvJbJaW4g==")
        let withoutNonce = credentials.signing(
            derivatives: HTTPRequest(.get, "/derivatives/api/v3/accounts"), nonce: nil)
        #expect(withoutNonce[header: "nonce"] == nil)
        let spot = credentials.signedSpotRequest(
            path: "/0/private/GetWebSocketsToken", nonce: 1_700_000_000_000)
        #expect(spot.body == Array("nonce=1700000000000".utf8))
        #expect(
            spot[header: "API-Sign"]
                == "4e98GPq901F/0pkyR5qfeMaipPVLsFb8zulYlmy8ywEBpNgkKG7x7yqtfDOBDLZuO+K897P5JF05cQ3lZ9Bo1w==")
    }

    @Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
    func derivativesVectorFile() throws {
        let file = try Fixtures.tree("vectors/futures_authent.json")
        let credentials = try Credentials(key: "k", secret: try #require(file["secretBase64"]?.string))
        let cases = try #require(file["cases"]?.array)
        #expect(cases.count >= 8)
        for vector in cases {
            let path = derivativesEndpoint(of: try #require(vector["requestPath"]?.string))
            #expect(path == vector["endpointPath"]?.string)
            let authent = credentials.authent(
                postData: try #require(vector["postData"]?.string), nonce: try #require(vector["nonce"]?.string),
                endpointPath: path)
            #expect(authent == vector["authent"]?.string)
        }
    }

    @Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
    func challengeVectorFile() throws {
        let cases = try #require(try Fixtures.tree("vectors/futures_ws_challenge.json")["cases"]?.array)
        #expect(cases.count >= 2)
        for vector in cases {
            let credentials = try Credentials(key: "k", secret: try #require(vector["secretBase64"]?.string))
            #expect(
                credentials.signedChallenge(try #require(vector["challenge"]?.string))
                    == vector["signedChallenge"]?.string)
        }
    }

    @Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
    func spotVectorFile() throws {
        let cases = try #require(try Fixtures.tree("vectors/spot_api_sign.json")["cases"]?.array)
        #expect(cases.count >= 3)
        for vector in cases {
            let credentials = try Credentials(key: "k", secret: try #require(vector["secretBase64"]?.string))
            let signature = credentials.apiSign(
                path: try #require(vector["uriPath"]?.string), nonce: try #require(vector["nonce"]?.string),
                body: try #require(vector["postData"]?.string))
            #expect(signature == vector["apiSign"]?.string)
        }
    }

    @Test func comparisonSeesEveryDifference() {
        #expect(Signer.isEqual("abc=", "abc="))
        #expect(!Signer.isEqual("abc=", "abd="))
        #expect(!Signer.isEqual("abc", "abc="))
        #expect(!Signer.isEqual("", "a"))
    }
}
