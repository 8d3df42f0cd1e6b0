import Operations
import Trading
import Venue

/// What happened in the life of a program, counted: so that a test of every moment can prove which moments it had.
public struct LifeMoments: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case entry
        case partialFill = "partial_fill"
        case stopPlaced = "stop_placed"
        case stopMoved = "stop_moved"
        case partialClose = "partial_close"
        case stopFilled = "stop_filled"
        case closed
        case halt
        case release
        /// An order that the journal had lost was taken into the books.
        case found
    }

    private var counts: [Kind: Int] = [:]
    /// Looked up, never listed.
    private var orders: [OrderID: Order] = [:]

    public subscript(kind: Kind) -> Int { counts[kind] ?? 0 }

    mutating func see(_ record: RuntimeRecord) {
        switch record {
        case .outcome(let outcome):
            for case .place(let order) in outcome.commands { see(order) }
            for note in outcome.notes { see(note) }
        case .event(let event):
            if case .venue(.filled(let fill)) = event.fact { see(fill) }
            if case .venue(.found(let order, _)) = event.fact {
                orders[order.id] = order
                counts[.found, default: 0] += 1
            }
        case .happening: break
        }
    }

    private mutating func see(_ order: Order) {
        orders[order.id] = order
        if order.role == .stop { counts[.stopPlaced, default: 0] += 1 }
    }

    private mutating func see(_ fill: Fill) {
        guard let order = orders[fill.order] else { return }
        switch order.role {
        case .entry: if fill.quantity < order.quantity { counts[.partialFill, default: 0] += 1 }
        case .target: counts[.partialClose, default: 0] += 1
        case .stop: counts[.stopFilled, default: 0] += 1
        case .close: break
        }
    }

    private mutating func see(_ note: Note) {
        switch note {
        case .opened: counts[.entry, default: 0] += 1
        case .stopMoved: counts[.stopMoved, default: 0] += 1
        case .closed: counts[.closed, default: 0] += 1
        case .safety(let change):
            switch change.state {
            case .ready: counts[.release, default: 0] += 1
            case .halted, .flattening: counts[.halt, default: 0] += 1
            }
        case .decided, .entryAbandoned: break
        }
    }
}
