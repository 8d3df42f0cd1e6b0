import ArgumentParser
import Foundation

/// All benchmarks in one process. Ratios are what counts: see Benchmarks/README.md.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks", abstract: "Measures Trident against reference loops in the same process.")

    @Option(help: "Folder with recorded market data; the demo market stands in when it is absent.")
    var data = "../shared/data"
    @Option(help: "Rounds of each measurement, at least 5.") var rounds = 5
    @Option(
        help: """
            Only groups that begin with this: memory, files, engine, ema-cross, detectors, numbers, wire, sockets, restart,
            exchange, report.
            """)
    var only: String?
    @Option(help: "Days of the demo market, two symbols by the minute.") var days = 365
    @Option(help: "Ratios of an earlier run.") var baseline = "Benchmarks/baseline.json"
    @Flag(help: "Name what lost more than 10 % against the stored ratios.") var compare = false
    @Flag(help: "Store the ratios of this run.") var record = false
    @Flag(help: "Leave with code 1 when a goal is missed or, with --compare, something was lost.") var gate = false

    func validate() throws {
        guard rounds >= 5 else { throw ValidationError("a median needs at least 5 rounds") }
        guard (30...3650).contains(days) else { throw ValidationError("--days must be between 30 and 3650") }
    }

    func run() throws {
        print(Machine.description)
        let scratch = try Scratch()
        defer { scratch.remove() }
        let source = try MarketSource(data: data, days: days, scratch: scratch)
        print("\(source.description); median of \(rounds) rounds; lower is better")
        print("")
        var table = Table(filter: only)
        // Memory comes first: what earlier work leaves to the allocator would hide it.
        let markets = try source.load(measuring: &table)
        if table.wants("files") { try FileBenchmarks(source: source, rounds: rounds).run(&table) }
        if table.wants("engine") { try EngineBenchmarks(markets: markets, rounds: rounds).run(&table) }
        if table.wants("ema-cross") { try CrossBenchmarks(market: markets[0], rounds: rounds).run(&table) }
        if table.wants("detectors") { DetectorBenchmarks(market: markets[0], rounds: rounds).run(&table) }
        if table.wants("numbers") { NumberBenchmarks(rounds: rounds).run(&table) }
        if table.wants("wire") {
            try WireBenchmarks(rounds: rounds).run(&table)
            try FrameBenchmarks(rounds: rounds).run(&table)
        }
        if table.wants("sockets") {
            try SocketBenchmarks(rounds: rounds).run(&table)
            try LinkBenchmarks(rounds: rounds).run(&table)
        }
        if table.wants("restart") { try RestartBenchmarks(rounds: rounds).run(&table) }
        if table.wants("exchange") { try ExchangeBenchmarks(rounds: rounds).run(&table) }
        if table.wants("report") {
            try ReportBenchmarks(market: markets[0], scratch: scratch, rounds: rounds).run(&table)
        }
        try conclude(table, kind: source.isRecorded ? "recorded" : "synthetic")
    }

    private func conclude(_ table: Table, kind: String) throws {
        var stored = try Baseline(path: baseline)
        let missed = table.lines.filter(\.isMissed)
        let losses = compare ? stored.losses(table.lines, kind: kind) : []
        print("")
        print("\(table.lines.count) figures, \(missed.count) goals missed")
        if compare {
            print("\(losses.count) lost more than 10 % against the stored ratios")
            for loss in losses { print("    LOST \(loss)") }
        }
        if record {
            stored.record(table.lines, kind: kind)
            try stored.write(to: baseline)
            print("stored in \(baseline)")
        }
        if gate, !missed.isEmpty || !losses.isEmpty { throw ExitCode.failure }
    }
}
