import Foundation
import Testing

/// `docs/incidents.md` names a test for each invariant: every name must be a test or a part of one.
@Suite struct IncidentTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func everyNamedTestExists() throws {
        let table = try String(contentsOf: Self.root.appending(path: "docs/incidents.md"), encoding: .utf8)
        let names = table.matches(of: /`([A-Za-z0-9_]+)`/).map { String($0.1) }
        try #require(names.count > 80)
        let tests = try testFunctions()
        for name in names { #expect(tests.contains(name), "\(name) is named in docs/incidents.md and is no test") }
    }

    @Test func everyIncidentIsAnswered() throws {
        let table = try String(contentsOf: Self.root.appending(path: "docs/incidents.md"), encoding: .utf8)
        for number in 1...70 {
            let id = "FI-\(number < 10 ? "0" : "")\(number)"
            let isInRange = table.matches(of: /FI-(\d\d) to FI-(\d\d)/).contains { match in
                (Int(match.1) ?? 99)...(Int(match.2) ?? 0) ~= number
            }
            #expect(table.contains(id) || isInRange, "\(id) is not in docs/incidents.md")
        }
    }

    private func testFunctions() throws -> Set<String> {
        let tests = Self.root.appending(path: "Tests")
        let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
        var names: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /func ([A-Za-z0-9_]+)\(/) { names.insert(String(match.1)) }
        }
        return names
    }
}
