import Market
import Operations
import Venue

/// Alerts of one kind and instrument that wait for the end of their window.
struct Gathering: Sendable {
    let kind: Alert.Kind
    let instrument: InstrumentID?
    /// The highest that was told in this window.
    var told: Alert.Severity
    var end: Timestamp
    private(set) var lines: [(severity: Alert.Severity, text: String)] = []
    /// Alerts beyond the lines.
    private(set) var omitted: [(severity: Alert.Severity, count: Int)] = []
    private(set) var since: Timestamp?

    init(_ alert: Alert, end: Timestamp) {
        kind = alert.kind
        instrument = alert.instrument
        told = alert.severity
        self.end = end
    }

    var isEmpty: Bool { lines.isEmpty }

    func gathers(_ alert: Alert) -> Bool { kind == alert.kind && instrument == alert.instrument }

    mutating func add(_ alert: Alert, line: String) {
        since = since ?? alert.time
        if lines.count < Notice.lineLimit { return lines.append((alert.severity, line)) }
        if let place = omitted.firstIndex(where: { $0.severity == alert.severity }) {
            omitted[place].count += 1
        } else {
            omitted.append((alert.severity, 1))
        }
    }

    /// Those of at least `minimum`; nil when there are none.
    func notice(from minimum: Alert.Severity) -> Notice? {
        let seen = lines.filter { $0.severity >= minimum }
        let unseen = omitted.filter { $0.severity >= minimum }
        guard let since, let severity = (seen.map(\.severity) + unseen.map(\.severity)).max() else { return nil }
        return Notice(
            severity, heading: Notice.heading(kind, instrument), lines: seen.map(\.text),
            omitted: unseen.reduce(0) { $0 + $1.count }, kind: kind.rawValue, instrument: instrument, at: since)
    }

    mutating func startAgain(until end: Timestamp) {
        self.end = end
        told = lines.map(\.severity).max() ?? told
        lines = []
        omitted = []
        since = nil
    }
}
