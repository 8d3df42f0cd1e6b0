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
        let absent = names.filter { !tests.contains($0) }
        #expect(absent.isEmpty, "named in docs/incidents.md and no test")
    }

    @Test(arguments: [("FI", 70), ("LD", 18)]) func everyIncidentIsAnswered(kind: String, count: Int) throws {
        let table = try String(contentsOf: Self.root.appending(path: "docs/incidents.md"), encoding: .utf8)
        for number in 1...count {
            let id = "\(kind)-\(number < 10 ? "0" : "")\(number)"
            let isInRange = table.matches(of: /(FI|LD)-(\d\d) to (FI|LD)-(\d\d)/).contains { match in
                match.1 == kind && (Int(match.2) ?? 99)...(Int(match.4) ?? 0) ~= number
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
            // An attribute may span lines, but no other function may stand between it and its own.
            for test in text.split(separator: "@Test").dropFirst() {
                if let match = test.firstMatch(of: /func ([A-Za-z0-9_]+)\(/) { names.insert(String(match.1)) }
            }
        }
        return names
    }
}
