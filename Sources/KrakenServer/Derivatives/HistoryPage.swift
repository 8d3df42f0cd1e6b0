import Market
import Wire

/// Which part of a history a request wants.
struct HistoryPage {
    let since: Timestamp?
    let before: Timestamp?
    let ascends: Bool
    let count: Int?
    /// The number of the last entry of the page before.
    private let continued: Int64?
    private let first: Int64?
    private let last: Int64?

    init(_ call: DerivativesCall) {
        func whole(_ name: String) -> Int64? { call.parameters[name].flatMap { Int64($0) } }
        func time(_ name: String) -> Timestamp? {
            whole(name).map { Timestamp(milliseconds: max(0, min($0, 4_000_000_000_000))) }
        }
        since = time("since")
        before = time("before")
        ascends = call.parameters["sort"] == "asc"
        count = whole("count").map { Int(clamping: $0) }
        first = whole("from")
        last = whole("to")
        let token = call.parameters["continuation_token"] ?? call.parameters["continuationToken"]
        continued = token.flatMap { $0.hasPrefix("n") ? Int64($0.dropFirst()) : nil }
    }

    func holds(_ time: Timestamp) -> Bool { (since.map { time >= $0 } ?? true) && (before.map { time < $0 } ?? true) }
    func holds(number: Int64) -> Bool { (first.map { number >= $0 } ?? true) && (last.map { number <= $0 } ?? true) }

    /// Whether an entry comes after the page before.
    func follows(_ number: Int64) -> Bool { continued.map { ascends ? number > $0 : number < $0 } ?? true }
}
