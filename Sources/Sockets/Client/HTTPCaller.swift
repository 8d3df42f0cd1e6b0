import AsyncHTTPClient
import Foundation
public import Market
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
public import Wire

/// Sends requests to one service over kept connections. A request is sent once: nothing is repeated, no redirect is
/// followed, no proxy is used, and what is signed is what travels.
public final class HTTPCaller: Sendable {
    public struct Limits: Hashable, Sendable {
        public var connect = Interval.seconds(5)
        /// Between two signs of the answer.
        public var read = Interval.seconds(10)
        /// From the call to the end of the answer.
        public var total = Interval.seconds(15)
        /// The body of an answer, in bytes. A full list of instruments takes a megabyte or two.
        public var body = 32 * 1024 * 1024
        public var connections = 8

        public init() {}
    }

    public let base: Endpoint
    private let limits: Limits
    private let userAgent: String
    private let loop: any EventLoop
    fileprivate let client: HTTPClient

    /// - Parameters:
    ///   - base: `https` or `http`; its path is put before that of every request.
    ///   - shared: the loop that serves the connections; one of the process when nil.
    public init(
        _ base: Endpoint, limits: Limits = Limits(), userAgent: String = "Trident", trust: ClientTrust = .system,
        on shared: SocketLoop? = nil
    ) {
        precondition(base.scheme == .http || base.scheme == .https, "requests go to http or https")
        self.base = base
        self.limits = limits
        self.userAgent = userAgent
        // One loop for the connections and for what is known of each request: a failure can then not overtake the news
        // that bytes have left.
        loop = shared?.loop ?? MultiThreadedEventLoopGroup.singleton.next()
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: trust.configuration(), redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connect), read: TimeAmount(limits.read)), proxy: nil,
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // The client would write whole addresses, which hold tokens, into spans of its own.
        configuration.tracing.tracer = nil
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connections
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(30)
        client = HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
    }

    /// The answer, whatever its status. `notConnected` when no byte of the request left, `lost` when some may have.
    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        let prepared = try prepare(request)
        let progress = AnswerCollector(limit: limits.body)
        let task = client.execute(
            request: prepared, delegate: progress, eventLoop: .delegate(on: loop),
            deadline: .now() + TimeAmount(limits.total))
        do {
            return try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            let reason = String(describing: error)
            throw await wasSent(progress) ? .lost(reason) : .notConnected(reason)
        }
    }

    /// As `send`, for those who wait elsewhere: `whenDone` is called once, on the loop of the connections, or at once when
    /// the request cannot travel at all.
    @discardableResult
    public func start(
        _ request: HTTPRequest, whenDone: @escaping @Sendable (Result<HTTPResponse, TransportFailure>) -> Void
    ) -> SentRequest {
        let prepared: HTTPClient.Request
        do {
            prepared = try prepare(request)
        } catch {
            whenDone(.failure(error))
            return SentRequest(task: nil)
        }
        let progress = AnswerCollector(limit: limits.body)
        let task = client.execute(
            request: prepared, delegate: progress, eventLoop: .delegate(on: loop),
            deadline: .now() + TimeAmount(limits.total))
        task.futureResult.whenComplete { result in
            whenDone(
                result.mapError { error in
                    let reason = String(describing: error)
                    return progress.wasSent ? .lost(reason) : .notConnected(reason)
                })
        }
        return SentRequest(task: task)
    }

    private func wasSent(_ progress: AnswerCollector) async -> Bool {
        do {
            return try await loop.submit { progress.wasSent }.get()
        } catch {
            // Without an answer the careful reading stands.
            return true
        }
    }

    private func prepare(_ request: HTTPRequest) throws(TransportFailure) -> HTTPClient.Request {
        let target = base.path + request.path + (request.query.isEmpty ? "" : "?" + request.query)
        guard let url = URL(string: "\(base.scheme.rawValue)://\(base.authority)\(target)"),
            let parts = URLComponents(url: url, resolvingAgainstBaseURL: true),
            parts.percentEncodedPath + (parts.percentEncodedQuery.map { "?" + $0 } ?? "") == target
        else { throw .notConnected("the path or query of a request is not encoded as it has to travel") }
        var headers = HTTPHeaders()
        for header in request.headers { headers.add(name: header.name, value: header.value) }
        if !headers.contains(name: "User-Agent") { headers.add(name: "User-Agent", value: userAgent) }
        do {
            return try HTTPClient.Request(
                url: url, method: HTTPMethod(rawValue: request.method.rawValue), headers: headers,
                body: request.body.isEmpty ? nil : .bytes(request.body))
        } catch {
            throw .notConnected(String(describing: error))
        }
    }

    /// To be called once, when no more requests will be sent.
    public func close() async {
        do {
            try await client.shutdown()
        } catch {
            // Closed before: there is nothing left to end.
        }
    }
}

extension HTTPCaller {
    /// `close` for those who wait elsewhere: `whenDone` is called on some thread.
    public func close(whenDone: @escaping @Sendable () -> Void) { client.shutdown { _ in whenDone() } }

    /// `close` for a thread that may wait.
    public func closeAndWait() {
        do {
            try client.syncShutdown()
        } catch {
            // Closed before: there is nothing left to end.
        }
    }
}

/// A request that is on its way.
public struct SentRequest: Sendable {
    let task: HTTPClient.Task<HTTPResponse>?

    /// Gives up waiting. Whoever started the request hears of it as of any other failure.
    public func cancel() { task?.cancel() }
}

/// What has become of one request, on the loop of its connection.
private final class AnswerCollector: HTTPClientResponseDelegate {
    typealias Response = HTTPResponse

    struct TooLarge: Error, CustomStringConvertible {
        let limit: Int
        var description: String { "the answer has more than \(limit) bytes" }
    }

    private struct State {
        var wasSent = false
        var response = HTTPResponse(status: 0)
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    var wasSent: Bool { state.withLock { $0.wasSent } }

    func didSendRequestHead(task: HTTPClient.Task<HTTPResponse>, _ head: HTTPRequestHead) {
        state.withLock { $0.wasSent = true }
    }

    func didReceiveHead(task: HTTPClient.Task<HTTPResponse>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > limit {
            return task.eventLoop.makeFailedFuture(TooLarge(limit: limit))
        }
        state.withLock { state in
            state.response.status = Int(head.status.code)
            state.response.headers = head.headers.map { HTTPHeader($0.name, $0.value) }
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<HTTPResponse>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let isWithin = state.withLock { state in
            guard state.response.body.count + buffer.readableBytes <= limit else { return false }
            state.response.body.append(contentsOf: buffer.readableBytesView)
            return true
        }
        guard isWithin else { return task.eventLoop.makeFailedFuture(TooLarge(limit: limit)) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPResponse>) throws -> HTTPResponse { state.withLock { $0.response } }
}
