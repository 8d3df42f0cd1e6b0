import Kraken
public import KrakenServer
public import Market
public import Operations
import Research
public import Trading
public import Venue
import Wire

/// The whole live program and its exchange in one value that owns time, the network, the disk and the life of the
/// program. Same seed, same run, byte for byte.
public struct World: Sendable {
    public internal(set) var now: Timestamp
    public internal(set) var exchange: LocalExchange
    /// Nil while the program is dead.
    public internal(set) var runtime: Runtime?
    var network: Network
    public internal(set) var disk = JournalDisk()
    public internal(set) var safety = SafetyDisk()
    public internal(set) var judge = Judge()
    public internal(set) var alerts: [Alert] = []
    public internal(set) var steps = 0
    public internal(set) var starts = 0
    /// Faults that struck, by name.
    public internal(set) var struck: [String: Int] = [:]
    let program: Program
    var plan: WorldPlan
    var restartAt: Timestamp?
    var startedAt = Timestamp.distantPast
    var restartPause = Interval.seconds(5)
    /// The program's clock minus the true one.
    var clockOffset = Interval.zero
    /// The same at the program's start: from then on it counts what passes.
    var startOffset = Interval.zero
    /// Until when the program does not get to run.
    var frozenUntil = Timestamp.distantPast
    /// The death that strikes at a write or send.
    var crash: Crash?
    /// Journal writes and sends on the account's line since the start, the safety record's among the writes.
    var writes = 0
    var sends = 0
    /// What leaves belongs to orders.
    var isReleasing = false
    /// The disk refuses to write, or to make durable, until then.
    var diskFullUntil = Timestamp.distantPast
    var syncFailsUntil = Timestamp.distantPast
    /// When the program next writes what it gathered.
    var nextFlush = Timestamp.distantPast
    /// When the program wants to be woken, by its own clock; asked once after each input.
    var programWake: Timestamp?
    /// When the program last heard of prices.
    var lastPrices = Timestamp.distantPast
    public internal(set) var life = LifeMoments()
    /// Trades opened, by the last program's count.
    public internal(set) var trades = 0
    /// Who may run the account, and what the program knows of it.
    public internal(set) var leases = LeaseStore()
    var lease: LeaseHolding
    /// Programs that another has replaced while they stood still.
    var paused: [PausedInstance] = []
    /// When a second program is started beside one that stands still.
    var secondAt: Timestamp?
    /// How often a second program was refused, took the account over, and how often the first found itself replaced.
    public internal(set) var refusals = 0
    public internal(set) var takeovers = 0
    public internal(set) var fenced = 0
    var effects: [Effect] = []
    private var stillSteps = 0

    /// How the program is made: at a first start, and from what its journal brought back.
    public struct Program: Sendable {
        let pairs: [SpotPair]
        let base: Timeframe
        let makeTrader: @Sendable ([Instrument]) throws -> Trader
        let makeRuntime: @Sendable (Runtime.Recovered?, SafetyState) throws -> Runtime
        /// A planted bug around the program.
        var sabotage: Sabotage?

        public init(
            pairs: [SpotPair], base: Timeframe, makeTrader: @escaping @Sendable ([Instrument]) throws -> Trader,
            makeRuntime: @escaping @Sendable (Runtime.Recovered?, SafetyState) throws -> Runtime
        ) {
            self.pairs = pairs
            self.base = base
            self.makeTrader = makeTrader
            self.makeRuntime = makeRuntime
        }
    }

    /// - Parameter exchange: with the plan's own faults in its configuration.
    public init(exchange: LocalExchange, program: Program, plan: WorldPlan, seed: UInt64, start: Timestamp) {
        self.exchange = exchange
        self.program = program
        self.plan = plan
        now = start
        lease = LeaseHolding(at: start)
        network = Network(seed: seed)
        startProgram()
    }

    /// Plays on until `end`.
    public mutating func run(until end: Timestamp) {
        while step(before: end) {}
        let next = whatIsNext
        judge.check(.bounds, stillSteps < Self.mostStillSteps, at: now, "time stands still: \(next)")
        now = max(now, end)
    }

    /// The next step; false when it would be later than `end`.
    mutating func step(before end: Timestamp) -> Bool {
        guard let next = nextStep, next <= end, stillSteps < Self.mostStillSteps else { return false }
        step(to: max(now, next))
        return true
    }

    /// Steps since time last moved, and how many are too many.
    private static let mostStillSteps = 100_000

    private var whatIsNext: String {
        let wake = runtime?.wakes.map { "\($0)" }.joined(separator: ", ") ?? "dead"
        return "exchange \(exchange.nextEvent.map { "\($0)" } ?? "-"), program \(wake), post \(network.post.count)"
    }

    private var nextStep: Timestamp? {
        var next = Timestamp.distantFuture
        func consider(_ time: Timestamp?) { if let time, time < next { next = time } }
        consider(network.post.next)
        consider(exchange.nextEvent)
        consider(restartAt)
        consider(plan.world.first?.at)
        consider(leaseDue)
        consider(secondAt)
        for instance in paused { consider(instance.next) }
        consider(programWake.map { max($0 - startOffset, frozenUntil) })
        return next < .distantFuture ? next : nil
    }

    private mutating func step(to time: Timestamp) {
        steps += 1
        stillSteps = time > now ? 0 : stillSteps + 1
        now = time
        exchange.advance(to: now)
        drain()
        while let fault = plan.world.first, fault.at <= now {
            plan.world.removeFirst()
            strike(fault)
        }
        if let restartAt, restartAt <= now { startProgram() }
        if let secondAt, secondAt <= now {
            self.secondAt = nil
            startSecond()
        }
        attendLease()
        if !paused.isEmpty { playPaused() }
        while let letter = network.post.take(dueBy: now) { deliver(letter) }
        if frozenUntil <= now, let programWake, programWake <= programNow { handle(.woke) }
        if exchange.isBusy() || runtime?.trader?.isAtRest == false {
            let truth = exchange.truth()
            if truth.ordersSeen > judge.taken { judge.taken(exchange.ordersTaken(from: judge.taken), at: now) }
            judge.look(truth, runtime, at: now)
        } else {
            judge.rested()
        }
    }

    var programNow: Timestamp { now + startOffset }

    private mutating func deliver(_ letter: Post.Letter) {
        switch letter {
        case .request(let line, let id, let request):
            guard !network.losesUpward(at: now) else { return network.fail(line, id, at: now) }
            network.answer(line, id, exchange.respond(to: request, at: now), at: now)
        case .connect(let line, let id, let path):
            network.opened(line, id, at: now) { exchange.open($0, path: path, at: now) }
        case .frame(let connection, let bytes):
            if !network.losesUpward(at: now) { exchange.receive(bytes, from: connection, at: now) }
        case .hangUp(let connection): exchange.close(connection)
        case .input(let line, let input):
            if frozenUntil > now { return network.post.post(letter, at: frozenUntil) }
            if line == .prices, case .text = input { lastPrices = now }
            return handle(.line(line, input))
        }
        drain()
    }

    mutating func drain() {
        for outgoing in exchange.takeOutbox() {
            network.carry(outgoing, at: now)
            for index in paused.indices { paused[index].network.carry(outgoing, at: now) }
        }
    }
}
