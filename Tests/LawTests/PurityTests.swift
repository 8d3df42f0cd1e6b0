import Foundation
import Testing

/// Law 1 by construction: the core holds no clock, no randomness, no I/O and no unordered iteration.
@Suite struct PurityTests {
    static let pureTargets = [
        "Market", "Indicators", "SmartMoney", "Strategy", "Venue", "Risk", "Trading", "Exchange", "Research",
        "Compatibility", "Wire", "Kraken", "KrakenServer", "Journal", "Operations", "Paper", "Notices",
    ]

    /// Text that has no place in the core, and why.
    static let banned: [(pattern: String, reason: String)] = [
        (#"\bDate\(\)"#, "reads the clock"),
        (#"\bContinuousClock\b|\bSuspendingClock\b|clock_gettime|gettimeofday"#, "reads the clock"),
        (#"Task\.sleep"#, "waits"),
        (#"\bUUID\(\)"#, "draws randomness"),
        (
            #"SystemRandomNumberGenerator|\.random\(in: (?!.*using)|\.shuffled\(\)|\.randomElement\(\)"#,
            "draws randomness"
        ),
        (#"(?<![.\w])print\("#, "writes"),
        (
            #"^\s*(public |package |internal )?import (Foundation|FoundationNetworking|Glibc|Musl|Darwin|Dispatch|NIO\w*|Logging|GRDB|Yams)"#,
            "brings effects in"
        ),
        (#"(?<!\w)(try\?|try!|fatalError\()"#, "hides a failure or traps on it"),
        (#"\bas! "#, "traps"),
        (#"nonisolated\(unsafe\)|@unchecked Sendable"#, "escapes the concurrency checks"),
    ]

    @Test(arguments: pureTargets)
    func isPure(_ target: String) throws {
        for file in try swiftFiles(of: target) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let code = line.prefix(upTo: line.range(of: "//")?.lowerBound ?? line.endIndex)
                for (pattern, reason) in Self.banned {
                    #expect(
                        code.range(of: pattern, options: .regularExpression) == nil,
                        "\(target)/\(file.lastPathComponent):\(number + 1) \(reason): \(line)")
                }
            }
        }
    }

    /// The order of a hash table changes from run to run; a stored dictionary invites iterating over it.
    @Test(arguments: pureTargets)
    func doesNotWalkHashTables(_ target: String) throws {
        let pattern = #"for .* in .*(\.keys|\.values|[dD]ictionary)\b(?!.*sorted)"#
        for file in try swiftFiles(of: target) {
            let text = try String(contentsOf: file, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                #expect(
                    line.range(of: pattern, options: .regularExpression) == nil,
                    "\(target)/\(file.lastPathComponent):\(number + 1) walks a hash table: \(line)")
            }
        }
    }

    @Test func theBansCanFail() {
        let samples = [
            "let now = Date()", "x = Int.random(in: 0...3)", "    print(\"hi\")", "import Foundation",
            "let y = try? f()",
            "v as! Int", "public import Glibc", "items.shuffled()", "try await Task.sleep(for: .seconds(1))",
        ]
        for sample in samples {
            #expect(
                Self.banned.contains { sample.range(of: $0.pattern, options: .regularExpression) != nil }, "\(sample)")
        }
        #expect(
            Self.banned.allSatisfy {
                "x = Int.random(in: 0...3, using: &g)".range(of: $0.pattern, options: .regularExpression) == nil
            })
    }

    /// The strategy cannot even name a perpetual: it does not depend on the target where they are.
    @Test func strategySeesSpotOnly() throws {
        for target in ["Market", "Indicators", "SmartMoney", "Strategy"] {
            for file in try swiftFiles(of: target) {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(
                    !text.contains("import Venue") && !text.contains("import Exchange"), "\(file.lastPathComponent)")
            }
        }
    }

    private func swiftFiles(of target: String) throws -> [URL] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/\(target)")
        let files = try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
        let nested = try files.filter(\.hasDirectoryPath).flatMap {
            try FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        let swift = (files + nested).filter { $0.pathExtension == "swift" }
        try #require(!swift.isEmpty)
        return swift
    }
}
