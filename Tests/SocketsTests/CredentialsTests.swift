import Foundation
import Sockets
import Synchronization
import Testing
import Wire

/// A folder of its own, removed at the end.
private final class Scratch {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "trident-sockets-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: folder) } catch { print("not removed: \(folder)") }
    }

    func path(_ name: String) -> String { folder + "/" + name }

    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        let path = path(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }
}

@Suite struct FileCredentialsTests {
    @Test func readsNamesAndSecrets() throws {
        let scratch = try Scratch()
        let path = try scratch.write("# keys\nkey = abc\n\nsecret=d=e==\r\n", to: "keys")
        let credentials = try FileCredentials(path: path)
        #expect(credentials["key"]?.reveal() == "abc")
        #expect(try credentials.require("secret").reveal() == "d=e==")
        #expect(credentials["other"] == nil)
        #expect(throws: CredentialsError.missing(path: path, name: "other")) { try credentials.require("other") }
        #expect(!"\(credentials)".contains("abc"))
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o666, 0o644, 0o601])
    func refusesAFileThatOthersMayTouch(mode: Int) throws {
        let scratch = try Scratch()
        let path = try scratch.write("key=abc\n", to: "keys", mode: mode)
        #expect {
            _ = try FileCredentials(path: path)
        } throws: { error in
            error as? CredentialsError == .tooOpen(path: path, mode: UInt32(mode))
                && String(describing: error).contains("chmod 600 '\(path)'")
        }
    }

    @Test(arguments: [0o600, 0o400, 0o700]) func takesAFileOfItsOwner(mode: Int) throws {
        let scratch = try Scratch()
        #expect(try FileCredentials(path: try scratch.write("key=abc\n", to: "keys", mode: mode))["key"] != nil)
    }

    @Test func whatCannotBeReadIsNamedWithoutItsContent() throws {
        let scratch = try Scratch()
        #expect(throws: CredentialsError.self) { try FileCredentials(path: scratch.path("none")) }
        #expect(throws: CredentialsError.self) { try FileCredentials(path: scratch.folder) }
        let malformed = try scratch.write("key=abc\nhush-hush\n", to: "malformed")
        #expect {
            _ = try FileCredentials(path: malformed)
        } throws: { error in
            String(describing: error) == "\(malformed):2: expected name=value"
        }
        let twice = try scratch.write("key=abc\nkey=def\n", to: "twice")
        #expect(throws: CredentialsError.repeated(path: twice, line: 2, name: "key")) {
            try FileCredentials(path: twice)
        }
        let large = try scratch.write("key=" + String(repeating: "a", count: 70_000), to: "large")
        #expect(throws: CredentialsError.self) { try FileCredentials(path: large) }
    }
}

@Suite struct NonceFileTests {
    @Test func growsWithTheClockAndWithoutIt() throws {
        let scratch = try Scratch()
        let time = Atomic<UInt64>(1_000)
        let nonces = try NonceFile(path: scratch.path("nonce")) { time.load(ordering: .relaxed) }
        #expect(try nonces.next() == 1_000)
        #expect(try nonces.next() == 1_001)
        time.store(5_000, ordering: .relaxed)
        #expect(try nonces.next() == 5_000)
        // A clock that is set back is not followed.
        time.store(0, ordering: .relaxed)
        #expect(try nonces.next() == 5_001)
    }

    @Test func goesOnBehindAllEarlierNumbersAfterARestart() throws {
        let scratch = try Scratch()
        var last: UInt64 = 0
        // Each time the clock starts at nothing again, as on a machine that has lost its time.
        for _ in 0..<5 {
            let nonces = try NonceFile(path: scratch.path("nonce")) { 0 }
            for _ in 0..<100 {
                let next = try nonces.next()
                #expect(next > last)
                last = next
            }
        }
    }

    @Test func threadsGetDifferentNumbers() async throws {
        let scratch = try Scratch()
        let nonces = try NonceFile(path: scratch.path("nonce"))
        let all = try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var mine: [UInt64] = []
                    for _ in 0..<1_000 { mine.append(try nonces.next()) }
                    return mine
                }
            }
            var all: [UInt64] = []
            for try await mine in group {
                #expect(zip(mine, mine.dropFirst()).allSatisfy { $0 < $1 })
                all += mine
            }
            return all
        }
        #expect(Set(all).count == 8_000)
    }

    @Test func aSecondSessionIsRefused() throws {
        let scratch = try Scratch()
        let path = scratch.path("nonce")
        do {
            let first = try NonceFile(path: path)
            #expect(throws: NonceError.taken(path: path)) { try NonceFile(path: path) }
            _ = try first.next()
        }
        // Free again when the first has ended.
        _ = try NonceFile(path: path).next()
    }

    @Test(arguments: ["", "abc\n", "12", "-5\n", "99999999999999999999999\n"])
    func aDamagedFileIsNotGuessedAt(text: String) throws {
        let scratch = try Scratch()
        let path = try scratch.write(text, to: "nonce")
        #expect(throws: NonceError.damaged(path: path)) { try NonceFile(path: path) }
    }

    @Test func withoutADiskThereIsNoNumber() throws {
        let scratch = try Scratch()
        let path = scratch.path("nonce")
        let nonces = try NonceFile(path: path) { 0 }
        // Its new file cannot be made where a folder has the name.
        try FileManager.default.createDirectory(atPath: path + ".new", withIntermediateDirectories: false)
        #expect(throws: NonceError.self) { try nonces.next() }
        try FileManager.default.removeItem(atPath: path + ".new")
        #expect(try nonces.next() == 1)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }
}
