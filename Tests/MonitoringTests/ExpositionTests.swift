import CoreMetrics
import Foundation
import Testing

@testable import Monitoring

@Suite struct ExpositionTests {
    @Test func theTextIsAsPrometheusReadsIt() {
        let registry = PrometheusRegistry()
        registry.describe("orders_total", "Orders\\sent.\nAll of them.")
        Counter(label: "orders", dimensions: [("role", "stop"), ("a.b", "x\"y\\z\n")], factory: registry).increment(
            by: 3)
        Counter(label: "orders", dimensions: [("role", "entry")], factory: registry).increment()
        Counter(label: "orders_total", dimensions: [("role", "entry")], factory: registry).increment()
        FloatingPointCounter(label: "naked.seconds", factory: registry).increment(by: 1.25)
        Meter(label: "equity", factory: registry).set(10_250.5)
        Gauge(label: "2nd gauge", factory: registry).record(-1)
        let recorder = Recorder(label: "sizes", aggregate: true, factory: registry)
        for value in [1, 3, 2_000_000] { recorder.record(value) }
        let expected = """
            # TYPE _nd_gauge gauge
            _nd_gauge -1
            # TYPE equity gauge
            equity 10250.5
            # TYPE naked_seconds_total counter
            naked_seconds_total 1.25
            # HELP orders_total Orders\\\\sent.\\nAll of them.
            # TYPE orders_total counter
            orders_total{a_b="x\\"y\\\\z\\n",role="stop"} 3
            orders_total{role="entry"} 2
            # TYPE sizes histogram
            sizes_bucket{le="1"} 1
            sizes_bucket{le="2"} 1
            sizes_bucket{le="5"} 2
            sizes_bucket{le="10"} 2
            sizes_bucket{le="20"} 2
            sizes_bucket{le="50"} 2
            sizes_bucket{le="100"} 2
            sizes_bucket{le="200"} 2
            sizes_bucket{le="500"} 2
            sizes_bucket{le="1000"} 2
            sizes_bucket{le="10000"} 2
            sizes_bucket{le="100000"} 2
            sizes_bucket{le="1000000"} 2
            sizes_bucket{le="+Inf"} 3
            sizes_sum 2000004
            sizes_count 3

            """
        #expect(registry.text() == expected)
    }

    @Test func timersAreHistogramsOfSeconds() {
        let registry = PrometheusRegistry()
        let timer = CoreMetrics.Timer(label: "trip", dimensions: [("line", "a")], factory: registry)
        timer.recordNanoseconds(3_000_000)
        timer.recordNanoseconds(40_000_000_000)
        let text = registry.text()
        #expect(text.contains("trip_seconds_bucket{line=\"a\",le=\"0.0025\"} 0\n"))
        #expect(text.contains("trip_seconds_bucket{line=\"a\",le=\"0.005\"} 1\n"))
        #expect(text.contains("trip_seconds_bucket{line=\"a\",le=\"30\"} 1\n"))
        #expect(text.contains("trip_seconds_bucket{line=\"a\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("trip_seconds_sum{line=\"a\"} 40.003\n"))
    }

    @Test func clashesAndFloodsAreCountedAndNotShown() {
        let registry = PrometheusRegistry()
        Meter(label: "x_total", factory: registry).set(1)
        Counter(label: "x", factory: registry).increment(by: 5)
        for number in 0..<600 { Counter(label: "y", dimensions: [("n", "\(number)")], factory: registry).increment() }
        let lines = registry.text().split(separator: "\n")
        #expect(lines.contains("x_total 1"))
        #expect(lines.count { $0.hasPrefix("y_total{") } == 500)
        #expect(lines.contains("trident_figures_refused_total 101"))
    }

    @Test func whatIsDestroyedIsGone() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "x", factory: registry)
        #expect(registry.text().contains("x_total 0"))
        counter.destroy()
        #expect(registry.text().isEmpty)
    }

    @Test func labelsThatPrometheusKeepsForItselfAreRenamed() {
        #expect(MetricName.label("le") == "exported_le")
        #expect(MetricName.label("__name__") == "exported_name__")
        #expect(MetricName.label("") == "_")
    }

    @Test func readsWhatTheSystemSaysOfAProcess() throws {
        let line =
            "4711 (tri dent) x) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 9 0 12345 1000000 2500 18446744073709551615 1"
        let status = try #require(ProcessStatus(line))
        #expect(status.threads == 9)
        #expect(status.residentPages == 2_500)
        #expect(status.cpuSeconds == 200 / Double(sysconf(Int32(_SC_CLK_TCK))))
        #expect(ProcessStatus("4711 (x") == nil)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/stat"), "there is no /proc here"))
    func theProcessIsSeen() throws {
        let figures = Dictionary(uniqueKeysWithValues: ProcessFigures.now().map { ($0.name, $0.value) })
        #expect(try #require(figures["process_resident_memory_bytes"]) > 1e6)
        #expect(try #require(figures["process_open_fds"]) >= 3)
        #expect(figures.keys.count == 5)
    }
}
