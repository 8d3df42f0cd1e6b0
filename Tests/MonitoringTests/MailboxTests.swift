import Testing

@testable import Monitoring

@Suite struct MailboxTests {
    private func mailbox() -> Mailbox<Int> { Mailbox(limit: 3) { $0 >= 100 } }

    @Test func wakesTheReaderOnce() {
        let mailbox = mailbox()
        #expect(mailbox.post(1))
        #expect(!mailbox.post(2))
        #expect(mailbox.take() == ([1, 2], 0))
        #expect(mailbox.post(3))
    }

    @Test func whatDoesNotMatterFindsNoRoom() {
        let mailbox = mailbox()
        for item in 1...5 { _ = mailbox.post(item) }
        #expect(mailbox.take() == ([1, 2, 3], 2))
    }

    @Test func whatMattersTakesTheRoomOfWhatDoesNot() {
        let mailbox = mailbox()
        for item in [1, 2, 3, 4, 100, 5, 101, 102, 103] { _ = mailbox.post(item) }
        let (items, dropped) = mailbox.take()
        #expect(items == [100, 101, 102])
        #expect(dropped == 6)
        #expect(mailbox.take() == ([], 0))
    }
}
