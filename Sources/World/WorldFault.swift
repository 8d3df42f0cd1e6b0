public import KrakenServer
public import Market
import Research

/// One thing that goes wrong around the program: on the network, on its disk, with its clock, its life, its operator.
/// What goes wrong inside the exchange is a `Fault` of the local exchange.
public struct WorldFault: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        // Network.
        case cutConnections = "cut_connections"
        case refusedConnects = "refused_connects"
        /// Connections stay open and nothing passes either way.
        case halfOpen = "half_open"
        /// What the program sends is lost; what the exchange says arrives.
        case lossUpward = "loss_upward"
        case lossDownward = "loss_downward"
        /// Requests reach the exchange and their answers are lost.
        case answersLost = "answers_lost"
        case delaySpike = "delay_spike"

        // Process. Each kill happens at the next journal write or send.
        case killBeforeWrite = "kill_before_write"
        case killTornWrite = "kill_torn_write"
        case killBeforeSync = "kill_before_sync"
        case killAfterSync = "kill_after_sync"
        case killAfterSend = "kill_after_send"
        case killAfterAnswer = "kill_after_answer"
        /// The machine stands still for a while.
        case freeze

        // Two instances.
        /// A second program is started on the account.
        case secondInstance = "second_instance"
        /// The program is stopped for so long that a second one is let in, and goes on later.
        case pausedInstance = "paused_instance"

        // Disk.
        case diskFull = "disk_full"
        case syncFails = "sync_fails"

        // Clock of the program.
        case clockForward = "clock_forward"
        case clockBack = "clock_back"

        // Operator.
        case halt
        case release
        case gracefulRestart = "graceful_restart"
    }

    public let kind: Kind
    public let at: Timestamp
    public let lasting: Interval

    public init(_ kind: Kind, at: Timestamp, lasting: Interval) {
        self.kind = kind
        self.at = at
        self.lasting = lasting
    }
}

/// Everything that goes wrong in one run, drawn by its seed: which kinds at all, and how often. So some runs are calm in
/// one way and savage in another.
public struct WorldPlan: Sendable {
    public var world: [WorldFault] = []
    public var exchange: [Fault] = []

    public init() {}

    /// - Parameters:
    ///   - every: the average pause between two faults.
    ///   - quiet: at the end, in which nothing goes wrong.
    public init(
        seed: UInt64, from start: Timestamp, until last: Timestamp, every: Interval, quiet: Interval,
        kinds: [WorldFault.Kind] = WorldFault.Kind.allCases, exchangeKinds: [Fault.Kind] = WorldPlan.exchangeKinds
    ) {
        var random = SplitMix(seed: seed &+ 0x5151)
        let chosen = kinds.filter { !$0.isOfTwoInstances }.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        let chosenExchange = exchangeKinds.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        let end = last - quiet
        var time = start
        while !(chosen.isEmpty && chosenExchange.isEmpty) {
            time = time + Interval(nanoseconds: Int64.random(in: 1...every.nanoseconds * 2, using: &random))
            guard time < end else { break }
            let length = min(Self.length(&random), end - time)
            let pick = Int.random(in: 0..<(chosen.count + chosenExchange.count), using: &random)
            if pick < chosen.count {
                world.append(WorldFault(chosen[pick], at: time, lasting: length))
            } else {
                let delay = Interval.milliseconds(Int64.random(in: 200...8_000, using: &random))
                exchange.append(
                    Fault(
                        chosenExchange[pick - chosen.count], at: time, count: Int.random(in: 1...3, using: &random),
                        lasting: length, delay: delay, quantity: Self.quantity(&random)))
            }
        }
        drawInstances(seed: seed, from: start, until: end, every: every * 10, kinds.filter(\.isOfTwoInstances))
    }

    /// By dice of their own, so that what else goes wrong in a run does not depend on them.
    private mutating func drawInstances(
        seed: UInt64, from start: Timestamp, until end: Timestamp, every: Interval, _ kinds: [WorldFault.Kind]
    ) {
        var random = SplitMix(seed: seed &+ 0x2121)
        let chosen = kinds.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        guard !chosen.isEmpty else { return }
        var time = start
        while true {
            time = time + Interval(nanoseconds: Int64.random(in: 1...every.nanoseconds * 2, using: &random))
            let kind = chosen[Int.random(in: 0..<chosen.count, using: &random)]
            // A pause is long enough for another to be let in, and ends while that one starts, or trades.
            let length = min(.seconds(26) + min(Self.length(&random), .minutes(5)), end - time)
            guard time + .seconds(26) < end else { break }
            world.append(WorldFault(kind, at: time, lasting: length))
        }
        world.sort { $0.at < $1.at }
    }

    /// All but those that end a market for good, and what a person does with the account beside the program.
    public static let exchangeKinds = Fault.Kind.allCases.filter {
        $0 != .delisting && $0 != .instrumentChange && $0 != .manualPosition && $0 != .transfer
    }

    /// Mostly seconds, sometimes minutes, now and then hours.
    private static func length(_ random: inout SplitMix) -> Interval {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: .minutes(Int64.random(in: 10...180, using: &random))
        case 1...5: .seconds(Int64.random(in: 30...300, using: &random))
        default: .milliseconds(Int64.random(in: 500...20_000, using: &random))
        }
    }

    private static func quantity(_ random: inout SplitMix) -> Quantity {
        let lots = Int64.random(in: 1...50, using: &random)
        let sign: Int64 = Bool.random(using: &random) ? 1 : -1
        return Quantity(raw: sign * lots * (Quantity.scale / 1000))
    }
}

extension WorldFault.Kind {
    fileprivate var isOfTwoInstances: Bool {
        switch self {
        case .secondInstance, .pausedInstance: true
        case .cutConnections, .refusedConnects, .halfOpen, .lossUpward, .lossDownward, .answersLost, .delaySpike,
            .killBeforeWrite, .killTornWrite, .killBeforeSync, .killAfterSync, .killAfterSend, .killAfterAnswer,
            .freeze,
            .diskFull, .syncFails, .clockForward, .clockBack, .halt, .release, .gracefulRestart:
            false
        }
    }
}
