/// Where the traces of orders go.
public enum TraceDestination: Hashable, Sendable {
    case off
    /// `traces.jsonl` in the state folder.
    case file
    /// The address of an OTLP receiver that takes JSON over HTTP: `http://127.0.0.1:4318`.
    case collector(String)
}
