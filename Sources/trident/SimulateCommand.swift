import ArgumentParser
import Foundation
import Kraken
import KrakenServer
import Market
import Reports
import Research
import TridentConfiguration
import Venue
import World

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "The whole live program against the simulated exchange, with injected faults.",
        discussion: """
            The program that trades money runs with its wire codec, journal and recovery in one value that owns time, \
            network, disk and the program's life; the exchange on the other side is the local one, down to the bytes. A \
            seed decides everything that goes wrong: the same seed is the same run, byte for byte, on any machine.

            After every step the exchange's own truth is held against what must always be so: every position has its stop, \
            every order was durable before it was sent, nothing is opened after a halt. What breaks is printed with the \
            command that plays it again, and the exit code is 1.

            --crash-matrix plays one scripted life instead (entry, partial fill, stop, trail, partial close, halt, release) \
            and lets the program die at every journal write and every send, in each of six ways.

            It trades the demo market by the strategy that trades most; --config and --set change that.
            """)

    @Option(help: ArgumentHelp("Simulated days of each run; parts are allowed.", valueName: "days")) var days = 1.0
    @Option(help: ArgumentHelp("The first run's seed.", valueName: "number")) var seed: UInt64 = 1
    @Option(help: ArgumentHelp("How many runs, each with the next seed.", valueName: "count")) var seeds = 1
    @Option(
        help: ArgumentHelp(
            "What may go wrong: all, none, or kinds with commas between; `list` prints them.", valueName: "kinds"))
    var faults = "all"
    @Option(help: ArgumentHelp("Average pause between two faults: 90s, 20m, 2h.", valueName: "duration"))
    var every = "20m"
    @Option(help: "The exchange's interface that is traded: derivatives or unified.")
    var surface: SurfaceName = .derivatives
    @Flag(help: "Play each seed twice and compare the runs, byte for byte.") var twice = false
    @Flag(help: "Die at every journal write and every send of a scripted life.") var crashMatrix = false
    @Flag(help: "With --crash-matrix: also at each of the thousands of equal records that show the past.")
    var exhaustive = false
    @Option(
        help: ArgumentHelp(
            "Write what the first seed's program recorded and answered, a line each.", valueName: "file"))
    var story: String?
    @Flag(help: "Plant bugs one by one, and show which invariant sees each.") var sabotage = false
    @Option(help: "text or json") var format: Format = .text
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    enum SurfaceName: String, ExpressibleByArgument, CaseIterable {
        case derivatives
        case unified
    }

    func validate() throws {
        guard days > 0.04, days <= 3_660 else { throw ValidationError("--days must be between 0.05 and 3660") }
        guard (1...1_000_000).contains(seeds) else { throw ValidationError("--seeds must be between 1 and 1000000") }
        guard crashMatrix || !exhaustive else { throw ValidationError("--exhaustive goes with --crash-matrix") }
    }

    func run() throws {
        if faults == "list" { return Terminal.result(FaultChoice.names.joined(separator: "\n") + "\n") }
        if crashMatrix { return try runCrashMatrix() }
        if let story { try writeStory(to: story) }
        if sabotage { return try runSabotage() }
        let simulation = Simulation(
            try scenario(Drill.busy, days: days), seeds: (0..<UInt64(seeds)).map { seed &+ $0 }, twice: twice)
        var bar = Progress("simulate", quiet: output.quiet)
        let began = ContinuousClock.now
        let report: SimulationReport
        do {
            report = try simulation.run(on: Processors()) { bar.update(done: $0, of: simulation.runs) }
        } catch {
            bar.finish()
            throw CommandFailure("\(error)")
        }
        bar.finish()
        let sheet = SimulationSheet(report, took: ContinuousClock.now - began) { command(seed: $0) }
        switch format {
        case .text: Terminal.result(sheet.text)
        case .json: Terminal.result(sheet.json.pretty)
        }
        guard report.isClean else { throw CommandFailure(sheet.verdict) }
    }

    /// The first seed's run, told.
    private func writeStory(to path: String) throws {
        let scenario = try scenario(Drill.busy, days: days)
        do {
            var world = try scenario.world(seed: seed)
            world.run(until: scenario.end)
            try Data((world.story(with: scenario.plan(seed: seed)).joined(separator: "\n") + "\n").utf8).write(
                to: URL(filePath: path))
        } catch {
            throw CommandFailure("\(path): \(error.localizedDescription)")
        }
    }

    private func runCrashMatrix() throws {
        let lives = [
            try scenario(Drill.busy, days: 1).managedLife(), try scenario(Drill.resting, days: 1).restingLife(),
        ]
        var bar = Progress("crash matrix", quiet: output.quiet)
        let began = ContinuousClock.now
        let workers = 64
        let reports = try lives.enumerated().map { number, life in
            var matrix = CrashMatrix(life, seed: seed)
            if exhaustive { matrix.pastStride = 1 }
            return try matrix.run(on: Processors(), workers: workers) {
                bar.update(done: number * workers + $0, of: lives.count * workers)
            }
        }
        bar.finish()
        let sheet = CrashMatrixSheet(reports, took: ContinuousClock.now - began)
        switch format {
        case .text: Terminal.result(sheet.text)
        case .json: Terminal.result(sheet.json.pretty)
        }
        guard reports.allSatisfy(\.isClean) else {
            throw CommandFailure("an invariant breaks; again: trident simulate --crash-matrix --seed \(seed)")
        }
    }

    /// Runs of half a day, at most twenty for each bug.
    private func runSabotage() throws {
        let table = SabotageTable(try scenario(Drill.busy, days: 0.5), first: seed, most: 20)
        var bar = Progress("sabotage", quiet: output.quiet)
        let rows = try table.run(on: Processors()) { bar.update(done: $0, of: Sabotage.allCases.count) }
        bar.finish()
        let sheet = SabotageSheet(rows)
        switch format {
        case .text: Terminal.result(sheet.text)
        case .json: Terminal.result(sheet.json.pretty)
        }
        let unseen = rows.filter { $0.violation == nil }
        guard unseen.isEmpty else { throw CommandFailure("\(unseen.count) of \(rows.count) planted bugs are not seen") }
    }

    // MARK: What is played

    private func settings(_ drill: [String]) throws -> Settings {
        var source = source
        if source.config == nil { source.assignments = drill + source.assignments }
        return try source.settings()
    }

    private func scenario(_ drill: [String], days: Double) throws -> Scenario {
        let settings = try settings(drill)
        let choice = try FaultChoice(faults)
        guard let pause = Interval(setting: every), pause >= .seconds(1) else {
            throw CommandFailure("--every '\(every)' is no pause between faults; write 90s, 20m or 2h", code: .badInput)
        }
        do {
            var parameters = try settings.demoMarketParameters()
            parameters.days = Drill.past + Int(days.rounded(.up))
            parameters.timeframe = .m1
            let histories = DemoMarket(parameters).histories { pair in
                KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
            }
            var scenario = Scenario(
                histories: histories, start: parameters.start + .days(Int64(Drill.past)), days: 1,
                equity: settings[AccountSettings.equity], fees: settings.fees, risk: try settings.riskParameters(),
                trading: try settings.tradingParameters(), strategy: try settings.strategyConfiguration())
            scenario.length = .seconds(Int64((days * 86_400).rounded()))
            scenario.quiet = min(.minutes(30), Interval(nanoseconds: scenario.length.nanoseconds / 4))
            scenario.surface = surface == .unified ? .unified : .derivatives
            scenario.faultEvery = choice.isEmpty ? nil : pause
            scenario.kinds = choice.kinds
            scenario.exchangeKinds = choice.exchangeKinds
            return scenario
        } catch {
            throw CommandFailure.input(error)
        }
    }

    /// Plays one seed again.
    private func command(seed: UInt64) -> String {
        var words = ["trident simulate --days \(Self.plain(days)) --seed \(seed)"]
        if faults != "all" { words.append("--faults \(faults)") }
        if every != "20m" { words.append("--every \(every)") }
        if surface != .derivatives { words.append("--surface \(surface.rawValue)") }
        if twice { words.append("--twice") }
        if let config = source.config { words.append("--config '\(config)'") }
        for assignment in source.assignments { words.append("--set '\(assignment)'") }
        return words.joined(separator: " ")
    }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}

/// Kinds of faults by name, around the program and inside the exchange.
struct FaultChoice {
    let kinds: [WorldFault.Kind]
    let exchangeKinds: [Fault.Kind]

    static var names: [String] { WorldFault.Kind.allCases.map(\.rawValue) + Fault.Kind.allCases.map(\.rawValue) }

    /// - Parameter text: `all`, `none`, or names with commas between.
    init(_ text: String) throws(CommandFailure) {
        switch text {
        case "all":
            kinds = WorldFault.Kind.allCases
            exchangeKinds = WorldPlan.exchangeKinds
        case "none":
            kinds = []
            exchangeKinds = []
        default:
            let names = text.split(separator: ",").map(String.init)
            for name in names where !Self.names.contains(name) {
                throw CommandFailure(
                    "--faults: '\(name)' is no kind of fault; `trident simulate --faults list` prints them",
                    code: .badInput)
            }
            kinds = WorldFault.Kind.allCases.filter { names.contains($0.rawValue) }
            exchangeKinds = Fault.Kind.allCases.filter { names.contains($0.rawValue) }
        }
    }

    var isEmpty: Bool { kinds.isEmpty && exchangeKinds.isEmpty }
}
