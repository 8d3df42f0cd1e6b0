import Dispatch
import ExchangeService
import Market
import Sockets
import Synchronization

@testable import Driver

/// Carries between sessions and the local exchange over TCP until nothing is on its way, while time stands still.
final class Carrier {
    let wire: SessionWire
    /// The exchange's, as last seen.
    private(set) var nextEvent: Timestamp?
    private let time: TradingFloorTime
    private let server: SocketServer<WatchedExchange>

    init(_ server: SocketServer<WatchedExchange>, _ time: TradingFloorTime) throws {
        self.server = server
        self.time = time
        var limits = WireLimits()
        limits.answer = TradingFloorTime.patience
        wire = try SessionWire(
            endpoints: SessionEndpoints(base: "http://127.0.0.1:\(server.port)"), limits: limits,
            clock: time.wireClock)
    }

    struct Missing: Error {}

    static func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }

    /// Until every request has its outcome unless the exchange keeps it waiting on purpose, every connection is open or
    /// refused, and three rounds through both threads brought nothing more.
    /// - Parameters:
    ///   - perform: hands what the sessions want to the wire.
    ///   - hand: gives a session its input.
    func settle(_ perform: () throws -> Void, hand: (Delivery) throws -> Void) throws {
        var quiet = 0
        while quiet < 3 {
            try perform()
            let look = try look()
            nextEvent = look.nextEvent
            wire.passRound()
            var hasMoved = try take(until: .distantPast, perform, hand)
            if !hasMoved, wire.pending > look.held {
                hasMoved = try take(until: nil, perform, hand)
            }
            quiet = hasMoved ? 0 : quiet + 1
        }
    }

    /// Takes what has come; with nil, waits for the first. Whether there was anything.
    private func take(
        until deadline: Timestamp?, _ perform: () throws -> Void, _ hand: (Delivery) throws -> Void
    ) throws -> Bool {
        var hasMoved = false
        while true {
            switch wire.next(until: hasMoved ? .distantPast : deadline) {
            case .delivery(let delivery):
                hasMoved = true
                try hand(delivery)
                try perform()
            case .overflowed, .knocked: hasMoved = true
            case .due: return hasMoved
            }
        }
    }

    private struct Look: Sendable {
        let nextEvent: Timestamp?
        let held: Int
    }

    /// Gives the exchange its turn at the present time.
    private func look() throws -> Look {
        let now = time.now
        return try onServer { Look(nextEvent: $0.nextEvent, held: $0.held(at: now)) }
    }

    func onServer<Result: Sendable>(
        _ body: @escaping @Sendable (inout WatchedExchange) -> Result
    ) throws -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Swift.Result<Result, any Error>?>(nil)
        let server = server
        Task {
            let outcome: Swift.Result<Result, any Error>
            do { outcome = .success(try await server.withValue(body)) } catch { outcome = .failure(error) }
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        return try Self.required(result.withLock { $0 }).get()
    }
}

extension SessionWire {
    /// Returns when the thread of the sockets has been through all that lay before it.
    func passRound() {
        let done = DispatchSemaphore(value: 0)
        loop.execute { done.signal() }
        done.wait()
    }
}
