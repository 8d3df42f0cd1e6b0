import Foundation
import Logging
import Market
import Monitoring
import Notices
import Operations
import Sockets
import Synchronization
import Testing
import Venue
import Wire

/// Tests that wait on sockets, one after the other.
@Suite(.serialized) enum OverSockets {}

/// Answers as a script says and tells of every request.
struct FakeServices: ServedValue {
    /// The answer to the request of this number, counted from 0 for each path.
    let script: @Sendable (HTTPRequest, Int) -> Answer
    let seen: AsyncStream<HTTPRequest>.Continuation
    private var counts: [String: Int] = [:]

    init(
        _ seen: AsyncStream<HTTPRequest>.Continuation, script: @escaping @Sendable (HTTPRequest, Int) -> Answer
    ) {
        self.seen = seen
        self.script = script
    }

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer {
        let number = counts[request.path, default: 0]
        counts[request.path] = number + 1
        let answer = script(request, number)
        seen.yield(request)
        return answer
    }

    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool { false }
    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {}
    mutating func close(_ connection: UInt64, at instant: Timestamp) {}
    mutating func advance(to instant: Timestamp) {}
    var nextEvent: Timestamp? { nil }
    mutating func takeOutbox() -> [Outgoing] { [] }
}

extension Answer {
    static let ok = Answer.respond(HTTPResponse(status: 200, body: Array(#"{"ok":true}"#.utf8)))
    static func status(_ status: Int, _ body: String = "", _ headers: [HTTPHeader] = []) -> Answer {
        .respond(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }
}

/// A server and a monitor that talks to it, for the length of a test.
struct Stage {
    let monitor: Monitor
    let server: SocketServer<FakeServices>
    var requests: AsyncStream<HTTPRequest>.Iterator
    let held: Held
    let log: Lines

    var base: String { "http://127.0.0.1:\(server.port)" }

    mutating func next() async throws -> HTTPRequest { try #require(await requests.next()) }

    static func run(
        _ channels: (_ base: String) -> ChannelAddresses, levels: [Channel: Alert.Severity] = [:],
        clock: @escaping @Sendable () -> Timestamp = Stage.clock,
        configure: (inout MonitorConfiguration) -> Void = { _ in },
        script: @escaping @Sendable (HTTPRequest, Int) -> Answer, _ body: (inout Stage) async throws -> Void
    ) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: HTTPRequest.self)
        let server = try await SocketServer.start(
            FakeServices(continuation, script: script), clock: ServedClock(start: Timestamp(seconds: 0)),
            limits: Self.limits)
        let channels = channels("http://127.0.0.1:\(server.port)")
        var notices = NoticesConfiguration(
            routes: channels.channels.map { Route($0, from: levels[$0] ?? .info) }, summaryAt: nil, origin: "test")
        notices.firstPause = .milliseconds(10)
        notices.longestPause = .milliseconds(40)
        notices.pace = .zero
        var configuration = MonitorConfiguration(notices: notices, channels: channels, pages: nil)
        configure(&configuration)
        let held = Held()
        let log = Lines()
        let monitor = try await Monitor.start(
            configuration, log: log.logger(Scrubber(channels.secrets)), clock: clock, hold: { held.add($0) })
        await monitor.openPages()
        var stage = Stage(
            monitor: monitor, server: server, requests: stream.makeAsyncIterator(), held: held, log: log)
        do {
            try await body(&stage)
            await monitor.stop(within: .milliseconds(100))
            _ = try await server.stop()
        } catch {
            await monitor.stop(within: .zero)
            _ = try await server.stop()
            throw error
        }
    }

    private static var limits: ServerLimits {
        var limits = ServerLimits()
        limits.stopping = .milliseconds(50)
        return limits
    }

    static let clock: @Sendable () -> Timestamp = {
        let clock = ServedClock(start: Timestamp(seconds: 1_700_000_000))
        return { clock.now }
    }()

    static func alert(
        _ severity: Alert.Severity, _ text: String, _ kind: Alert.Kind = .feed, of instrument: InstrumentID? = nil
    ) -> Alert {
        Alert(severity, kind, text, of: instrument, at: Timestamp(seconds: 1_700_000_000))
    }
}

/// What `/hold` was asked for.
final class Held: Sendable {
    private let reasons = Mutex<[String]>([])
    func add(_ reason: String) { reasons.withLock { $0.append(reason) } }
    var all: [String] { reasons.withLock { $0 } }
}

/// Lines of a log.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }

    func logger(_ scrubber: Scrubber = Scrubber(), level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { [self] label in LineHandler(lines: self, scrubber: scrubber, logLevel: level) }
    }
}

private struct LineHandler: LogHandler {
    let lines: Lines
    let scrubber: Scrubber
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(lines: Lines, scrubber: Scrubber, logLevel: Logger.Level) {
        self.lines = lines
        self.scrubber = scrubber
        self.logLevel = logLevel
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.append("\(event.level): " + scrubber.scrub(event.message.description)) }
}

extension HTTPRequest {
    var text: String { String(decoding: body, as: UTF8.self) }
    func json() throws -> JSONValue { try JSONValue(body) }
}
