import ArgumentParser
import Driver
import Foundation
import Kraken
import Market
import Sessions
import Sockets
import TridentConfiguration

/// What paper and live sessions have in common on the command line.
struct SessionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Exchange to use, as http://127.0.0.1:8080 for `trident exchange`. Default: Kraken.", valueName: "url"))
    var endpoint: String?
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "End by itself after this long of the session's time: 90s, 30m, 12h, 30d.", valueName: "duration"))
    var length: String?
    @Option(
        help: ArgumentHelp(
            "How much faster the session's clock runs, as the local exchange's --speed. Needs --endpoint.",
            valueName: "factor"))
    var speed: Int64 = 1
    @Option(
        help: ArgumentHelp(
            "Folder for this session's journal, safety record and status. Default: one by mode and account.",
            valueName: "folder"))
    var state: String?
    @Option(
        help: ArgumentHelp(
            "PEM file with the certificate to believe: that of a local exchange with TLS.", valueName: "file"))
    var trust: String?

    func validate() throws {
        guard (1...10_000).contains(speed) else { throw ValidationError("--speed must be between 1 and 10000") }
        guard speed == 1 || endpoint != nil else {
            throw ValidationError("--speed needs --endpoint: Kraken's time cannot be hurried")
        }
        guard trust == nil || endpoint?.hasPrefix("https") == true else {
            throw ValidationError("--trust needs an --endpoint that begins with https")
        }
    }

    /// What the session's clock makes of a moment on the machine: an answer must be given the time that it takes there.
    var hurriedSettings: [String] {
        guard speed > 1 else { return [] }
        let seconds = min(60, max(5, speed / 4))
        return ["trading.protection_grace=\(seconds)s", "trading.answer_grace=\(seconds)s"]
    }

    func interval() throws(CommandFailure) -> Interval? {
        guard let length else { return nil }
        guard let interval = Interval(setting: length), interval > .zero else {
            throw CommandFailure("--for '\(length)' is no length of time; write 90s, 30m, 12h or 30d", code: .badInput)
        }
        return interval
    }

    func address(_ settings: Settings, mode: String) -> VenueAddress {
        VenueAddress(
            mode: mode, endpoint: endpoint, surface: settings[SessionSettings.surface], speed: speed, trust: trust)
    }

    /// - Parameter mode: `paper` or `live`.
    func folder(_ settings: Settings, mode: String) -> String {
        state ?? settings[SessionSettings.state] + "/" + mode + (endpoint == nil ? "-" : "-local-")
            + settings[SessionSettings.account]
    }
}

extension VenueAddress {
    func endpoints() throws(CommandFailure) -> SessionEndpoints {
        guard let endpoint else { return .kraken }
        do {
            return try SessionEndpoints(base: endpoint)
        } catch {
            throw CommandFailure.input(error)
        }
    }

    /// Kraken itself, or anything that is not this machine: real money.
    var isReal: Bool {
        guard let endpoint, let host = Sockets.Endpoint(endpoint)?.host else { return true }
        return !(host == "127.0.0.1" || host == "localhost" || host == "::1" || host == "[::1]")
    }

    var clientTrust: ClientTrust { trust.map { .file($0) } ?? .system }

    /// The machine's time, or time that runs `speed` times as fast from now on.
    func clock() -> WireClock {
        let system = WireClock.system()
        guard speed > 1 else { return system }
        let (start, factor) = (system.now, speed)
        return WireClock(
            now: { start + Interval(nanoseconds: (system.now - start).nanoseconds * factor) },
            waiting: { Interval(nanoseconds: $0.nanoseconds / factor) })
    }

    /// Requests may take as long on the machine as ever.
    var limits: WireLimits {
        var limits = WireLimits()
        limits.connect = Interval(nanoseconds: limits.connect.nanoseconds * speed)
        limits.answer = Interval(nanoseconds: limits.answer.nanoseconds * speed)
        return limits
    }
}
