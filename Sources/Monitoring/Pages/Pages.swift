import Market
import Operations
import Sockets
import Wire

/// `/metrics`, `/health`, `/ready` and `/state`: what machines may look at. Nothing can be changed here.
struct Pages: ServedValue {
    let board: Board
    let registry: PrometheusRegistry
    let clock: @Sendable () -> Timestamp
    /// The names under which this server may be asked for, in lower case.
    let hosts: Set<String>
    /// A session that says nothing for so long is not well.
    let stalledAfter: Interval

    /// The names that are always ours.
    static let ownHosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    mutating func answer(_ request: HTTPRequest, at instant: Timestamp) -> Answer {
        // A page of somebody else's in a browser here can reach this port under a name of its own, but not change what it
        // calls us (DNS rebinding).
        guard let host = request[header: "Host"], hosts.contains(Self.name(host)) else {
            return .respond(.text(421, "not asked for by a name of this server; see monitoring.hosts"))
        }
        guard request.method == .get else {
            return .respond(.text(405, "only GET", [HTTPHeader("Allow", "GET")]))
        }
        switch request.path {
        case "/metrics":
            return .respond(
                HTTPResponse(
                    status: 200, headers: [HTTPHeader("Content-Type", PrometheusRegistry.contentType)] + Self.headers,
                    body: Array(registry.text(with: ProcessFigures.now()).utf8)))
        case "/health": return .respond(health)
        case "/ready": return .respond(ready)
        case "/state": return .respond(state)
        default: return .respond(.text(404, "there are /metrics, /health, /ready and /state"))
        }
    }

    /// `Host` without its port.
    static func name(_ host: String) -> String {
        let lower = host.lowercased()
        if lower.hasPrefix("[") { return String(lower.prefix { $0 != "]" }) + "]" }
        return String(lower.prefix { $0 != ":" })
    }

    static let headers = [HTTPHeader("Cache-Control", "no-store"), HTTPHeader("X-Content-Type-Options", "nosniff")]

    /// Whether the session's loop turns.
    private var health: HTTPResponse {
        let latest = board.latest
        let age = clock() - latest.at
        guard let phase = latest.phase else { return .text(200, "starting") }
        if phase == .ended { return .text(503, "ended") }
        guard age <= stalledAfter else {
            return .text(503, "stalled: no sign of the session for \(age.nanoseconds / 1_000_000_000) s")
        }
        return .text(200, "ok")
    }

    /// Whether entries may be made.
    private var ready: HTTPResponse {
        let latest = board.latest
        let isFresh = clock() - latest.at <= stalledAfter
        guard latest.phase == .ready, isFresh else {
            return .text(503, latest.phase.map { isFresh ? $0.name : "stalled" } ?? "starting")
        }
        return .text(200, "ready")
    }

    private var state: HTTPResponse {
        let latest = board.latest
        guard latest.phase != nil else { return .text(503, "starting") }
        return HTTPResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/json")] + Self.headers, body: latest.status)
    }

    // No WebSockets, nothing by itself.
    mutating func open(_ connection: UInt64, path: String, at instant: Timestamp) -> Bool { false }
    mutating func receive(_ text: [UInt8], from connection: UInt64, at instant: Timestamp) {}
    mutating func close(_ connection: UInt64, at instant: Timestamp) {}
    mutating func advance(to instant: Timestamp) {}
    var nextEvent: Timestamp? { nil }
    mutating func takeOutbox() -> [Outgoing] { [] }
}

extension HTTPResponse {
    fileprivate static func text(_ status: Int, _ text: String, _ headers: [HTTPHeader] = []) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")] + Pages.headers + headers,
            body: Array((text + "\n").utf8))
    }
}
