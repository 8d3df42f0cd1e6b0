import Foundation
import Wire

/// Recorded and computed payloads beside the checkout.
enum Fixtures {
    static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared/fixtures/kraken")
    }

    /// For `@Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))`.
    static var arePresent: Bool { FileManager.default.fileExists(atPath: root.path) }

    static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: root.appending(path: path))) }

    static func tree(_ path: String) throws -> JSONValue { try JSONValue(try bytes(path)) }

    /// Names of the JSON files of a folder, in order; none when the fixtures are absent.
    static func names(in folder: String) -> [String] {
        let path = root.appending(path: folder).path
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return [] }
        return names.filter { $0.hasSuffix(".json") }.sorted()
    }
}
