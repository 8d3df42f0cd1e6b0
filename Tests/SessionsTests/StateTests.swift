import Foundation
import Journal
import Kraken
import Market
import Operations
import Testing
import Trading

@testable import Sessions

/// A folder of a test's own, gone with it.
final class Workplace {
    let path = FileManager.default.temporaryDirectory.appending(path: "trident-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct StateFolderTests {
    @Test func isHeldByOneAtATime() throws {
        let place = try Workplace()
        var first: StateFolder? = try StateFolder(place.path + "/a")
        #expect(StateFolder.isHeld(place.path + "/a"))
        let refusal = #expect(throws: StateError.self) { try StateFolder(place.path + "/a") }
        #expect(refusal?.isHeld == true)
        #expect(refusal?.description.contains("pid \(getpid())") == true)
        #expect(first != nil)
        first = nil
        #expect(!StateFolder.isHeld(place.path + "/a"))
        _ = try StateFolder(place.path + "/a")
    }

    @Test func isReadableByItsOwnerOnly() throws {
        let place = try Workplace()
        let folder = try StateFolder(place.path + "/b")
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }
}

@Suite struct SafetyFileTests {
    @Test func keepsTheLastWord() throws {
        let place = try Workplace()
        let path = place.path + "/safety"
        for state in [SafetyState.halted(.drawdown), .flattening(.operatorCommand), .ready, .halted(.operatorCommand)] {
            let file = try SafetyFile(path)
            try file.write(state, detail: "a test")
            #expect(SafetyFile.peek(path) == state)
            #expect(try SafetyFile(path).state == state)
        }
    }

    /// A crash in the middle of a write damages one half: the other holds the word before.
    @Test func survivesTheLossOfEitherHalf() throws {
        let place = try Workplace()
        let path = place.path + "/safety"
        try SafetyFile(path).write(.halted(.drawdown), detail: "first")
        try SafetyFile(path).write(.halted(.drawdown), detail: "second")
        let whole = try #require(FileManager.default.contents(atPath: path))
        for half in [0, 2_048] {
            var bytes = [UInt8](whole)
            for place in half..<half + 40 { bytes[place] ^= 0x5a }
            try Data(bytes).write(to: URL(filePath: path))
            #expect(SafetyFile.peek(path) == .halted(.drawdown))
        }
    }

    @Test func aRecordThatIsDamagedWholeIsNotReady() throws {
        let place = try Workplace()
        let path = place.path + "/safety"
        try SafetyFile(path).write(.halted(.drawdown), detail: "latched")
        try Data(repeating: 7, count: 4_096).write(to: URL(filePath: path))
        #expect(SafetyFile.peek(path) == nil)
        let error = #expect(throws: StateError.self) { try SafetyFile(path) }
        #expect(error?.description.contains("damaged") == true)
    }
}

@Suite struct OperatorInboxTests {
    @Test func ordersComeInTheirOrderAndOnce() throws {
        let place = try Workplace()
        let folder = try StateFolder(place.path + "/c")
        try OperatorInbox.leave(.halt(reason: "two\nlines"), in: folder.path)
        try OperatorInbox.leave(.release(operatorName: "Ann", reason: "looked at it"), in: folder.path)
        try Data("nonsense".utf8).write(to: URL(filePath: folder.files.inbox + "/0.order"))
        let intents = OperatorInbox.take(folder.files.inbox)
        guard intents.count == 2, case .halt("two lines") = intents[0],
            case .release("Ann", "looked at it") = intents[1]
        else {
            Issue.record("\(intents)")
            return
        }
        #expect(OperatorInbox.take(folder.files.inbox).isEmpty)
        #expect(FileManager.default.fileExists(atPath: folder.files.inbox + "/0.order.unreadable"))
    }

    /// Left later comes later, also beyond a count of digits, and by whichever process.
    @Test func manyComeInTheOrderInWhichTheyWereLeft() throws {
        let place = try Workplace()
        let folder = try StateFolder(place.path + "/d")
        for number in 0..<20 { try OperatorInbox.leave(.halt(reason: "\(number)"), in: folder.path) }
        let reasons = OperatorInbox.take(folder.files.inbox).map { intent in
            if case .halt(let reason) = intent { reason } else { "?" }
        }
        #expect(reasons == (0..<20).map(String.init))
    }

    @Test func whatWasNotTakenCanBeTakenBack() throws {
        let place = try Workplace()
        let folder = try StateFolder(place.path + "/e")
        let order = try OperatorInbox.leave(.release(operatorName: "Ann", reason: "x"), in: folder.path)
        #expect(order.isWaiting)
        #expect(order.withdraw())
        #expect(!order.isWaiting && OperatorInbox.take(folder.files.inbox).isEmpty)
        let other = try OperatorInbox.leave(.halt(reason: "x"), in: folder.path)
        #expect(OperatorInbox.take(folder.files.inbox).count == 1)
        #expect(!other.isWaiting && !other.withdraw())
    }
}

/// What others read beside a journal.
@Suite struct SideFileTests {
    /// A status from before an order says nothing about what became of it.
    @Test func aStatusIsNewEnoughOrNone() throws {
        let place = try Workplace()
        let path = place.path + "/status.json"
        try Data(#"{"flat":true,"entries_ended":true,"safety":"halted"}"#.utf8).write(to: URL(filePath: path))
        let written = Date(timeIntervalSince1970: 1_700_000_000)
        try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: path)
        #expect(SessionStatus(reading: path) != nil)
        #expect(SessionStatus(reading: path, writtenAfter: written)?.isDone(flat: true) == true)
        #expect(SessionStatus(reading: path, writtenAfter: written + 0.001) == nil)
        #expect(SessionStatus(reading: place.path + "/none") == nil)
    }

    /// Nothing but the session's own word is an end: an empty list of orders is not.
    @Test(arguments: [#"{"orders":[],"positions":[]}"#, #"{"flat":false,"entries_ended":false}"#, "{}"])
    func aStatusThatDoesNotSaySoIsNoEnd(_ text: String) throws {
        let place = try Workplace()
        try Data(text.utf8).write(to: URL(filePath: place.path + "/status.json"))
        let status = try #require(SessionStatus(reading: place.path + "/status.json"))
        #expect(!status.isDone(flat: true) && !status.isDone(flat: false))
    }

    /// For the eye on the tick; what the file says stays exact.
    @Test func aPriceIsShownOnItsTick() throws {
        let place = try Workplace()
        let text = #"{"prices":[{"instrument":"PF_XBTUSD","tick":"0.5"},{"instrument":"PF_ETHUSD","tick":null}]}"#
        try Data(text.utf8).write(to: URL(filePath: place.path + "/status.json"))
        let status = try #require(SessionStatus(reading: place.path + "/status.json"))
        #expect(status.shown("63250.33333333", of: "PF_XBTUSD") == "63250.5")
        #expect(status.shown("63250.2", of: "PF_XBTUSD") == "63250")
        for told in ["PF_ETHUSD", "PF_SOLUSD", nil] {
            #expect(status.shown("3100.12345678", of: told) == "3100.12345678")
        }
        #expect(status.shown("?", of: "PF_XBTUSD") == "?")
        #expect(status.shown(nil, of: "PF_XBTUSD") == nil)
    }

    @Test func theWayToTheExchangeIsKeptWhole() throws {
        let place = try Workplace()
        let path = place.path + "/venue.json"
        #expect(try VenueAddress(reading: path) == nil)
        let address = VenueAddress(
            mode: "paper", endpoint: "http://127.0.0.1:1", surface: .unified, speed: 60, trust: "a.pem")
        try address.write(to: path)
        #expect(try VenueAddress(reading: path) == address)
        try Data(#"{"surface":"unified","speed":1}"#.utf8).write(to: URL(filePath: path))
        let error = #expect(throws: StateError.self) { try VenueAddress(reading: path) }
        #expect(error?.description.contains("mode") == true)
    }

    @Test func aFolderThatCannotBeReadIsNotAnEmptyOne() throws {
        let place = try Workplace()
        #expect(try StateFolder.names(in: place.path + "/none") == [])
        try Data().write(to: URL(filePath: place.path + "/b"))
        try Data().write(to: URL(filePath: place.path + "/a"))
        #expect(try StateFolder.names(in: place.path) == ["a", "b"])
        #expect(throws: StateError.self) { try StateFolder.names(in: place.path + "/a") }
    }
}
