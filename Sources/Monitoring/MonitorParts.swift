import Logging
import Market
import Notices
import Operations
import Sockets
import Wire

/// The parts of a monitor before they run.
struct MonitorParts: Sendable {
    let configuration: MonitorConfiguration
    let registry: PrometheusRegistry
    let surroundings: Courier.Surroundings
    private let carriers: [(channel: Channel, carrier: any Carrier)]
    private let traceCarrier: (any TraceCarrier)?
    /// Asks Telegram for what was written; nil when nobody listens.
    private let listener: HTTPCaller?

    init(
        _ configuration: MonitorConfiguration, registry: PrometheusRegistry, board: Board, loop: SocketLoop,
        log: Logger,
        clock: @escaping @Sendable () -> Timestamp, hold: @escaping @Sendable (String) throws -> Void
    ) throws(MonitorError) {
        self.configuration = configuration
        self.registry = registry
        surroundings = Courier.Surroundings(
            loop: loop, clock: clock,
            mailbox: Mailbox(limit: configuration.mailbox) { item in
                if case .alert(let alert) = item { alert.severity == .critical } else { false }
            },
            board: board, figures: SessionFigures(registry), log: log, stalledAfter: configuration.stalledAfter,
            hold: hold)
        let web = WebChannels(
            origin: configuration.notices.origin, loop: loop, trust: configuration.trust, limits: configuration.limits,
            clock: clock)
        // Addresses are looked at before any carrier is made: one that is made has to be closed.
        try Self.check(configuration.channels, web)
        let collector = try Self.collector(configuration.traces)
        carriers = try Self.carriers(configuration, web, clock: clock)
        if let telegram = configuration.channels.telegram, telegram.takesCommands {
            var limits = WebChannels.usualLimits
            limits.read = .seconds(Int64(TelegramUpdates.longPoll) + 10)
            limits.total = .seconds(Int64(TelegramUpdates.longPoll) + 15)
            limits.body = 1024 * 1024
            listener = try web.caller(.telegram, telegram.base, limits: limits)
        } else {
            listener = nil
        }
        traceCarrier = Self.traceCarrier(configuration, to: collector, on: loop)
    }

    /// The address of an OTLP receiver; nil when none is meant.
    private static func collector(_ traces: MonitorConfiguration.TraceAddress?) throws(MonitorError) -> Endpoint? {
        guard case .collector(let text) = traces?.destination else { return nil }
        guard let endpoint = Endpoint(text), endpoint.scheme == .https || endpoint.scheme == .http else {
            throw .traces("it is not of the form http://host:port")
        }
        guard endpoint.scheme.isSecure || Loopback.holds(endpoint.host) else {
            throw .traces("it has to be https, or on this machine: traces tell what is traded")
        }
        return endpoint
    }

    private static func traceCarrier(
        _ configuration: MonitorConfiguration, to collector: Endpoint?, on loop: SocketLoop
    ) -> (any TraceCarrier)? {
        switch configuration.traces?.destination {
        case .off, nil: nil
        case .file:
            configuration.traces.map { TraceFile(folder: $0.folder, longest: $0.longestFile) }
        case .collector:
            collector.map {
                TraceCollector($0, limits: configuration.limits, trust: configuration.trust, on: loop)
            }
        }
    }

    private static func check(_ addresses: ChannelAddresses, _ web: WebChannels) throws(MonitorError) {
        let texts: [(Channel, String?)] = [
            (.telegram, addresses.telegram?.base), (.discord, addresses.discord?.reveal()),
            (.slack, addresses.slack?.reveal()), (.webhook, addresses.webhook?.address.reveal()),
        ]
        for (channel, text) in texts {
            if let text { _ = try web.endpoint(channel, text) }
        }
        if let mail = addresses.mail { try MailCarrier.check(mail) }
    }

    private static func carriers(
        _ configuration: MonitorConfiguration, _ web: WebChannels, clock: @escaping @Sendable () -> Timestamp
    ) throws(MonitorError) -> [(channel: Channel, carrier: any Carrier)] {
        let addresses = configuration.channels
        // First: the others hold connections that a failure here would leave open.
        var mail: MailCarrier?
        if let address = addresses.mail {
            mail = try MailCarrier(
                address, origin: configuration.notices.origin, trust: configuration.trust, clock: clock)
        }
        var carriers: [(channel: Channel, carrier: any Carrier)] = []
        for route in configuration.notices.routes {
            switch route.channel {
            case .telegram:
                if let address = addresses.telegram { carriers.append((.telegram, try web.telegram(address))) }
            case .discord:
                if let address = addresses.discord { carriers.append((.discord, try web.discord(address))) }
            case .slack:
                if let address = addresses.slack { carriers.append((.slack, try web.slack(address))) }
            case .webhook:
                if let address = addresses.webhook { carriers.append((.webhook, try web.webhook(address))) }
            case .mail:
                if let mail { carriers.append((.mail, mail)) }
            }
        }
        return carriers
    }

    /// The server of the pages.
    func serve(at address: MonitorConfiguration.PageAddress) async throws(ServerError) -> SocketServer<Pages> {
        var limits = ServerLimits()
        limits.headerField = 8 * 1024
        limits.headers = 16 * 1024
        limits.body = 1024
        limits.connections = 32
        limits.requestsInFlight = 32
        limits.idle = .seconds(15)
        limits.stopping = .seconds(1)
        let pages = Pages(
            board: surroundings.board, registry: registry, clock: surroundings.clock,
            hosts: Pages.ownHosts.union((address.names + [address.host]).map { $0.lowercased() }),
            stalledAfter: configuration.stalledAfter)
        return try await SocketServer.start(
            pages, host: address.host, port: address.port, clock: ServedClock(start: surroundings.clock()),
            limits: limits)
    }

    /// Sets courier and chat going on their loop.
    func begin() async -> (LoopBound<Courier>, LoopBound<TelegramChat>?) {
        await withCheckedContinuation { continuation in
            surroundings.loop.execute {
                let courier = Courier(
                    Notices(usedRoutes, scrubber: scrubber, at: surroundings.clock()), carriers: carriers, surroundings)
                let chat = makeChat(courier)
                courier.turn()
                chat?.start()
                continuation.resume(
                    returning: (
                        LoopBound(courier, on: surroundings.loop), chat.map { LoopBound($0, on: surroundings.loop) }
                    ))
            }
        }
    }

    private func makeChat(_ courier: Courier) -> TelegramChat? {
        guard let listener, let telegram = configuration.channels.telegram else { return nil }
        return TelegramChat(
            telegram, caller: listener, loop: surroundings.loop, clock: surroundings.clock,
            pauses: (configuration.notices.firstPause, configuration.notices.longestPause),
            heard: { [weak courier] in courier?.heard($0) },
            strangers: { [weak courier] in courier?.strangerSpoke() },
            failing: { [weak courier] in courier?.listening(failures: $0, $1) })
    }

    private var scrubber: Scrubber { Scrubber(configuration.channels.secrets) }

    /// The routes of channels that are there.
    private var usedRoutes: NoticesConfiguration {
        var notices = configuration.notices
        let there = carriers.map(\.channel)
        notices.routes = notices.routes.filter { there.contains($0.channel) }
        return notices
    }

    /// Nil when none are wanted.
    func traces(telling tell: @escaping @Sendable (Alert) -> Void) -> Traces? {
        guard let address = configuration.traces, let carrier = traceCarrier else { return nil }
        var limits = TraceQueue.Limits()
        limits.gather = address.gather
        var resource = address.attributes
        resource["service.name"] = "trident"
        resource["service.instance.id"] = configuration.notices.origin
        let place =
            switch address.destination {
            case .off, .file: "the file of traces"
            case .collector(let base): base
            }
        return Traces(
            .init(
                session: address.session, place: place, resource: resource.sorted { $0.key < $1.key }.map { ($0, $1) },
                carrier: carrier, limits: limits),
            on: surroundings.loop, clock: surroundings.clock, figures: surroundings.figures, tell: tell)
    }

    /// To be awaited one after the other at the end.
    var closing: [@Sendable () async -> Void] {
        let listener = listener
        let carriers = carriers.map { _, carrier in { @Sendable in await carrier.close() } }
        return carriers + [{ @Sendable in await listener?.close() }]
    }
}
