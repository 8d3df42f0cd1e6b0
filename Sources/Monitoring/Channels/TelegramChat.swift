import Market
import Notices
import Sockets
import Synchronization
import Wire

/// Listens to the chat by long polling and hands on what the trusted chat says. Lives on its loop.
final class TelegramChat {
    private let caller: HTTPCaller
    private let path: String
    private let chat: String
    private let loop: SocketLoop
    private let clock: @Sendable () -> Timestamp
    private let pauses: (first: Interval, longest: Interval)
    private let heard: (TelegramUpdate) -> Void
    private let strangers: () -> Void
    /// Called when listening fails, with the number of failures in a row, and with zero when it works again.
    private let failing: (Int, DeliveryFailure?) -> Void
    private var offset: Int64?
    private var failures = 0
    private var isStopped = false
    private var sent: SentRequest?
    private var timer: LoopTimer?

    init(
        _ address: ChannelAddresses.Telegram, caller: HTTPCaller, loop: SocketLoop,
        clock: @escaping @Sendable () -> Timestamp, pauses: (first: Interval, longest: Interval),
        heard: @escaping (TelegramUpdate) -> Void,
        strangers: @escaping () -> Void, failing: @escaping (Int, DeliveryFailure?) -> Void
    ) {
        self.caller = caller
        path = "/bot\(address.token.reveal())/getUpdates"
        chat = address.chat
        self.loop = loop
        self.clock = clock
        self.pauses = pauses
        self.heard = heard
        self.strangers = strangers
        self.failing = failing
    }

    func start() { poll() }

    /// No update is handed on any more.
    func stop() {
        isStopped = true
        timer?.cancel()
        sent?.cancel()
    }

    private func poll() {
        guard !isStopped else { return }
        let asked = clock()
        let request = HTTPRequest(
            .post, path, headers: [HTTPHeader("Content-Type", "application/json")],
            body: TelegramUpdates.body(offset: offset, wait: TelegramUpdates.longPoll))
        let bound = LoopBound(self, on: loop)
        let loop = loop
        sent = caller.start(request) { result in
            loop.execute { bound.value.take(result, asked: asked) }
        }
    }

    private func take(_ result: Result<HTTPResponse, TransportFailure>, asked: Timestamp) {
        guard !isStopped else { return }
        switch result {
        case .failure(let failure): fail(.unavailable(failure.text))
        case .success(let response):
            if let failure = DeliveryFailure(response) { return fail(failure) }
            guard let (last, updates) = TelegramUpdates.read(response.body) else {
                return fail(.unavailable("Telegram's answer cannot be read"))
            }
            if failures > 0 { failing(0, nil) }
            failures = 0
            if let last { offset = last + 1 }
            for update in updates {
                if update.chat == chat { heard(update) } else { strangers() }
            }
            // A server that holds nothing back must not make this a busy loop.
            let isQuick = updates.isEmpty && clock() - asked < .seconds(1)
            again(after: isQuick ? .seconds(1) : .zero)
        }
    }

    private func fail(_ failure: DeliveryFailure) {
        failures += 1
        failing(failures, failure)
        var pause = min(pauses.first * (Int64(1) << Int64(min(failures - 1, 10))), pauses.longest)
        if case .throttled(let asked) = failure { pause = max(pause, min(asked, .minutes(15))) }
        again(after: pause)
    }

    private func again(after pause: Interval) {
        let bound = LoopBound(self, on: loop)
        timer = loop.execute(after: pause) { bound.value.poll() }
    }
}
