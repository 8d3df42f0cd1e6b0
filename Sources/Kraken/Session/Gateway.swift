public import Market
public import Venue

/// The way of orders to a venue and of the account's news back, the same in front of every surface.
///
/// A gateway never repeats a request that may have been carried out: its outcome is unknown until the venue tells, and
/// finding that out is the gateway's business.
public protocol Gateway: Sendable {
    var capabilities: Capabilities { get }

    /// Contract terms, before `start` and whenever they change.
    mutating func listed(_ terms: [Instrument], at now: Timestamp)

    /// Before `start`: orders of an earlier session that may still be at the venue, and executions that are booked.
    /// - Parameters:
    ///   - setups: the first halves of the ids of what is under way. An order at the venue that has one of these and is
    ///     not among `orders` is told as found.
    ///   - fundingSince: the last funding that is booked, or the beginning of the books.
    mutating func resume(_ orders: [Order], setups: [UInt64], bookedFills: [UInt64], fundingSince: Timestamp)

    /// A price of the live market, for a venue that is simulated here.
    mutating func observe(_ tick: Tick, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>)

    /// What rests in the live market's book, for a venue that is simulated here. The part of it that may matter for an order
    /// is kept and returned: to be recorded, because what the venue says follows from it.
    mutating func observe(_ depth: Depth, at now: Timestamp) -> Depth?

    /// How long news of the live market were under way of late, for a venue that is simulated here. Whether it goes by
    /// that, which is then to be recorded.
    mutating func observe(age: Interval, at now: Timestamp) -> Bool

    /// Connects, and begins to learn the account's state.
    mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>)

    mutating func submit(_ command: VenueCommand, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>)

    /// Cancels every order of the account, stops too.
    mutating func cancelAll(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>)

    /// The venue cancels everything when it hears nothing for `seconds`; zero switches that off.
    mutating func setDeadManSwitch(
        seconds: Int64, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>)

    /// Asks the venue for everything about the account once more.
    mutating func reconcile(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>)

    mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>)

    /// When to say `.woke`; nil when there is nothing to wait for.
    var nextWake: Timestamp? { get }
}

extension Gateway {
    public mutating func listed(_ terms: [Instrument], at now: Timestamp) {}
    public mutating func observe(_ tick: Tick, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {}
    public mutating func observe(_ depth: Depth, at now: Timestamp) -> Depth? { nil }
    public mutating func observe(age: Interval, at now: Timestamp) -> Bool { false }
}

/// What a gateway tells.
public enum GatewayNews: Hashable, Sendable {
    /// For the trader.
    case event(VenueEvent)
    /// The answer to a request is missing: the order may be at the venue or not.
    case outcomeUnknown(OrderID)
    /// Everything that the venue says is open, by its own complete lists.
    case reconciled(AccountTruth)
    /// An execution that belongs to no order of ours.
    case foreignFill(OrderFact.Execution)
    case health(FeedWatch.Health)
    /// The dead-man switch fires at this time unless renewed; nil: it is off.
    case deadManSwitch(Timestamp?)
    case alarm(DataAlarm)
}

/// One complete look at an account.
public struct AccountTruth: Hashable, Sendable {
    /// Our orders that are open there.
    public let orders: [OrderID]
    public let foreignOrders: [ForeignOrder]
    /// Every open position; an instrument that is not here is flat.
    public let positions: [PositionReport]
    public let account: AccountReport
    public let at: Timestamp

    public init(
        orders: [OrderID], foreignOrders: [ForeignOrder], positions: [PositionReport], account: AccountReport,
        at: Timestamp
    ) {
        self.orders = orders
        self.foreignOrders = foreignOrders
        self.positions = positions
        self.account = account
        self.at = at
    }
}
