/// Where one of our orders stands, as far as we know.
enum OrderState: UInt8, Hashable, Sendable, CaseIterable {
    /// Decided, not yet handed over.
    case intended
    /// Handed over; the venue has not answered.
    case sent
    /// Handed over so long ago that the answer may be lost. It may be live: it blocks like a live order and protects
    /// nothing.
    case unknown
    case resting
    /// A trigger order that now trades as a market order: alive until it says otherwise.
    case triggered
    case partlyFilled
    case filled
    case cancelled
    case rejected
    /// Cancelled because its time was over.
    case expired

    /// Nothing more is to come but late news of what already happened.
    var isFinal: Bool {
        switch self {
        case .intended, .sent, .unknown, .resting, .triggered, .partlyFilled: false
        case .filled, .cancelled, .rejected, .expired: true
        }
    }

    /// The venue has confirmed that it holds the order.
    var isConfirmed: Bool {
        switch self {
        case .resting, .triggered, .partlyFilled: true
        case .intended, .sent, .unknown, .filled, .cancelled, .rejected, .expired: false
        }
    }
}

/// What can happen to an order.
enum OrderEvent: UInt8, Hashable, Sendable, CaseIterable {
    case sent
    case accepted
    case rejected
    /// The venue has the order already: our second sending found the first.
    case duplicate
    case triggered
    case partlyFilled
    /// The last of its quantity.
    case filled
    case cancelled
    case expired
    /// A cancel found no such live order.
    case notFound
    /// No answer in time.
    case silence
}

extension OrderState {
    /// The state after `event`; nil when the event does not belong there: it is recorded and changes nothing.
    ///
    /// News may overtake each other, so a fill counts in every state and no acceptance revives an order that ended.
    func after(_ event: OrderEvent) -> OrderState? {
        switch (self, event) {
        case (.intended, .sent): .sent
        case (.intended, .cancelled): .cancelled
        case (.intended, .expired): .expired
        case (.intended, .accepted), (.intended, .rejected), (.intended, .duplicate), (.intended, .triggered),
            (.intended, .partlyFilled), (.intended, .filled), (.intended, .notFound), (.intended, .silence):
            nil

        case (.sent, .accepted), (.sent, .duplicate), (.unknown, .accepted), (.unknown, .duplicate): .resting
        case (.sent, .rejected), (.unknown, .rejected): .rejected
        case (.sent, .silence), (.sent, .notFound), (.unknown, .silence), (.unknown, .notFound): .unknown
        case (.sent, .sent), (.unknown, .sent): .sent

        case (.resting, .accepted), (.resting, .duplicate): .resting
        // A cancel found nothing: it is filled or gone, and the news of which is on its way.
        case (.resting, .notFound): .unknown
        // What we took for an acceptance was our second sending's duplicate: the refusal of the first comes later.
        case (.resting, .rejected): .rejected
        case (.resting, .sent), (.resting, .silence): nil

        case (.triggered, .accepted), (.triggered, .duplicate), (.triggered, .triggered), (.triggered, .notFound):
            .triggered
        case (.triggered, .sent), (.triggered, .rejected), (.triggered, .silence): nil

        case (.partlyFilled, .accepted), (.partlyFilled, .duplicate), (.partlyFilled, .triggered),
            (.partlyFilled, .notFound):
            .partlyFilled
        case (.partlyFilled, .sent), (.partlyFilled, .rejected), (.partlyFilled, .silence): nil

        case (.sent, .triggered), (.unknown, .triggered), (.resting, .triggered): .triggered
        case (.sent, .partlyFilled), (.unknown, .partlyFilled), (.resting, .partlyFilled), (.triggered, .partlyFilled),
            (.partlyFilled, .partlyFilled):
            .partlyFilled
        case (.sent, .filled), (.unknown, .filled), (.resting, .filled), (.triggered, .filled),
            (.partlyFilled, .filled):
            .filled
        case (.sent, .cancelled), (.unknown, .cancelled), (.resting, .cancelled), (.triggered, .cancelled),
            (.partlyFilled, .cancelled):
            .cancelled
        case (.sent, .expired), (.unknown, .expired), (.resting, .expired), (.triggered, .expired),
            (.partlyFilled, .expired):
            .expired

        // The end stands; fills of it may still come in late.
        case (.filled, .accepted), (.filled, .duplicate), (.filled, .triggered), (.filled, .cancelled),
            (.filled, .expired), (.filled, .notFound), (.filled, .silence):
            .filled
        case (.filled, .sent), (.filled, .rejected), (.filled, .partlyFilled), (.filled, .filled): nil
        case (.cancelled, .accepted), (.cancelled, .duplicate), (.cancelled, .triggered), (.cancelled, .partlyFilled),
            (.cancelled, .cancelled), (.cancelled, .expired), (.cancelled, .notFound), (.cancelled, .silence):
            .cancelled
        case (.cancelled, .filled): .filled
        case (.cancelled, .sent), (.cancelled, .rejected): nil
        case (.expired, .accepted), (.expired, .duplicate), (.expired, .triggered), (.expired, .partlyFilled),
            (.expired, .cancelled), (.expired, .expired), (.expired, .notFound), (.expired, .silence):
            .expired
        case (.expired, .filled): .filled
        case (.expired, .sent), (.expired, .rejected): nil
        case (.rejected, .rejected), (.rejected, .notFound), (.rejected, .silence), (.rejected, .duplicate): .rejected
        case (.rejected, .sent), (.rejected, .accepted), (.rejected, .triggered), (.rejected, .partlyFilled),
            (.rejected, .filled), (.rejected, .cancelled), (.rejected, .expired):
            nil
        }
    }
}
