import Kraken
import KrakenServer
import Market
import Operations
import Wire

/// Everything that is under way between the program and the exchange, in the order of its arrival.
struct Post: Sendable {
    /// Something that arrives somewhere.
    enum Letter: Sendable {
        // At the exchange.
        case request(Line, RequestID, HTTPRequest)
        case connect(Line, SocketID, path: String)
        case frame(ConnectionID, [UInt8])
        case hangUp(ConnectionID)
        // At the program.
        case input(Line, SessionInput)
    }

    private struct Item: Sendable {
        let time: Timestamp
        let number: UInt64
        let letter: Letter
    }

    /// A binary heap by time, then by order of posting.
    private var heap: [Item] = []
    private var posted: UInt64 = 0

    var next: Timestamp? { heap.first?.time }
    var count: Int { heap.count }

    mutating func post(_ letter: Letter, at time: Timestamp) {
        posted += 1
        heap.append(Item(time: time, number: posted, letter: letter))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.isBefore(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func take(dueBy time: Timestamp) -> Letter? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.letter
    }

    /// The program is gone: what was under way to it is lost.
    mutating func forgetInputs() {
        let rest = heap.filter { item in
            if case .input = item.letter { false } else { true }
        }
        heap = []
        for item in rest.sorted(by: Self.isBefore) { heap.append(item) }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && Self.isBefore(heap[child], heap[least]) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private static func isBefore(_ a: Item, _ b: Item) -> Bool { (a.time, a.number) < (b.time, b.number) }
}
