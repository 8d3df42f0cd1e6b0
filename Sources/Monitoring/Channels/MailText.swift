import Foundation
import Market
import Notices
import Operations

/// A notice as an Internet message (RFC 5322, RFC 2045).
enum MailText {
    static func message(_ notice: Notice, _ mail: ChannelAddresses.Mail, origin: String, at now: Timestamp) -> String {
        let body = Data((NoticeText.mailBody(notice, origin: origin) + "\n").utf8).base64EncodedString()
        var lines = [
            "Date: " + date(now), "From: Trident <\(mail.from)>",
            "To: " + mail.to.map { "<\($0)>" }.joined(separator: ", "),
            "Subject: " + encoded(NoticeText.mailSubject(notice, origin: origin)),
            "Message-ID: <\(now.nanoseconds).\(notice.kind)@trident.invalid>", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
            "Auto-Submitted: auto-generated",
        ]
        if notice.severity == .critical { lines += ["X-Priority: 1", "Importance: high"] }
        lines.append("")
        var rest = body[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(76)))
            rest = rest.dropFirst(76)
        }
        return lines.joined(separator: "\r\n")
    }

    /// As it is when plain ASCII, else in encoded words of RFC 2047, each within its 75 characters.
    static func encoded(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ (32..<127).contains($0) }) || text.contains("=?") else { return text }
        var words: [String] = []
        var piece = ""
        for character in text {
            if piece.utf8.count + character.utf8.count > 42 {
                words.append(piece)
                piece = ""
            }
            piece.append(character)
        }
        words.append(piece)
        return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// `Tue, 14 Nov 2023 22:13:20 +0000`
    static func date(_ time: Timestamp) -> String {
        let day = CalendarDay(time)
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970 began on a Thursday.
        let number = Int((time.startOfDay.seconds / 86_400) % 7)
        let name = days[number < 0 ? number + 7 : number]
        let clock = time.floor(to: .seconds(1)).description.dropFirst(11).prefix(8)
        return "\(name), \(day.day) \(months[day.month - 1]) \(day.year) \(clock) +0000"
    }
}
