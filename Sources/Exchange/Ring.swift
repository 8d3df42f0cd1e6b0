/// A first-in-first-out queue that keeps its memory: it grows to the longest queue there was and then never again.
struct Ring<Element: Sendable>: Sendable {
    private var storage: [Element?]
    private var head = 0
    private(set) var count = 0

    /// `capacity` is a power of two.
    init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a ring's size is a power of two")
        storage = Array(repeating: nil, count: capacity)
    }

    var isEmpty: Bool { count == 0 }

    /// One thing about the first element, without copying the whole.
    @inline(__always)
    func first<Value>(_ read: (Element) -> Value) -> Value? { count == 0 ? nil : storage[head].map(read) }

    /// The element `place` behind the first.
    subscript(place: Int) -> Element? { place < count ? storage[(head + place) & (storage.count - 1)] : nil }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == storage.count { grow() }
        storage[(head + count) & (storage.count - 1)] = element
        count += 1
    }

    @inline(__always)
    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = storage[head]
        head = (head + 1) & (storage.count - 1)
        count -= 1
        return element
    }

    private mutating func grow() {
        var larger = [Element?](repeating: nil, count: storage.count * 2)
        for place in 0..<count { larger[place] = storage[(head + place) & (storage.count - 1)] }
        storage = larger
        head = 0
    }
}
