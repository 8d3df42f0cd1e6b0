import Foundation
import Operations

/// Tells the service manager that started the program how it stands, where one listens (systemd's `sd_notify` protocol:
/// datagrams to the socket that `NOTIFY_SOCKET` names). Sent from the trading loop, so that a loop that hangs falls silent
/// and the manager's watchdog ends the program.
final class ServiceNotice {
    private let address: sockaddr_un?
    private let length: socklen_t
    private let descriptor: Int32
    private var said: String?

    init(environment: [String: String]) {
        let path = Array((environment["NOTIFY_SOCKET"] ?? "").utf8)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.count < room else {
            self.address = nil
            length = 0
            descriptor = -1
            return
        }
        withUnsafeMutableBytes(of: &address.sun_path) {
            $0.copyBytes(from: path)
            // An abstract address begins with a zero byte, written as @.
            if path[0] == UInt8(ascii: "@") { $0[0] = 0 }
        }
        self.address = address
        length = socklen_t(MemoryLayout<sockaddr_un>.size - room + path.count)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// To be called at every look of the loop: a sign of life, and the phase where it changed.
    func tell(_ phase: Phase) {
        var lines = ["WATCHDOG=1"]
        if said != phase.name {
            lines.append("STATUS=" + phase.name)
            // A hold is a start too: the operator decides, and the watchdog must be on.
            switch phase {
            case .ready, .hold: lines.append("READY=1")
            case .initialising, .syncing, .reconciling, .stopping, .ended: break
            }
            said = phase.name
        }
        send(lines)
    }

    func tellStopping() { send(["STOPPING=1"]) }

    /// Nobody listening is nothing to act upon: the manager's own watchdog acts.
    private func send(_ lines: [String]) {
        guard var address, descriptor >= 0 else { return }
        let text = lines.joined(separator: "\n")
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
