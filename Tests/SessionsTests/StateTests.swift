import Foundation
import Journal
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
}
