/// The highest of the last bars from any bar on, for values that grow in one direction.
///
/// A queue of the bars that no later bar has reached: values fall from front to back. Pushing is amortised O(1), the
/// highest after a given bar is a binary search, memory is the window.
struct RunningExtremes: Sendable {
    struct Entry {
        var index: Int
        var value: Int64
    }

    private let window: Int
    private let mask: Int
    private var ring: ContiguousArray<Entry>
    private var front = 0
    private var back = 0

    /// `window` must be a power of two.
    init(window: Int) {
        precondition(window > 0 && window & (window - 1) == 0, "a ring's size is a power of two")
        self.window = window
        mask = window - 1
        ring = ContiguousArray(repeating: Entry(index: -1, value: 0), count: window)
    }

    /// Takes the bar `index` and answers the last bar before it that is at least as high, or -1 when the window has
    /// none. Of equal bars the last one stays.
    @inline(__always)
    mutating func push(_ value: Int64, at index: Int) -> Int {
        // One check of the buffer for the whole step; every place is masked, so it lies inside.
        let (mask, window) = (mask, window)
        var (front, back) = (front, back)
        var previous = -1
        ring.withUnsafeMutableBufferPointer { ring in
            if back > front, ring[front & mask].index <= index - window { front += 1 }
            while back > front, ring[(back - 1) & mask].value < value { back -= 1 }
            if back > front {
                let last = ring[(back - 1) & mask]
                previous = last.index
                if last.value == value { back -= 1 }
            }
            ring[back & mask] = Entry(index: index, value: value)
        }
        self.front = front
        self.back = back + 1
        return previous
    }

    /// The highest bar after the bar `index`, the last one of equals. There must be one.
    @inline(__always)
    func highest(after index: Int) -> Entry {
        var low = front
        var high = back - 1
        while low < high {
            let middle = (low + high) >> 1
            if ring[middle & mask].index > index { high = middle } else { low = middle + 1 }
        }
        return ring[low & mask]
    }
}
