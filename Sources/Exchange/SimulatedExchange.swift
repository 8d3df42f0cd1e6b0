public import Market
public import Venue

/// A derivatives venue with one cross-margined dollar account, as a value: bars and commands in, messages out.
public struct SimulatedExchange: Sendable {
    public let configuration: ExchangeConfiguration
    public internal(set) var totals = ExchangeTotals()
    /// Cash: the deposit and everything realised.
    public internal(set) var balance: Money

    /// Instruments are addressed by their place in `instruments`.
    public init(configuration: ExchangeConfiguration, instruments: [Instrument], balance: Money, start: Timestamp) {
        self.configuration = configuration
        self.balance = balance
    }

    /// Begins the bar of instrument number `index`. All bars of one step share open time and duration; an instrument
    /// without a bar keeps its last prices and sends no ticks. Call `next(until:)` to the step's close before the next step.
    public mutating func open(_ bar: MarketBar, for index: Int) {}

    /// Sends a command at our time `at`; it reaches the venue after the order latency.
    public mutating func submit(_ command: VenueCommand, at: Timestamp) {}

    /// Runs the venue until the next message reaches the trader, at `until` at the latest; nil when there is none by
    /// then. Commands that arrive exactly at `until` wait for the next call (at a bar's close: for the next bar's open).
    public mutating func next(until: Timestamp) -> Delivery? { nil }

    /// New contract terms for the instrument of the same id, from now on.
    public mutating func list(_ terms: Instrument) {}

    /// The account now, at the venue (no feed latency).
    public var account: AccountReport {
        AccountReport(balance: balance, unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero, time: .distantPast)
    }
    /// The position in instrument number `index` now.
    public func position(_ index: Int) -> PositionReport? { nil }
    /// Live orders in order of acceptance, with what is left of each as its quantity.
    public var openOrders: [Order] { [] }
    /// Whether nothing is open, resting or under way.
    public var isIdle: Bool { true }
}
