import Kraken
public import KrakenServer
public import Market
public import Operations
import Trading
import Wire

/// The whole live program and its exchange in one value that owns time, the network, the disk and the life of the
/// program. Same seed, same run, byte for byte.
public struct World: Sendable {
    public internal(set) var now: Timestamp
    public internal(set) var exchange: LocalExchange
    public internal(set) var runtime: Runtime
    var network: Network
    public internal(set) var disk = Disk()
    let makeRuntime: @Sendable (Runtime.Recovered?) -> Runtime
    var effects: [Effect] = []
    public internal(set) var alerts: [Alert] = []
    public internal(set) var ended: String?
    public internal(set) var steps = 0

    /// What is written down, and how much of it would survive.
    public struct Disk: Sendable {
        public internal(set) var records: [RuntimeRecord] = []
        public internal(set) var synced = 0
    }

    /// - Parameter makeRuntime: the program as it starts, with what its journal brought back.
    public init(
        exchange: LocalExchange, seed: UInt64, start: Timestamp,
        makeRuntime: @escaping @Sendable (Runtime.Recovered?) -> Runtime
    ) {
        self.exchange = exchange
        self.makeRuntime = makeRuntime
        now = start
        network = Network(seed: seed)
        runtime = makeRuntime(nil)
        runtime.start(at: now, into: &effects)
        perform()
    }

    /// Plays on until `end`.
    public mutating func run(until end: Timestamp) {
        while ended == nil {
            let times = [network.post.next, runtime.nextWake, exchange.nextEvent].compactMap { $0 }
            guard let next = times.min(), next <= end else { break }
            step(to: max(now, next))
        }
        now = max(now, end)
    }

    private mutating func step(to time: Timestamp) {
        steps += 1
        now = time
        exchange.advance(to: now)
        drain()
        while let letter = network.post.take(dueBy: now) { deliver(letter) }
        if let wake = runtime.nextWake, wake <= now { handle(.woke) }
    }

    private mutating func deliver(_ letter: Post.Letter) {
        switch letter {
        case .request(let line, let id, let request):
            network.answer(line, id, exchange.respond(to: request, at: now), at: now)
        case .connect(let line, let id, let path):
            network.opened(line, id, at: now) { exchange.open($0, path: path, at: now) }
        case .frame(let connection, let bytes): exchange.receive(bytes, from: connection, at: now)
        case .hangUp(let connection): exchange.close(connection)
        case .input(let line, let input): return handle(.line(line, input))
        }
        drain()
    }

    private mutating func drain() {
        for outgoing in exchange.takeOutbox() { network.carry(outgoing, at: now) }
    }

    /// One input into the program, and what follows from it.
    public mutating func handle(_ input: RuntimeInput) {
        runtime.handle(input, at: now, into: &effects)
        perform()
        if runtime.holdsOrders {
            disk.synced = disk.records.count
            runtime.release(at: now, into: &effects)
            perform()
        }
    }

    private mutating func perform() {
        let list = effects
        effects.removeAll(keepingCapacity: true)
        for effect in list {
            switch effect {
            case .record(let record): disk.records.append(record)
            case .latch: disk.synced = disk.records.count
            case .perform(let line, let action): network.perform(line, action, at: now)
            case .alert(let alert): alerts.append(alert)
            case .ended(let reason): ended = reason
            }
        }
    }
}
