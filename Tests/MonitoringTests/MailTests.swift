import Foundation
import Market
import Notices
import Operations
import Sockets
import TestSupport
import Testing
import Wire

@testable import Monitoring

@Suite struct SMTPDialogueTests {
    private static func mail(_ security: ChannelAddresses.Mail.Security, user: String? = "me") -> ChannelAddresses.Mail
    {
        ChannelAddresses.Mail(
            host: "mail.example", port: 25, security: security, from: "a@x.example",
            to: ["b@x.example", "c@x.example"],
            user: user, password: user.map { _ in Redacted("p4ss") })
    }

    private static func dialogue(_ security: ChannelAddresses.Mail.Security, user: String? = "me") -> SMTPDialogue {
        SMTPDialogue(mail(security, user: user), message: "Subject: x\r\n\r\nYQ==")
    }

    @Test func aWholeDeliveryWithStartTLS() {
        var dialogue = Self.dialogue(.startTLS)
        #expect(dialogue.take(220, ["hello"]) == .send("EHLO localhost"))
        // What is offered in the clear counts for nothing but STARTTLS.
        #expect(dialogue.take(250, ["mail.example", "AUTH PLAIN", "STARTTLS"]) == .send("STARTTLS"))
        #expect(dialogue.take(220, ["go on"]) == .startTLS)
        #expect(dialogue.secured() == .send("EHLO localhost"))
        // base64 of NUL me NUL p4ss.
        #expect(dialogue.take(250, ["mail.example", "AUTH LOGIN PLAIN"]) == .send("AUTH PLAIN AG1lAHA0c3M="))
        #expect(dialogue.take(235, ["in"]) == .send("MAIL FROM:<a@x.example>"))
        #expect(dialogue.take(250, ["ok"]) == .send("RCPT TO:<b@x.example>"))
        #expect(dialogue.take(250, ["ok"]) == .send("RCPT TO:<c@x.example>"))
        #expect(dialogue.take(251, ["will forward"]) == .send("DATA"))
        #expect(dialogue.take(354, ["go"]) == .send("Subject: x\r\n\r\nYQ==\r\n."))
        #expect(dialogue.take(250, ["queued"]) == .delivered)
    }

    @Test func logsInStepByStepWhereThatIsAllThereIs() {
        var dialogue = Self.dialogue(.tls)
        _ = dialogue.take(220, ["hello"])
        #expect(dialogue.take(250, ["x", "AUTH LOGIN"]) == .send("AUTH LOGIN"))
        #expect(dialogue.take(334, ["VXNlcm5hbWU6"]) == .send("bWU="))
        #expect(dialogue.take(334, ["UGFzc3dvcmQ6"]) == .send("cDRzcw=="))
        #expect(dialogue.take(235, ["in"]) == .send("MAIL FROM:<a@x.example>"))
    }

    @Test func nothingSecretIsSaidInTheClear() {
        var dialogue = Self.dialogue(.startTLS)
        _ = dialogue.take(220, ["hello"])
        #expect(dialogue.take(250, ["x", "AUTH PLAIN"]) == .failed(.denied("the server offers no STARTTLS")))
        var refused = Self.dialogue(.startTLS)
        _ = refused.take(220, ["hello"])
        _ = refused.take(250, ["STARTTLS"])
        #expect(refused.take(454, ["not now"]) == .failed(.unavailable("the mail server says 454 not now")))
    }

    @Test func refusalsSayWhatKindTheyAre() {
        var busy = Self.dialogue(.none, user: nil)
        #expect(busy.take(421, ["busy"]) == .failed(.unavailable("the mail server says 421 busy")))
        var password = Self.dialogue(.tls)
        _ = password.take(220, ["x"])
        _ = password.take(250, ["AUTH PLAIN"])
        #expect(password.take(535, ["wrong"]) == .failed(.denied("the mail server says 535 wrong")))
        var text = Self.dialogue(.none, user: nil)
        for (code, line) in [(220, "x"), (250, "x"), (250, "x"), (250, "x"), (250, "x"), (354, "x")] {
            _ = text.take(code, [line])
        }
        #expect(text.take(554, ["spam"]) == .failed(.refused("the mail server says 554 spam")))
    }

    @Test func repliesOfSeveralLinesAreOne() throws {
        var replies = SMTPReplies()
        #expect(try replies.take(Array("250-mail".utf8)) == nil)
        #expect(try replies.take(Array("250-SIZE 1".utf8)) == nil)
        let whole = try #require(try replies.take(Array("250 STARTTLS".utf8)))
        #expect(whole.code == 250)
        #expect(whole.lines == ["mail", "SIZE 1", "STARTTLS"])
        #expect(throws: SMTPReplies.Malformed.self) { try replies.take(Array("HTTP/1.1 400".utf8)) }
        #expect(throws: SMTPReplies.Malformed.self) { try replies.take(Array(repeating: 50, count: 3_000)) }
    }
}

@Suite struct MailTextTests {
    @Test func theMessageIsAsTheStandardsHaveIt() {
        let notice = Notice(
            .critical, heading: "protection", lines: ["22:13:20Z naked – für 3 s"], kind: "protection",
            at: Timestamp(seconds: 1_700_000_000))
        let mail = ChannelAddresses.Mail(host: "x", port: 25, from: "a@x.example", to: ["b@x.example", "c@x.example"])
        let text = MailText.message(notice, mail, origin: "live", at: Timestamp(seconds: 1_700_000_000))
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines[0] == "Date: Tue, 14 Nov 2023 22:13:20 +0000")
        #expect(lines[1] == "From: Trident <a@x.example>")
        #expect(lines[2] == "To: <b@x.example>, <c@x.example>")
        #expect(lines[3].hasPrefix("Subject: =?utf-8?B?"))
        #expect(lines.contains("X-Priority: 1"))
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        let body = lines.drop { !$0.isEmpty }.joined()
        #expect(
            Data(base64Encoded: body).map { String(decoding: $0, as: UTF8.self) }
                == "[live] CRITICAL protection\n22:13:20Z naked – für 3 s\n")
    }

    @Test func plainSubjectsStayPlain() {
        #expect(MailText.encoded("all is well") == "all is well")
        #expect(MailText.encoded("=?utf-8?Q?x?=").hasPrefix("=?utf-8?B?"))
    }

    @Test(
        arguments: [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_795_420_799, "Mon, 23 Nov 2026 07:59:59 +0000"),
        ] as [(Int64, String)]) func datesHaveTheirDay(seconds: Int64, text: String)
    {
        #expect(MailText.date(Timestamp(seconds: seconds)) == text)
    }

    @Test(arguments: [
        ("a@b", true), ("ops+x@mail.example", true), ("a@b\r\nDATA", false), ("a b@c", false), ("<a@b>", false),
        ("a@b@c", false), ("@b", false), ("ä@b", false),
    ]) func addressesCannotEndTheirCommand(text: String, isGood: Bool) {
        #expect(MailCarrier.isAddress(text) == isGood)
    }
}

extension OverSockets {
    @Suite struct MailCarrierTests {
        private let notice = Notice(
            .warning, heading: "feed", lines: ["one"], kind: "feed", at: Timestamp(seconds: 1_700_000_000))

        private func deliver(
            _ mail: ChannelAddresses.Mail, trust: ClientTrust = .system, limit: Interval = .seconds(5)
        ) async throws -> Result<Void, DeliveryFailure> {
            let carrier = try MailCarrier(mail, origin: "test", trust: trust, limit: limit, clock: Stage.clock)
            return await withCheckedContinuation { continuation in
                carrier.carry(notice) { continuation.resume(returning: $0) }
            }
        }

        private func mail(
            _ server: FakeMailServer, _ security: ChannelAddresses.Mail.Security, user: String? = "me"
        ) -> ChannelAddresses.Mail {
            ChannelAddresses.Mail(
                host: "127.0.0.1", port: server.port, security: security, from: "a@x.example", to: ["b@x.example"],
                user: user, password: user.map { _ in Redacted("p4ss") })
        }

        @Test(arguments: [ChannelAddresses.Mail.Security.startTLS, .tls, .none])
        func delivers(security: ChannelAddresses.Mail.Security) async throws {
            try await TestCertificate.inFiles { certificate, key in
                let server = try await FakeMailServer.start(security, certificate: certificate, key: key)
                let result = try await deliver(mail(server, security), trust: .file(certificate))
                #expect(throws: Never.self) { try result.get() }
                let said = server.said
                let hello =
                    security == .startTLS ? ["EHLO localhost", "STARTTLS", "EHLO localhost"] : ["EHLO localhost"]
                #expect(
                    Array(said.prefix(hello.count + 4))
                        == hello + [
                            "AUTH PLAIN AG1lAHA0c3M=", "MAIL FROM:<a@x.example>", "RCPT TO:<b@x.example>", "DATA",
                        ])
                #expect(said.contains("Subject: [test] WARNING feed: one"))
                await server.stop()
            }
        }

        @Test func aServerThatIsNotBelievedGetsNothing() async throws {
            try await TestCertificate.inFiles { certificate, key in
                let server = try await FakeMailServer.start(.startTLS, certificate: certificate, key: key)
                let result = try await deliver(mail(server, .startTLS))
                guard case .failure(.unavailable) = result else { Issue.record("delivered to a stranger"); return }
                #expect(!server.said.contains { $0.hasPrefix("AUTH") })
                await server.stop()
            }
        }

        /// The greeting, the answer to STARTTLS and what follows it in one packet (CVE-2011-0411).
        @Test func whatComesInTheClearAfterStartTLSIsNotBelieved() async throws {
            let server = try await FakeMailServer.start(.startTLS, injecting: true)
            let result = try await deliver(mail(server, .startTLS))
            #expect(result.failure == .denied("the mail server says more than it may before TLS"))
            await server.stop()
        }

        @Test func aServerThatHangsOrSpeaksNoSMTPFailsInTime() async throws {
            let silent = try await FakeMailServer.start(.none, greeting: nil)
            #expect(
                try await deliver(mail(silent, .none), limit: .milliseconds(50)).failure
                    == .unavailable("no answer in time"))
            await silent.stop()
            let other = try await FakeMailServer.start(.none, greeting: "SSH-2.0-x")
            #expect(
                try await deliver(mail(other, .none)).failure == .unavailable("the mail server does not speak SMTP"))
            await other.stop()
            let gone = try await deliver(mail(other, .none))
            guard case .failure(.unavailable(let why)) = gone else { Issue.record("delivered to nobody"); return }
            #expect(why.hasPrefix("no connection"))
        }

        @Test func aPasswordDoesNotTravelInTheClear() throws {
            var mail = ChannelAddresses.Mail(
                host: "mail.example", port: 25, security: .none, from: "a@b", to: ["c@d"], user: "me",
                password: Redacted("p4ss"))
            #expect(throws: MonitorError.self) { try MailCarrier.check(mail) }
            mail.user = nil
            try MailCarrier.check(mail)
            mail.to = ["c@d\r\nRCPT TO:<x@y>"]
            #expect(throws: MonitorError.self) { try MailCarrier.check(mail) }
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { return failure }
        return nil
    }
}
