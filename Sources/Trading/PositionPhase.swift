/// A position's life. Whether it is protected is computed from its stops, never stored.
enum PositionPhase: Hashable, Sendable {
    /// The entry is on its way or rests; nothing is filled.
    case pending
    case open
    /// An order that takes all of it out is working.
    case closing(ExitReason)
    /// Flat. Orders that must be gone before the next entry may still be.
    case closed
}

/// What moves a position from one phase to another.
enum PositionEvent: Hashable, Sendable {
    case entryFilled
    /// The whole position is to leave.
    case exitOrdered(ExitReason)
    /// The last of it left.
    case flat
    /// The entry ended.
    case entryEnded
}

extension PositionPhase {
    /// The phase after `event`; nil when it does not belong there: it is recorded and changes nothing.
    func after(_ event: PositionEvent) -> PositionPhase? {
        switch (self, event) {
        case (.pending, .entryFilled): .open
        // Nothing is there to leave: the entry is cancelled, and a fill on the way opens normally.
        case (.pending, .exitOrdered): .pending
        case (.pending, .entryEnded): .closed
        case (.pending, .flat): nil
        case (.open, .entryFilled), (.open, .entryEnded): .open
        case (.open, .exitOrdered(let reason)): .closing(reason)
        case (.open, .flat), (.closing, .flat): .closed
        case (.closing, .entryFilled), (.closing, .entryEnded): self
        // The first reason stands.
        case (.closing, .exitOrdered): self
        // A late part of the entry: there is a position again, to be protected like any other.
        case (.closed, .entryFilled): .open
        case (.closed, .entryEnded): .closed
        case (.closed, .exitOrdered), (.closed, .flat): nil
        }
    }
}
