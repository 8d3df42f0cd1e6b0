/// The candidate that `word` was probably meant to be; nil when none is near.
func nearest(to word: String, among candidates: [String]) -> String? {
    let scored = candidates.map { (candidate: $0, distance: editDistance(word, $0)) }
    guard let best = scored.min(by: { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }) else { return nil }
    if best.distance <= max(2, word.count / 4) { return best.candidate }
    // A right name in a wrong or missing section.
    let leaf = word.split(separator: ".").last.map(String.init) ?? word
    return candidates.first { $0.split(separator: ".").last.map(String.init) == leaf }
}

/// Insertions, deletions and replacements that turn `a` into `b` (Levenshtein).
func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    var row = Array(0...b.count)
    for i in a.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let replaced = diagonal + (a[i] == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
