import Foundation
import Market
import Notices
import Sockets
import Synchronization
import Wire

/// Takes one request to where traces go. `whenDone` is called once, on any thread, in bounded time.
protocol TraceCarrier: Sendable {
    /// Hands on one `ExportTraceServiceRequest`; the number that comes back is of spans that were not kept.
    func carry(_ request: [UInt8], whenDone: @escaping @Sendable (Result<Int, DeliveryFailure>) -> Void)
    /// Called once, when nothing is carried any more.
    func close() async
}

/// `POST /v1/traces` of an OTLP receiver, in JSON.
final class TraceCollector: TraceCarrier {
    private static let path = "/v1/traces"
    private let caller: HTTPCaller
    private let path: String

    /// - Parameter base: with or without the path.
    init(_ base: Endpoint, limits: HTTPCaller.Limits, trust: ClientTrust, on loop: SocketLoop) {
        caller = HTTPCaller(base, limits: limits, trust: trust, on: loop)
        path =
            base.path.hasSuffix(Self.path) ? "" : base.path.hasSuffix("/") ? String(Self.path.dropFirst()) : Self.path
    }

    func carry(_ request: [UInt8], whenDone: @escaping @Sendable (Result<Int, DeliveryFailure>) -> Void) {
        let post = HTTPRequest(
            .post, path, headers: [HTTPHeader("Content-Type", "application/json")], body: request)
        caller.start(post) { result in
            switch result {
            case .success(let response):
                whenDone(DeliveryFailure(response).map { .failure($0) } ?? .success(Self.rejected(response.body)))
            case .failure(let failure): whenDone(.failure(.unavailable(failure.text)))
            }
        }
    }

    /// `partialSuccess.rejectedSpans` of the answer, a string or a number.
    static func rejected(_ body: [UInt8]) -> Int {
        do {
            let field = try JSONValue(body)["partialSuccess"]?["rejectedSpans"]
            return (field?.string ?? field?.digits).flatMap { Int($0) } ?? 0
        } catch {
            // Another form than JSON, or nothing: it was taken.
            return 0
        }
    }

    func close() async { await caller.close() }
}

/// A file of lines, one request each: what the file exporter of OpenTelemetry's collector writes and its receiver
/// `otlpjsonfile` reads. A full file becomes the older one, in the place of the one before.
final class TraceFile: TraceCarrier {
    private struct State {
        var descriptor: Int32 = -1
        var length: Int64 = 0
    }

    private struct Problem: Error { let text: String }

    private let path: String
    private let older: String
    private let longest: Int64
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "traces")

    /// - Parameter longest: bytes of one file; there are two.
    init(folder: String, longest: Int64 = 16 * 1024 * 1024) {
        path = folder + "/traces.jsonl"
        older = folder + "/traces-1.jsonl"
        self.longest = longest
    }

    func carry(_ request: [UInt8], whenDone: @escaping @Sendable (Result<Int, DeliveryFailure>) -> Void) {
        queue.async { [self] in
            do throws(Problem) {
                try state.withLock { state throws(Problem) in try append(request + [UInt8(ascii: "\n")], &state) }
                whenDone(.success(0))
            } catch {
                whenDone(.failure(.unavailable(error.text)))
            }
        }
    }

    private func append(_ line: [UInt8], _ state: inout State) throws(Problem) {
        if state.descriptor < 0 { try open(&state) }
        if state.length > 0, state.length + Int64(line.count) > longest {
            close(&state)
            guard rename(path, older) == 0 else { throw problem("cannot be put away") }
            try open(&state)
        }
        var written = 0
        while written < line.count {
            let count = line[written...].withUnsafeBytes { write(state.descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let failure = problem("cannot be written")
                // Half a line would spoil the next one.
                _ = ftruncate(state.descriptor, off_t(state.length))
                throw failure
            }
            written += count
        }
        state.length += Int64(line.count)
    }

    private func open(_ state: inout State) throws(Problem) {
        let descriptor = Foundation.open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem("cannot be opened") }
        state.descriptor = descriptor
        state.length = Int64(lseek(descriptor, 0, SEEK_END))
        guard state.length > 0 else { return }
        // A crash may have left half a line behind.
        var last: UInt8 = 0
        if pread(descriptor, &last, 1, off_t(state.length - 1)) == 1, last != UInt8(ascii: "\n") {
            last = UInt8(ascii: "\n")
            if write(descriptor, &last, 1) == 1 { state.length += 1 }
        }
    }

    private func problem(_ what: String) -> Problem {
        Problem(text: "\(path) \(what): \(String(cString: strerror(errno)))")
    }

    private func close(_ state: inout State) {
        if state.descriptor >= 0 { Foundation.close(state.descriptor) }
        state = State()
    }

    func close() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                state.withLock { close(&$0) }
                continuation.resume()
            }
        }
    }
}
