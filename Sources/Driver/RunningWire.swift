public import Market
public import Sockets
import Synchronization

extension SessionWire {
    /// What a program wants after a turn.
    public enum Turn: Hashable, Sendable {
        /// The next arrival, or the deadline if that is first; nil waits as long as it takes.
        case wait(until: Timestamp?)
        /// Close everything and return from `run`.
        case end
    }

    /// Runs a program on the calling thread until it wants to end; sockets and timers are served on the same thread between
    /// its turns.
    ///
    /// - Parameter turn: the program: called with the wire for each arrival, the first time with `due` right away. While it
    ///   works, nothing is read: what comes waits in the system's buffers, and the senders with it.
    public static func run(
        endpoints: SessionEndpoints = .kraken, limits: WireLimits = WireLimits(), trust: ClientTrust = .system,
        clock: WireClock = .system(), turn: @escaping (SessionWire, Arrival) -> Turn
    ) throws(TransportFailure) {
        let security = try security(endpoints, trust)
        SocketLoop.onThisThread { loop in
            let alarm = Alarm(loop)
            let inbox = Inbox(limits: limits, clock: clock) { alarm.ring() }
            let wire = SessionWire(endpoints, limits, trust, security, clock, on: loop, inbox: inbox)
            let program = RunningProgram(wire, alarm, turn)
            alarm.set(LoopBound(program, on: loop))
            program.begin()
        }
    }
}

/// Brings a program back to work, from any thread, until it has ended.
private final class Alarm: Sendable {
    private let loop: SocketLoop
    private let program = Mutex<LoopBound<RunningProgram>?>(nil)

    init(_ loop: SocketLoop) { self.loop = loop }

    func set(_ bound: LoopBound<RunningProgram>?) { program.withLock { $0 = bound } }

    func ring() {
        program.withLock { program in
            guard let program else { return }
            loop.execute { program.value.pump() }
        }
    }
}

/// A program and its wire on the thread that serves the sockets.
private final class RunningProgram {
    private let wire: SessionWire
    private let turn: (SessionWire, Arrival) -> SessionWire.Turn
    private var deadline: Timestamp?
    fileprivate var timer: (due: Timestamp, timer: LoopTimer)?
    private let alarm: Alarm
    private var hasEnded = false

    init(_ wire: SessionWire, _ alarm: Alarm, _ turn: @escaping (SessionWire, Arrival) -> SessionWire.Turn) {
        self.wire = wire
        self.alarm = alarm
        self.turn = turn
    }

    func begin() {
        take(.due(wire.now))
        pump()
    }

    /// Gives the program its turns until there is nothing to do, then sees to it that time brings it back.
    func pump() {
        while !hasEnded, let arrival = wire.poll(until: deadline) { take(arrival) }
        if !hasEnded { setTimer() }
    }

    /// A timer that is early enough stays: it only looks.
    private func setTimer() {
        let due = wire.wakeTime(deadline)
        if let timer {
            guard due < timer.due else { return }
            timer.timer.cancel()
        }
        let bound = LoopBound(self, on: wire.loop)
        let timer = wire.loop.execute(after: wire.inbox.nap(until: due)) {
            bound.value.timer = nil
            bound.value.pump()
        }
        self.timer = (due, timer)
    }

    private func take(_ arrival: Arrival) {
        switch turn(wire, arrival) {
        case .wait(let until): deadline = until
        case .end: end()
        }
    }

    private func end() {
        hasEnded = true
        alarm.set(nil)
        timer?.timer.cancel()
        wire.closeSockets()
        let loop = wire.loop
        let derivatives = wire.derivatives
        wire.spot.close { derivatives.close { loop.stop() } }
    }
}
