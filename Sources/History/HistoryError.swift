public import Market

/// Why history could not be fetched or stored.
public enum HistoryError: Error, Hashable, Sendable {
    /// The exchange refused for good, with its own words.
    case refused(String)
    /// It did not give an answer that can be used, `attempts` times in a row.
    case noAnswer(String, attempts: Int)
    /// The answers do not move on: the same page again and again.
    case stuck(at: Timestamp)
    /// The answer cannot be true.
    case implausible(String)
    /// A file cannot be read or written.
    case file(path: String, reason: String)
    /// A file of the store is not as this program writes it.
    case damaged(path: String, reason: String)
    /// An archive or table to import cannot be used.
    case archive(path: String, reason: String)
    /// What is asked for does not exist.
    case unavailable(String)
}

extension HistoryError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let text): "the exchange refused: \(text)"
        case .noAnswer(let text, let attempts):
            "no usable answer in \(attempts) attempts (\(text)); what was fetched is kept, run the same command again"
        case .stuck(let time): "the exchange sends the same page again at \(time); run the same command again later"
        case .implausible(let text): "the exchange's answer cannot be true: \(text)"
        case .file(let path, let reason): "\(path): \(reason)"
        case .damaged(let path, let reason): "\(path): \(reason); remove it to start this series again"
        case .archive(let path, let reason): "\(path): \(reason)"
        case .unavailable(let text): text
        }
    }
}
