import Logging
import Market
import Notices
import Operations
import Sockets
import Wire

/// What the session hands over to be told.
enum Posted: Sendable {
    case alert(Alert)
    case closedTrade(net: Money, fees: Money)
}

/// Carries notices to their channels and commands back. Lives on one loop of its own; everything here happens there.
final class Courier {
    /// How often it looks around when nothing happens.
    static let round = Interval.seconds(5)

    private let loop: SocketLoop
    private let clock: @Sendable () -> Timestamp
    private let mailbox: Mailbox<Posted>
    private let board: Board
    private let figures: SessionFigures
    private let log: Logger
    private let stalledAfter: Interval
    private let hold: @Sendable (String) throws -> Void
    private let carriers: [(channel: Channel, carrier: any Carrier)]
    private var notices: Notices
    private var commands = ChatCommands()
    private var noted: UInt64 = 0
    private var isStalled = false
    private var timer: LoopTimer?
    private var whenEmpty: (@Sendable () -> Void)?

    struct Surroundings: Sendable {
        let loop: SocketLoop
        let clock: @Sendable () -> Timestamp
        let mailbox: Mailbox<Posted>
        let board: Board
        let figures: SessionFigures
        let log: Logger
        let stalledAfter: Interval
        let hold: @Sendable (String) throws -> Void
    }

    init(_ notices: Notices, carriers: [(channel: Channel, carrier: any Carrier)], _ surroundings: Surroundings) {
        self.notices = notices
        self.carriers = carriers
        loop = surroundings.loop
        clock = surroundings.clock
        mailbox = surroundings.mailbox
        board = surroundings.board
        figures = surroundings.figures
        log = surroundings.log
        stalledAfter = surroundings.stalledAfter
        hold = surroundings.hold
    }

    /// Takes what was posted, sends what is due, and sets the timer for the next time.
    func turn() {
        let now = clock()
        collect(at: now)
        watch(at: now)
        for delivery in notices.due(at: now) { carry(delivery) }
        for alert in notices.takeOwnAlerts() { log.log(level: alert.severity.level, "\(alert.text)") }
        for (channel, waiting) in notices.backlog {
            figures.set("trident_notices_waiting", Double(waiting), [("channel", channel.rawValue)])
        }
        if let whenEmpty, isEmpty {
            self.whenEmpty = nil
            whenEmpty()
        }
        timer?.cancel()
        let next = min(notices.nextDeadline ?? .distantFuture, now + Self.round)
        let bound = LoopBound(self, on: loop)
        timer = loop.execute(after: max(.zero, next - now)) { bound.value.turn() }
    }

    private func collect(at now: Timestamp) {
        let (items, dropped) = mailbox.take()
        for item in items {
            switch item {
            case .alert(let alert): notices.take(alert, at: now)
            case .closedTrade(let net, let fees): notices.note(closedTradeWith: net, fees: fees)
            }
        }
        if dropped > 0 {
            figures.alertsDropped(dropped)
            raise(.warning, .delivery, "\(dropped) alerts were lost: too many at once", at: now)
        }
        if let standing = standing(newerThan: noted) {
            notices.note(standing, at: now)
            figures.show(standing)
        }
    }

    /// What the session has told of itself since; nil when that is nothing or cannot be read.
    private func standing(newerThan version: UInt64?) -> Standing? {
        let latest = board.latest
        guard latest.phase != nil, latest.version > version ?? 0 else { return nil }
        noted = latest.version
        do {
            return try Standing(status: latest.status)
        } catch {
            log.error("the session's status cannot be read: \(error)")
            return nil
        }
    }

    /// A session that says nothing any more is an alarm, whatever the reason.
    private func watch(at now: Timestamp) {
        let latest = board.latest
        guard let phase = latest.phase, phase != .ended else { return }
        let silence = now - latest.at
        guard (silence > stalledAfter) != isStalled else { return }
        isStalled.toggle()
        let text = "the session has not moved for \(silence.nanoseconds / 1_000_000_000) s"
        raise(isStalled ? .critical : .info, .session, isStalled ? text : "the session moves again", at: now)
    }

    private func raise(_ severity: Alert.Severity, _ kind: Alert.Kind, _ text: String, at now: Timestamp) {
        log.log(level: severity.level, "\(text)", metadata: ["kind": "\(kind.rawValue)"])
        figures.alert(severity)
        notices.take(Alert(severity, kind, text, at: now), at: now)
    }

    private func carry(_ delivery: Notices.Delivery) {
        guard let carrier = carriers.first(where: { $0.channel == delivery.channel })?.carrier else { return }
        let channel = delivery.channel
        let bound = LoopBound(self, on: loop)
        let loop = loop
        carrier.carry(delivery.notice) { result in
            loop.execute { bound.value.ended(channel, result) }
        }
    }

    private func ended(_ channel: Channel, _ result: Result<Void, DeliveryFailure>) {
        switch result {
        case .success:
            notices.delivered(channel, at: clock())
            figures.delivery(channel.rawValue, failed: false)
        case .failure(let failure):
            notices.failed(channel, failure, at: clock())
            figures.delivery(channel.rawValue, failed: true)
            log.debug("\(channel.rawValue): \(failure.text)")
        }
        turn()
    }

    // MARK: The chat

    func heard(_ update: TelegramUpdate) {
        let now = clock()
        let reply = commands.take(
            update.text, sent: update.sent, standing: standing(newerThan: nil), at: now,
            code: { String(Int.random(in: 1_000...9_999)) })
        switch reply {
        case .nothing: return
        case .say(let lines): notices.answer(lines, on: .telegram, at: now)
        case .hold(let reason): stopEntries(reason, at: now)
        }
        turn()
    }

    private func stopEntries(_ reason: String, at now: Timestamp) {
        log.notice("entries are to be stopped: \(reason)")
        do {
            try hold(reason)
            notices.answer(["Entries are being stopped. Positions keep their stops."], on: .telegram, at: now)
        } catch {
            raise(.critical, .killSwitch, "the order from the chat to stop entries was not taken: \(error)", at: now)
        }
    }

    func strangerSpoke() { figures.stranger() }

    func listening(failures: Int, _ failure: DeliveryFailure?) {
        let now = clock()
        if let failure, failures == 3 {
            raise(.warning, .delivery, "commands from the chat do not come in: \(failure.text)", at: now)
        } else if failure == nil, failures == 0 {
            log.info("commands from the chat come in again")
        }
        turn()
    }

    // MARK: The end

    private var isEmpty: Bool { notices.backlog.allSatisfy { $0.notices == 0 } }

    /// Calls `body` once, as soon as nothing waits for any channel. What is being gathered goes now.
    func finish(_ body: @escaping @Sendable () -> Void) {
        whenEmpty = body
        let now = clock()
        collect(at: now)
        notices.flush(at: now)
        turn()
    }

    func cancel() {
        timer?.cancel()
        timer = nil
        let body = whenEmpty
        whenEmpty = nil
        body?()
    }
}

extension Alert.Severity {
    /// As it stands in the log.
    var level: Logger.Level {
        switch self {
        case .info: .info
        case .warning: .warning
        case .critical: .critical
        }
    }
}
