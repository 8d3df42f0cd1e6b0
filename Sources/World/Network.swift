import Kraken
import KrakenServer
import Market
import Operations
import Research
import Wire

/// The wires between one program and one exchange, down to whole messages: every one takes its time, those of one
/// connection arrive in order, and connections end when one side says so.
struct Network: Sendable {
    var post = Post()
    private var sockets: [Socket] = []
    private var lastConnection: UInt64 = 0
    private var random: SeededDelays
    var refusesUntil = Timestamp.distantPast
    var upwardLostUntil = Timestamp.distantPast
    var downwardLostUntil = Timestamp.distantPast
    var answersLostUntil = Timestamp.distantPast
    var slowUntil = Timestamp.distantPast

    private struct Socket: Sendable {
        let line: Line
        let id: SocketID
        let connection: ConnectionID
        var isOpen = false
        /// When the last message arrives, each way: none overtakes it.
        var lastUp: Timestamp
        var lastDown: Timestamp
    }

    init(seed: UInt64) { random = SeededDelays(seed: seed) }

    /// The wires of another program, through the same weather. Connections of both have names of their own.
    func another(number: UInt64) -> Network {
        var other = Network(seed: number &+ 0x7e57)
        other.lastConnection = lastConnection + 1 << 32
        other.refusesUntil = refusesUntil
        other.upwardLostUntil = upwardLostUntil
        other.downwardLostUntil = downwardLostUntil
        other.answersLostUntil = answersLostUntil
        other.slowUntil = slowUntil
        return other
    }

    /// The program is dead: its ends of all connections are closed.
    mutating func programDied(at now: Timestamp) {
        post.forgetInputs()
        for socket in sockets { post.post(.hangUp(socket.connection), at: now + delay(at: now)) }
        sockets = []
    }

    /// Every connection breaks; both ends hear of it.
    mutating func cutAll(at now: Timestamp) {
        for socket in sockets {
            post.post(.hangUp(socket.connection), at: now)
            post.post(.input(socket.line, .closed(socket.id)), at: now)
        }
        sockets = []
    }

    func losesUpward(at now: Timestamp) -> Bool { upwardLostUntil > now }

    /// A request that never arrived: nobody can tell.
    mutating func fail(_ line: Line, _ id: RequestID, at now: Timestamp) {
        post.post(.input(line, .failed(id, .lost)), at: now + Self.patience)
    }

    /// How long the program's transport waits for an answer.
    static let patience = Interval.seconds(10)

    private mutating func delay(at now: Timestamp) -> Interval {
        let delay = random.next()
        return slowUntil > now ? delay * 200 : delay
    }

    mutating func perform(_ line: Line, _ action: SessionAction, at now: Timestamp) {
        switch action {
        case .request(let id, _, let request):
            if refusesUntil > now {
                return post.post(.input(line, .failed(id, .notSent)), at: now + delay(at: now))
            }
            post.post(.request(line, id, request), at: now + delay(at: now))
        case .connect(let id, let endpoint):
            if refusesUntil > now { return post.post(.input(line, .closed(id)), at: now + delay(at: now)) }
            post.post(.connect(line, id, path: endpoint.path), at: now + delay(at: now))
        case .send(let id, let bytes):
            guard let index = index(line, id) else { return }
            let arrival = max(sockets[index].lastUp, now + delay(at: now))
            sockets[index].lastUp = arrival
            post.post(.frame(sockets[index].connection, bytes), at: arrival)
        case .disconnect(let id):
            guard let index = index(line, id) else { return }
            post.post(.hangUp(sockets[index].connection), at: max(sockets[index].lastUp, now + delay(at: now)))
            sockets.remove(at: index)
        }
    }

    /// A connection reaches the exchange, which takes it or not.
    mutating func opened(
        _ line: Line, _ id: SocketID, at now: Timestamp, accept: (ConnectionID) -> Bool
    ) {
        lastConnection += 1
        let connection = ConnectionID(lastConnection)
        let arrival = now + delay(at: now)
        guard upwardLostUntil <= now, downwardLostUntil <= now, accept(connection) else {
            return post.post(.input(line, .closed(id)), at: arrival)
        }
        sockets.append(
            Socket(line: line, id: id, connection: connection, isOpen: true, lastUp: now, lastDown: arrival))
        post.post(.input(line, .opened(id)), at: arrival)
    }

    /// What the exchange says goes on its way.
    mutating func carry(_ outgoing: Outgoing, at now: Timestamp) {
        switch outgoing {
        case .text(let connection, let bytes):
            guard downwardLostUntil <= now, let index = sockets.firstIndex(where: { $0.connection == connection })
            else { return }
            let arrival = max(sockets[index].lastDown, now + delay(at: now))
            sockets[index].lastDown = arrival
            post.post(.input(sockets[index].line, .text(sockets[index].id, bytes)), at: arrival)
        case .close(let connection, _), .reset(let connection, _):
            guard let index = sockets.firstIndex(where: { $0.connection == connection }) else { return }
            let socket = sockets.remove(at: index)
            post.post(.input(socket.line, .closed(socket.id)), at: max(socket.lastDown, now + delay(at: now)))
        case .silence(_, let end): downwardLostUntil = max(downwardLostUntil, end)
        case .refuseConnections(let end): refusesUntil = max(refusesUntil, end)
        }
    }

    mutating func answer(_ line: Line, _ id: RequestID, _ answer: Answer, at now: Timestamp) {
        if answersLostUntil > now || downwardLostUntil > now { return fail(line, id, at: now) }
        switch answer {
        case .respond(let response):
            post.post(.input(line, .answered(id, response)), at: now + delay(at: now))
        case .respondLater(let response, let wait):
            post.post(.input(line, .answered(id, response)), at: now + min(wait, Self.patience) + delay(at: now))
        case .silence: fail(line, id, at: now)
        case .reset: post.post(.input(line, .failed(id, .lost)), at: now + delay(at: now))
        }
    }

    private func index(_ line: Line, _ id: SocketID) -> Int? {
        sockets.firstIndex { $0.id == id && $0.line == line }
    }
}

/// Delays of messages: mostly short, now and then long.
struct SeededDelays: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next() -> Interval {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let micros = 4_000 + Int64(state % 12_000)
        return Interval(nanoseconds: (state >> 32) % 200 == 0 ? micros * 20_000 : micros * 1_000)
    }
}

extension Endpoint {
    /// The path under which the local exchange serves it.
    var path: String {
        switch self {
        case .spotREST, .derivativesREST: ""
        case .spotStream: "/v2"
        case .derivativesStream: "/ws/v1"
        case .unifiedPublic: "/v2/public"
        case .unifiedPrivate: "/v2/private"
        }
    }
}
