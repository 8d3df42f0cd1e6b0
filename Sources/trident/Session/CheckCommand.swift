import ArgumentParser
import Driver
import Foundation
import Journal
import Kraken
import Market
import Operations
import Paper
import Reports
import Sessions
import Storage
import Trading
import TridentConfiguration
import Venue

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Everything that a start needs, each line pass or the remedy.",
        discussion: "Asks the exchange for its time, its contracts and what the key may do. Sends no order.")

    enum Purpose: String, ExpressibleByArgument, CaseIterable {
        case paper
        case live
    }

    @Option(name: .customLong("for"), help: "paper or live") var purpose: Purpose = .paper
    @Option(help: "text or json") var format: Format = .text
    @Option(help: ArgumentHelp("Exchange to ask. Default: Kraken.", valueName: "url")) var endpoint: String?
    @Option(help: ArgumentHelp("PEM file with the certificate to believe.", valueName: "file")) var trust: String?
    @Option(help: ArgumentHelp("State folder of the session.", valueName: "folder")) var state: String?
    @OptionGroup var keys: KeyOptions
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        var list = CheckList()
        list.check("configuration") {
            let settings = try source.settings()
            return ("hash \(settings.hash)", settings)
        } then: { settings in
            checkAll(settings)
        }
        switch format {
        case .text: Terminal.result(list.text)
        case .json: Terminal.result(list.json.pretty)
        }
        guard list.passed else {
            throw CommandFailure("not ready for \(purpose.rawValue): \(list.failures) of \(list.count) checks failed")
        }
    }

    private func checkAll(_ settings: Settings) -> [CheckList.Line] {
        var list = CheckList()
        let address = VenueAddress(
            mode: purpose.rawValue, endpoint: endpoint, surface: settings[SessionSettings.surface], speed: 1,
            trust: trust)
        var parts: SessionParts?
        list.check("markets") {
            let made = try SessionParts(settings)
            _ = try made.instruments()
            parts = made
            return made.pairs.map(\.description).joined(separator: ", ") + ", \(made.runtime.base) candles"
        }
        var warning: String?
        list.check("surface") {
            let choice = try GatewayChoice(address.surface, at: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
            warning = choice.warning
            return address.surface.rawValue
        }
        if let warning { list.notice("surface", warning) }
        for (feature, probe) in Capabilities(address.surface).unverified {
            list.notice("surface: \(feature.rawValue)", "not shown by any recording; to settle it: \(probe)")
        }
        checkState(settings, &list)
        var credentials: Credentials?
        if purpose == .live {
            list.check("credentials") {
                credentials = try keys.keys(for: address.surface)
                return "key and secret are there"
            }
        }
        if let parts { checkVenue(parts, address, credentials, &list) }
        if purpose == .live { checkGate(settings, address, &list) }
        return list.lines
    }

    private func checkState(_ settings: Settings, _ list: inout CheckList) {
        let path =
            state ?? settings[SessionSettings.state] + "/" + purpose.rawValue + (endpoint == nil ? "-" : "-local-")
            + settings[SessionSettings.account]
        let files = StateFiles(path)
        if StateFolder.isHeld(path) {
            list.fail("state", "\(path) is in use by a running session; stop it before another is started")
            return
        }
        list.check("state") {
            guard FileManager.default.fileExists(atPath: path) else { return "\(path) will be made" }
            guard access(path, W_OK) == 0 else { throw CommandFailure("\(path) cannot be written; correct its owner") }
            return path
        }
        list.check("store") {
            guard let address = try SessionStore.address(settings, files) else { return "off" }
            if case .sqlite(let path) = address, !FileManager.default.fileExists(atPath: path) {
                return "\(path) will be made"
            }
            return try asCommand { () throws(Storage.StoreError) in
                let books = try address.open().books()
                return "\(address.name), of this version, \(books.count) books"
            }
        }
        list.check("journal") {
            guard let header = try JournalFile.lastHeader(files.journal) else { return "none yet" }
            let findings = try Replay.run(try JournalFile.contents(files.journal), SessionParts.ofJournal)
            return "\(findings.records) records since \(header.opened), every answer the same"
        }
        guard FileManager.default.fileExists(atPath: files.safety) else { return }
        list.check("safety record") {
            guard let safety = SafetyFile.peek(files.safety) else {
                throw CommandFailure("\(files.safety) is damaged; see docs/operations.md")
            }
            guard safety == .ready else {
                throw CommandFailure("\(safety.name): `trident kill-switch release --operator NAME --reason TEXT`")
            }
            return "ready"
        }
    }

    private func checkVenue(
        _ parts: SessionParts, _ address: VenueAddress, _ credentials: Credentials?, _ list: inout CheckList
    ) {
        let findings: VenueProbe.Findings
        do {
            let wire = try SessionWire(endpoints: try address.endpoints(), trust: address.clientTrust)
            defer { wire.shutdown() }
            findings = VenueProbe(wire, patience: .seconds(10)).run(
                parts.pairs, fees: parts.settings.fees, credentials: credentials, on: address.surface)
        } catch {
            list.fail("exchange", "\(error)")
            return
        }
        let missing = parts.pairs.filter { pair in !findings.terms.contains { $0.pair == pair } }
        if missing.isEmpty {
            list.pass("exchange", findings.terms.map(\.id.description).joined(separator: ", ") + " can be traded")
        } else {
            let why = findings.problems.first ?? "no answer"
            list.fail("exchange", "\(address.name): \(why); is it reachable from here, and its address right?")
        }
        if let skew = findings.skew {
            let text = "\(skew.offset) off, known to \(skew.uncertainty)"
            if Interval(nanoseconds: abs(skew.offset.nanoseconds)) > .seconds(2) {
                list.notice("clock", text + "; the session goes by the exchange's, but set this machine's: NTP")
            } else {
                list.pass("clock", text)
            }
        }
        checkKey(findings.key, &list)
    }

    private func checkKey(_ key: VenueProbe.KeyState, _ list: inout CheckList) {
        switch key {
        case .notAsked: break
        case .refused(let why): list.fail("key", "refused by the exchange: \(why); make a new one and check its rights")
        case .accepted(let account, let canTrade, let canWithdraw):
            let name = account.map { " for account \($0)" } ?? ""
            if canWithdraw == true {
                list.fail("key", "it may withdraw\(name); make one without that right")
            } else if canTrade == false {
                list.fail("key", "it may not trade\(name); give it the right to")
            } else {
                list.pass("key", "accepted\(name), cannot withdraw" + (canWithdraw == nil ? " (not told)" : ""))
            }
        }
    }

    private func checkGate(_ settings: Settings, _ address: VenueAddress, _ list: inout CheckList) {
        guard address.isReal else {
            list.pass("paper gate", "not asked of a local exchange")
            return
        }
        list.check("paper gate") {
            let gate = try PaperGateCheck(settings)
            guard gate.shortfalls.isEmpty else {
                throw CommandFailure(gate.shortfalls.map(\.description).joined(separator: "; "))
            }
            return "met with \(gate.record.trades) trades"
        }
    }
}

/// Lines of a check, each with its verdict.
struct CheckList {
    enum Verdict: String {
        case pass
        case notice
        case fail
    }

    struct Line {
        let name: String
        let verdict: Verdict
        let text: String
    }

    private(set) var lines: [Line] = []

    var passed: Bool { failures == 0 }
    var failures: Int { lines.count { $0.verdict == .fail } }
    var count: Int { lines.count { $0.verdict != .notice } }

    mutating func pass(_ name: String, _ text: String) { lines.append(Line(name: name, verdict: .pass, text: text)) }
    mutating func notice(_ name: String, _ text: String) {
        lines.append(Line(name: name, verdict: .notice, text: text))
    }
    mutating func fail(_ name: String, _ text: String) { lines.append(Line(name: name, verdict: .fail, text: text)) }

    mutating func check(_ name: String, _ body: () throws -> String) {
        do {
            pass(name, try body())
        } catch let failure as CommandFailure {
            fail(name, failure.message)
        } catch {
            fail(name, "\(error)")
        }
    }

    /// What follows is checked only with the value that the check gives.
    mutating func check<Value>(
        _ name: String, _ body: () throws -> (String, Value), then next: (Value) -> [Line]
    ) {
        var value: Value?
        check(name) {
            let (text, made) = try body()
            value = made
            return text
        }
        if let value { lines += next(value) }
    }

    var text: String {
        let width = lines.map(\.name.count).max() ?? 0
        return lines.map { line in
            let word =
                switch line.verdict {
                case .pass: Terminal.coloured("pass  ", .green)
                case .notice: Terminal.coloured("notice", .yellow)
                case .fail: Terminal.coloured("FAIL  ", .red)
                }
            return "\(word)  \(line.name.padding(toLength: width, withPad: " ", startingAt: 0))  \(line.text)\n"
        }.joined()
    }

    var json: JSON {
        .object([
            ("schema", .string("trident.check/1")), ("passed", .bool(passed)),
            (
                "checks",
                .array(
                    lines.map {
                        .object([
                            ("name", .string($0.name)), ("verdict", .string($0.verdict.rawValue)),
                            ("text", .string($0.text)),
                        ])
                    })
            ),
        ])
    }
}
