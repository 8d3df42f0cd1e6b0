import Driver
import Kraken
import Market
import Sockets
import Synchronization
import TestSupport
import Testing
import Wire

/// A program that runs on the thread of its sockets.
@Suite struct RunningWireTests {
    typealias Station = SocketServer<StationValue>

    private final class Hands: Sendable {
        let time = Mutex(Timestamp(seconds: 1_000))
    }

    private static let line = Line(1, carrying: .account)
    private static let socket = SocketID(1)

    private func run(
        _ port: Int, clock: WireClock = .system(), _ turn: @escaping (SessionWire, Arrival) -> SessionWire.Turn
    ) throws {
        try SessionWire.run(
            endpoints: SessionEndpoints(base: "http://127.0.0.1:\(port)"), clock: clock, turn: turn)
    }

    @Test func talksAndEnds() async throws {
        let value = try await Station.running { [self] server in
            var heard: [SessionInput] = []
            var arrivals = 0
            try run(server.port) { wire, arrival in
                arrivals += 1
                switch arrival {
                case .due where arrivals == 1: wire.perform(Self.line, .connect(Self.socket, .unifiedPublic))
                case .delivery(let delivery):
                    heard.append(delivery.input)
                    if heard.count == 101 {
                        let request = HTTPRequest(.post, "/echo", body: [1, 2])
                        wire.perform(Self.line, .request(RequestID(1), .spotREST, request))
                    } else if heard.count <= 100 {
                        wire.perform(Self.line, .send(Self.socket, Array("\(heard.count)".utf8)))
                    } else {
                        return .end
                    }
                case .due, .overflowed, .knocked: Issue.record("\(arrival)")
                }
                return .wait(until: nil)
            }
            #expect(heard.first == .opened(Self.socket))
            #expect(heard[1...100].elementsEqual((1...100).map { .text(Self.socket, Array("\($0)".utf8)) }))
            guard case .answered(RequestID(1), let response)? = heard.last else { throw SessionWireTests.Silence() }
            #expect(response.body == [1, 2])
        }
        #expect(value.received == 100 && value.sockets.isEmpty)
    }

    @Test func comesBackAtItsDeadlines() async throws {
        try await Station.running { [self] server in
            var times: [Timestamp] = []
            try run(server.port) { wire, arrival in
                guard case .due(let time) = arrival else { return .end }
                times.append(time)
                return times.count == 6 ? .end : .wait(until: time + .milliseconds(3))
            }
            #expect(times.count == 6)
            #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(3) })
        }
    }

    /// From another thread; also when the program has ended long since.
    @Test func aKnockWakesIt() async throws {
        try await Station.running { [self] server in
            let knocker = Mutex<Knocker?>(nil)
            var arrivals: [Arrival] = []
            try run(server.port) { wire, arrival in
                arrivals.append(arrival)
                guard arrivals.count == 1 else { return .end }
                let mine = wire.knocker
                knocker.withLock { $0 = mine }
                Task { mine.knock() }
                return .wait(until: nil)
            }
            #expect(arrivals.count == 2 && arrivals.last == .knocked)
            knocker.withLock { $0 }?.knock()
        }
    }

    @Test func anAnswerThatNeverComesIsLostAfterItsTime() async throws {
        try await Station.running { [self] server in
            let hands = Hands()
            let clock = WireClock(now: { hands.time.withLock { $0 } }, waiting: { _ in .milliseconds(1) })
            var last: Arrival?
            var watch: Task<Void, Never>?
            try run(server.port, clock: clock) { wire, arrival in
                // On a machine that is starved a connection may fail before anything is asked: then it is asked again.
                let isAsked = server.counts.requests > 0
                guard case .delivery = arrival, isAsked else {
                    wire.perform(Self.line, .request(RequestID(1), .spotREST, HTTPRequest(.post, "/silent")))
                    // The server has it before its time is over.
                    if watch == nil {
                        watch = Task {
                            while server.counts.requests == 0 { await Task.yield() }
                            hands.time.withLock { $0 = $0 + .seconds(15) }
                        }
                    }
                    return .wait(until: nil)
                }
                last = arrival
                return .end
            }
            guard case .delivery(let delivery)? = last else { throw SessionWireTests.Silence() }
            #expect(delivery.input == .failed(RequestID(1), .lost))
            #expect(delivery.receivedAt >= Timestamp(seconds: 1_015))
        }
    }

    /// A flood of more than one read: the program gets all of it, in order.
    @Test func aFloodArrivesWhole() async throws {
        try await Station.running { [self] server in
            var next = 0
            try run(server.port) { wire, arrival in
                switch arrival {
                case .due: wire.perform(Self.line, .connect(Self.socket, .unifiedPublic))
                case .delivery(let delivery):
                    switch delivery.input {
                    case .opened: wire.perform(Self.line, .send(Self.socket, Array("flood 5000".utf8)))
                    case .text(_, let bytes):
                        #expect(bytes == Array("\(next)".utf8))
                        next += 1
                    case .closed, .answered, .failed, .woke: return .end
                    }
                case .overflowed, .knocked: return .end
                }
                return next == 5_000 ? .end : .wait(until: nil)
            }
            #expect(next == 5_000)
        }
    }

    /// As with Kraken: both protocols over TLS, and nothing from a server whose certificate is not believed.
    @Test(arguments: [true, false]) func speaksTLSWithThoseItBelieves(isBelieved: Bool) async throws {
        try await TestCertificate.inFiles { certificate, key in
            try await Station.running(tls: ServerCertificate(certificateFile: certificate, keyFile: key)) { server in
                var heard: [SessionInput] = []
                try SessionWire.run(
                    endpoints: SessionEndpoints(base: "https://localhost:\(server.port)"),
                    trust: isBelieved ? .file(certificate) : .system
                ) { wire, arrival in
                    guard case .delivery(let delivery) = arrival else {
                        wire.perform(Self.line, .connect(Self.socket, .unifiedPublic))
                        let request = HTTPRequest(.post, "/echo", body: [7])
                        wire.perform(Self.line, .request(RequestID(1), .derivativesREST, request))
                        return .wait(until: nil)
                    }
                    heard.append(delivery.input)
                    return heard.count == 2 ? .end : .wait(until: nil)
                }
                guard isBelieved else {
                    return #expect(Set(heard) == [.closed(Self.socket), .failed(RequestID(1), .notSent)])
                }
                #expect(heard.contains(.opened(Self.socket)))
                #expect(heard.contains { if case .answered(_, let answer) = $0 { answer.body == [7] } else { false } })
            }
        }
    }
}
