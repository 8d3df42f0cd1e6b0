import Foundation
import Testing

/// What a target imports of this package it also names in the manifest: the arrows drawn there are the real ones.
@Suite struct DependencyTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func everyImportIsDeclared() throws {
        let declared = try declarations()
        let sources = Self.root.appending(path: "Sources")
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path)
        var undeclared: [String] = []
        for folder in folders {
            let imports = try imports(in: sources.appending(path: folder)).intersection(folders)
            guard !imports.isEmpty else { continue }
            let uses = try #require(declared[folder], "\(folder) is not found in Package.swift")
            undeclared += imports.subtracting(uses).map { "\(folder) imports \($0)" }
        }
        #expect(undeclared.isEmpty)
    }

    private func declarations() throws -> [String: Set<String>] {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let target = /(?:core\(\s*|arget\(\s*name: )"(\w+)"(?:,\s*(?:uses|dependencies): \[([^\]]*)\])?/
        var found: [String: Set<String>] = [:]
        for match in manifest.matches(of: target) {
            let names = (match.2 ?? "").matches(of: /"(\w+)"/).map { String($0.1) }
            found[String(match.1)] = Set(names)
        }
        return found
    }

    private func imports(in folder: URL) throws -> Set<String> {
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var names: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?m)^(?:public |package |internal )?import (?:struct |enum )?(\w+)/) {
                names.insert(String(match.1))
            }
        }
        return names
    }
}
