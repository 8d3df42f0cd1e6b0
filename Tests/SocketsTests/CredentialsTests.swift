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
