import ArgumentParser
import Foundation
import History
import Market
import Sockets
import Synchronization
import Wire

/// Kraken over the network, or any service that speaks like it, and the clock of this machine.
struct KrakenWorld: HistoryWorld {
    private let spot: HTTPCaller
    private let derivatives: HTTPCaller

    init(_ options: KrakenOptions) throws(CommandFailure) {
        let endpoints = (
            try Self.endpoint(options.spotURL, "--spot-url"), try Self.endpoint(options.futuresURL, "--futures-url")
        )
        spot = HTTPCaller(endpoints.0)
        derivatives = HTTPCaller(endpoints.1)
    }

    /// Must be called at the end of the last request.
    func close() async {
        await spot.close()
        await derivatives.close()
    }

    var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    func sleep(_ interval: Interval) async throws { try await Task.sleep(for: .nanoseconds(interval.nanoseconds)) }

    func send(_ request: HTTPRequest, to host: HistoryHost) async throws -> HTTPResponse {
        switch host {
        case .spot: try await spot.send(request)
        case .derivatives: try await derivatives.send(request)
        }
    }

    func noticed(_ trouble: String) { Terminal.notice("\(trouble); trying again") }

    private static func endpoint(_ text: String, _ option: String) throws(CommandFailure) -> Endpoint {
        guard let endpoint = Endpoint(text), endpoint.scheme == .https || endpoint.scheme == .http else {
            throw CommandFailure("\(option) '\(text)' is no address such as https://api.kraken.com", code: .badInput)
        }
        return endpoint
    }
}

/// Which services are asked, and how often.
struct KrakenOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Spot REST; the local exchange's address for a rehearsal.", valueName: "url"))
    var spotURL = "https://api.kraken.com"

    @Option(help: ArgumentHelp("Derivatives REST and charts, likewise.", valueName: "url"))
    var futuresURL = "https://futures.kraken.com"

    @Option(help: ArgumentHelp("Seconds between two requests.", valueName: "seconds")) var every: Double = 1

    func pace() throws(CommandFailure) -> RequestPace {
        guard every >= 0, every <= 3600 else {
            throw CommandFailure("--every \(every) must be from 0 to 3600 seconds", code: .badInput)
        }
        return RequestPace(period: Interval(nanoseconds: Int64(every * 1e9)))
    }
}

/// Runs `work` to its end on this thread's behalf: commands are plain functions, the network is not.
func waiting<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) throws -> Result {
    let outcome = Outcome<Result>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        do {
            outcome.set(.success(try await work()))
        } catch {
            outcome.set(.failure(error))
        }
        done.signal()
    }
    done.wait()
    return try outcome.get()
}

private final class Outcome<Result: Sendable>: Sendable {
    private let value = Mutex<Swift.Result<Result, any Error>?>(nil)

    func set(_ result: Swift.Result<Result, any Error>) { value.withLock { $0 = result } }

    func get() throws -> Result {
        guard let result = value.withLock({ $0 }) else { throw CommandFailure("the work ended without a result") }
        return try result.get()
    }
}
