import Foundation
import Notices
import Wire

/// One delivery by SMTP (RFC 5321) as a value: replies of the server go in, what to do comes out. Nothing secret is said
/// before the connection is encrypted, unless the relay is this machine.
struct SMTPDialogue: Sendable {
    enum Step: Equatable {
        case send(String)
        /// Nothing more may be in the buffers: then TLS begins and `secured` is to be called.
        case startTLS
        case delivered
        case failed(DeliveryFailure)
    }

    private enum Phase {
        case greeting, plainHello, startTLS, hello, plain, loginUser, loginPassword, from, recipient(Int), data, content
        case done
    }

    private let mail: ChannelAddresses.Mail
    private let message: String
    private let name: String
    private var phase = Phase.greeting

    /// - Parameters:
    ///   - message: headers and body with CRLF, without lines that begin with a dot.
    ///   - name: how we call ourselves.
    init(_ mail: ChannelAddresses.Mail, message: String, name: String = "localhost") {
        self.mail = mail
        self.message = message
        self.name = name
    }

    /// A whole reply: its code and the texts of its lines.
    mutating func take(_ code: Int, _ lines: [String]) -> Step {
        let said = "\(code) \(lines.last ?? "")"
        if let step = expected(code, lines) { return step }
        defer { phase = .done }
        return .failed(failure(code, said))
    }

    /// TLS is there after STARTTLS.
    mutating func secured() -> Step {
        phase = .hello
        return .send("EHLO \(name)")
    }

    private mutating func expected(_ code: Int, _ lines: [String]) -> Step? {
        switch (phase, code) {
        case (.greeting, 220):
            phase = mail.security == .startTLS ? .plainHello : .hello
            return .send("EHLO \(name)")
        case (.plainHello, 250):
            guard offers("STARTTLS", lines) else {
                phase = .done
                return .failed(.denied("the server offers no STARTTLS"))
            }
            phase = .startTLS
            return .send("STARTTLS")
        case (.startTLS, 220): return .startTLS
        case (.hello, 250): return authenticate(lines)
        case (.loginUser, 334):
            phase = .loginPassword
            return .send(Self.base64(mail.user ?? ""))
        case (.loginPassword, 334):
            phase = .plain
            return .send(Self.base64(mail.password?.reveal() ?? ""))
        case (.plain, 235): return begin()
        case (.from, 250):
            phase = .recipient(0)
            return .send("RCPT TO:<\(mail.to[0])>")
        case (.recipient(let index), 250...252):
            guard index + 1 < mail.to.count else {
                phase = .data
                return .send("DATA")
            }
            phase = .recipient(index + 1)
            return .send("RCPT TO:<\(mail.to[index + 1])>")
        case (.data, 354):
            phase = .content
            return .send(message + "\r\n.")
        case (.content, 250):
            phase = .done
            return .delivered
        default: return nil
        }
    }

    private func offers(_ word: String, _ lines: [String]) -> Bool {
        lines.contains { $0.uppercased().split(separator: " ").first.map(String.init) == word }
    }

    private mutating func authenticate(_ lines: [String]) -> Step {
        guard let user = mail.user, let password = mail.password else { return begin() }
        let ways = lines.map { $0.uppercased() }.filter { $0.hasPrefix("AUTH ") || $0.hasPrefix("AUTH=") }
            .flatMap { $0.dropFirst(5).split(separator: " ") }
        if ways.contains("PLAIN") {
            phase = .plain
            return .send("AUTH PLAIN " + Self.base64("\u{0}\(user)\u{0}\(password.reveal())"))
        }
        if ways.contains("LOGIN") {
            phase = .loginUser
            return .send("AUTH LOGIN")
        }
        phase = .done
        return .failed(.denied("the server offers neither AUTH PLAIN nor AUTH LOGIN"))
    }

    private mutating func begin() -> Step {
        phase = .from
        return .send("MAIL FROM:<\(mail.from)>")
    }

    private func failure(_ code: Int, _ said: String) -> DeliveryFailure {
        // 4yz: later (RFC 5321, section 4.2.1).
        guard (500..<600).contains(code) else { return .unavailable("the mail server says \(said)") }
        switch phase {
        case .data, .content: return .refused("the mail server says \(said)")
        case .greeting, .plainHello, .startTLS, .hello, .plain, .loginUser, .loginPassword, .from, .recipient, .done:
            return .denied("the mail server says \(said)")
        }
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

/// Puts the lines of replies together: `250-SIZE`, `250 OK`.
struct SMTPReplies: Sendable {
    /// Longer lines and longer replies than any server has reason for.
    static let lineLimit = 2_048
    static let linesLimit = 100

    struct Malformed: Error {}

    private var lines: [String] = []

    /// The whole reply when `line`, without its end, is its last.
    mutating func take(_ line: [UInt8]) throws(Malformed) -> (code: Int, lines: [String])? {
        let text = String(decoding: line, as: UTF8.self)
        guard line.count <= Self.lineLimit, lines.count < Self.linesLimit, let code = Int(text.prefix(3)),
            (200..<600).contains(code)
        else { throw Malformed() }
        lines.append(String(text.dropFirst(4)))
        if text.dropFirst(3).first == "-" { return nil }
        defer { lines = [] }
        return (code, lines)
    }
}
