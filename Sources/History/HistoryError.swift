/// Why history could not be fetched or stored.
public enum HistoryError: Error, Hashable, Sendable {
    /// The exchange refused, with its own words.
    case refused(String)
}
