/// The newest elements of an endless row, each under its number.
struct Recent<Element: Sendable>: Sendable {
    private(set) var elements: [Element] = []
    /// The number of the first that is kept.
    private(set) var first = 0
    let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var end: Int { first + elements.count }

    /// Returns what had to go.
    @discardableResult
    mutating func append(_ element: Element) -> [Element] {
        var gone: [Element] = []
        if elements.count >= 2 * capacity {
            gone = Array(elements.prefix(capacity))
            elements.removeFirst(capacity)
            first += capacity
        }
        elements.append(element)
        return gone
    }

    /// Nil when it was never there or is forgotten.
    subscript(number: Int) -> Element? {
        number >= first && number < end ? elements[number - first] : nil
    }

    mutating func update(_ number: Int, _ change: (inout Element) -> Void) {
        guard number >= first, number < end else { return }
        change(&elements[number - first])
    }
}
