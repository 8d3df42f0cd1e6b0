public import CoreMetrics
import Synchronization

/// Figures of the process as swift-metrics makes them, and their text for Prometheus.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// Series of one name beyond this are not shown: a label with ever new values must not fill the memory.
    static let seriesLimit = 500

    private enum Kind: String {
        case counter, gauge, histogram
    }

    private struct Family {
        let kind: Kind
        var series: [Labels: any Series] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var helps: [String: String] = [:]
        var refused: Int64 = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// What a figure means, in one line. The name is that which is shown.
    public func describe(_ name: String, _ help: String) { state.withLock { $0.helps[name] = help } }

    // MARK: swift-metrics

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(Self.name(label, ending: "_total"), .counter, dimensions) { CounterSeries() }
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(Self.name(label, ending: "_total"), .counter, dimensions) { RealCounterSeries() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(MetricName.metric(label), .gauge, dimensions) { GaugeSeries() }
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let name = MetricName.metric(label)
        guard aggregate else { return series(name, .gauge, dimensions) { GaugeSeries() } }
        return series(name, .histogram, dimensions) { HistogramSeries(HistogramSeries.plain) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(Self.name(label, ending: "_seconds"), .histogram, dimensions) {
            HistogramSeries(HistogramSeries.seconds)
        }
    }

    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private static func name(_ label: String, ending: String) -> String {
        let name = MetricName.metric(label)
        return name.hasSuffix(ending) ? name : name + ending
    }

    /// The series of this name and labels: the same whoever asks. One that clashes or is too many counts, unseen.
    private func series<S: Series>(
        _ name: String, _ kind: Kind, _ dimensions: [(String, String)], make: () -> S
    ) -> S {
        let labels = Labels(dimensions)
        return state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            if let known = family.series[labels] as? S { return known }
            let new = make()
            guard family.kind == kind, family.series[labels] == nil, family.series.count < Self.seriesLimit else {
                state.refused += 1
                return new
            }
            family.series[labels] = new
            state.families[name] = family
            return new
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                state.families[name]?.series[labels] = nil
                if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
                return
            }
        }
    }

    // MARK: Text

    /// Content type of `text`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The exposition, in order of names and labels.
    /// - Parameter extra: gauges that are read at this moment.
    public func text(with extra: [ProcessFigures.Figure] = []) -> String {
        let (families, helps, refused) = state.withLock { ($0.families, $0.helps, $0.refused) }
        var blocks: [(name: String, text: String)] = families.map { name, family in
            let samples = family.series.sorted { $0.key < $1.key }.flatMap { $0.value.samples(name, $0.key) }
            return (name, Self.block(name, family.kind.rawValue, helps[name], samples))
        }
        blocks += extra.map { figure in
            let sample = Sample(name: figure.name, labels: Labels([]), value: .real(figure.value))
            return (figure.name, Self.block(figure.name, figure.grows ? "counter" : "gauge", figure.help, [sample]))
        }
        if refused > 0 {
            let name = "trident_figures_refused_total"
            let sample = Sample(name: name, labels: Labels([]), value: .whole(refused))
            blocks.append(
                (name, Self.block(name, "counter", "Figures not shown: a clash of names or too many.", [sample])))
        }
        return blocks.sorted { $0.name < $1.name }.map(\.text).joined()
    }

    private static func block(_ name: String, _ kind: String, _ help: String?, _ samples: [Sample]) -> String {
        var text = ""
        if let help {
            text += "# HELP \(name) " + help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") + "\n"
        }
        text += "# TYPE \(name) \(kind)\n"
        for sample in samples { text += "\(sample.name)\(sample.labels.text) \(sample.value.text)\n" }
        return text
    }
}
