import Market

/// Rows on their way into the store: what it has already is left out, what its journal lost is taken out, and the rest
/// goes in batches.
struct BatchWriter {
    private struct Step {
        var rows: [StoredRow] = []
        var place: JournalPlace?
        /// First of all, what lies behind this is forgotten.
        var forget: JournalPlace?
    }

    private let store: any Store
    private let book: Book
    private var steps: [Step] = []
    /// Journals that rows have come from, with the last record that the store has, or will have when the steps are done.
    private var known: [Timestamp: Int] = [:]
    private var begun: Set<Timestamp> = []
    /// Asked of the store before the next step is made; kept back meanwhile.
    private var waiting: [(rows: [StoredRow], place: JournalPlace, isNew: Bool)] = []

    /// Rows in one transaction.
    private static let size = 500

    init(_ store: any Store, _ book: Book) {
        self.store = store
        self.book = book
    }

    var isEmpty: Bool { steps.isEmpty && waiting.isEmpty }

    mutating func add(_ rows: [StoredRow], _ place: JournalPlace, isNew: Bool) {
        guard known[place.journal] != nil else { return waiting.append((rows, place, isNew)) }
        sort(rows, place, isNew)
    }

    mutating func add(_ rows: [StoredRow]) {
        if steps.isEmpty { steps.append(Step()) }
        steps[steps.count - 1].rows += rows
    }

    mutating func drop() {
        steps.removeAll()
        waiting.removeAll()
    }

    /// Writes all that was added. What has been written is not written again after an error.
    mutating func write() throws(StoreError) {
        try settle()
        while let step = steps.first {
            if let place = step.forget { try store.forget(behind: place, of: book) }
            try store.append(step.rows, upTo: step.place, of: book)
            steps.removeFirst()
        }
    }

    private mutating func settle() throws(StoreError) {
        while let (rows, place, isNew) = waiting.first {
            if known[place.journal] == nil { known[place.journal] = try store.record(of: place.journal, book) }
            sort(rows, place, isNew)
            waiting.removeFirst()
        }
    }

    private mutating func sort(_ rows: [StoredRow], _ place: JournalPlace, _ isNew: Bool) {
        let last = known[place.journal] ?? 0
        if isNew, begun.insert(place.journal).inserted, last >= place.record {
            // The store saw records that a crash took from the journal before they were durable.
            let kept = JournalPlace(journal: place.journal, record: place.record - 1)
            steps.append(Step(forget: kept))
        } else if place.record <= last {
            return
        }
        known[place.journal] = place.record
        if !canTake(place.journal) { steps.append(Step()) }
        steps[steps.count - 1].rows += rows
        steps[steps.count - 1].place = place
    }

    /// Whether the last step has room, and is of no other journal.
    private func canTake(_ journal: Timestamp) -> Bool {
        guard let last = steps.last, last.rows.count < Self.size else { return false }
        return last.place.map { $0.journal == journal } ?? true
    }
}
