import Foundation
import Market
import Sockets
import TestSupport
import Testing
import Wire

extension TestCertificate {
    static func inFiles(_ body: (ServerCertificate) async throws -> Void) async throws {
        try await inFiles { certificate, key in
            try await body(ServerCertificate(certificateFile: certificate, keyFile: key))
        }
    }
}

extension OnOneThread {
    @Suite struct TLSTests {
        typealias Server = SocketServer<RoomValue>

        @Test(arguments: ["localhost", "127.0.0.1"]) func speaksBothProtocolsOverTLS(host: String) async throws {
            try await TestCertificate.inFiles { certificate in
                let trust = ClientTrust.file(certificate.certificateFile)
                try await Server.running(tls: certificate) { server in
                    let caller = HTTPCaller(try #require(Endpoint("https://\(host):\(server.port)")), trust: trust)
                    let answer = try await caller.send(HTTPRequest(.post, "/echo", body: [1, 2, 3]))
                    #expect(answer.body == [1, 2, 3])
                    await caller.close()
                    let client = try await WebSocketClient.connect(
                        try #require(Endpoint("wss://\(host):\(server.port)/ws")), trust: trust)
                    var events = client.events.makeAsyncIterator()
                    #expect(await events.next() == .opened)
                    #expect(await events.next() == .text(Array("hello".utf8)))
                    let long = [UInt8](repeating: 120, count: 200_000)
                    try await client.send(long)
                    #expect(await events.next() == .text(long))
                    await client.close()
                    #expect(await events.next() == .closed(.asked))
                }
            }
        }

        @Test func aStrangersCertificateIsNotBelieved() async throws {
            try await TestCertificate.inFiles { certificate in
                let value = try await Server.running(tls: certificate) { server in
                    let caller = HTTPCaller(try #require(Endpoint("https://localhost:\(server.port)")))
                    await #expect {
                        _ = try await caller.send(HTTPRequest(.post, "/echo", body: [1]))
                    } throws: { error in
                        guard case .notConnected? = error as? TransportFailure else { return false }
                        return true
                    }
                    await caller.close()
                    let target = try #require(Endpoint("wss://localhost:\(server.port)/ws"))
                    await #expect(throws: TransportFailure.self) { _ = try await WebSocketClient.connect(target) }
                }
                #expect(value.log.isEmpty)
            }
        }

        @Test func plainTextToATLSPortIsCutOff() async throws {
            try await TestCertificate.inFiles { certificate in
                try await Server.running(tls: certificate) { server in
                    let socket = try RawSocket(port: server.port)
                    try socket.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect([.ended, .reset].contains(socket.ending()))
                }
            }
        }

        @Test func aBadCertificateIsNamed() async throws {
            try await TestCertificate.inFiles { certificate in
                let wrong = [
                    ServerCertificate(certificateFile: "nowhere.pem", keyFile: certificate.keyFile),
                    ServerCertificate(certificateFile: certificate.certificateFile, keyFile: "nowhere.pem"),
                    ServerCertificate(
                        certificateFile: certificate.certificateFile, keyFile: certificate.certificateFile),
                ]
                for pair in wrong {
                    await #expect {
                        _ = try await Server.start(RoomValue(), clock: ServedClock(start: Server.start), tls: pair)
                    } throws: { error in
                        guard case .certificate? = error as? ServerError else { return false }
                        return true
                    }
                }
            }
        }
    }
}
