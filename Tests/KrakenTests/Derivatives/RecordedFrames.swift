import Foundation
import TestSupport
import Testing
import Wire

/// Recorded and documented messages beside the checkout.
enum RecordedFrames {
    struct File: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        var testDescription: String { name }
    }

    static let isPresent = FileManager.default.fileExists(atPath: SharedData.path("../fixtures/kraken/futures"))

    /// The files of `folder` (below `kraken`) whose names start with `prefix`, in order.
    static func files(_ folder: String, prefix: String = "") throws -> [File] {
        let path = SharedData.path("../fixtures/kraken/" + folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        return try names.filter { $0.hasSuffix(".json") && $0.hasPrefix(prefix) }.map { name in
            File(name: name, bytes: Array(try Data(contentsOf: URL(filePath: path + "/" + name))))
        }
    }

    /// The frames in a file: it holds one, or an array of them.
    static func frames(_ file: File) throws -> [[UInt8]] {
        guard let array = try JSONValue(file.bytes).array else { return [file.bytes] }
        return array.map(\.bytes)
    }
}
