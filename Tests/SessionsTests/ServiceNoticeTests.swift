import Foundation
import Operations
import Testing

@testable import Sessions

/// What a service manager hears.
@Suite struct ServiceNoticeTests {
    /// The manager's end: a socket in a folder of the test's own, or in the abstract space.
    private final class Manager {
        private let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)

        init(_ path: String) throws {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let room = MemoryLayout.size(ofValue: address.sun_path)
            withUnsafeMutableBytes(of: &address.sun_path) {
                $0.copyBytes(from: path.utf8)
                if path.hasPrefix("@") { $0[0] = 0 }
            }
            let length = socklen_t(MemoryLayout<sockaddr_un>.size - room + path.utf8.count)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
            }
            try #require(result == 0)
        }

        deinit { close(descriptor) }

        var heard: [String] {
            var messages: [String] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { return messages }
                messages.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
        }
    }

    @Test(arguments: [true, false]) func hearsPhasesAndSignsOfLife(_ isAbstract: Bool) throws {
        let place = try Workplace()
        let path = isAbstract ? "@trident-\(UUID().uuidString)" : place.path + "/notify"
        let manager = try Manager(path)
        let notice = ServiceNotice(environment: ["NOTIFY_SOCKET": path])
        notice.tell(.syncing)
        notice.tell(.syncing)
        notice.tell(.ready)
        notice.tell(.hold([.clockSkew]))
        notice.tellStopping()
        #expect(
            manager.heard == [
                "WATCHDOG=1\nSTATUS=syncing", "WATCHDOG=1", "WATCHDOG=1\nSTATUS=ready\nREADY=1",
                "WATCHDOG=1\nSTATUS=hold\nREADY=1", "STOPPING=1",
            ])
    }

    @Test func withoutAManagerNothingHappens() {
        for environment in [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": String(repeating: "x", count: 200)]] {
            let notice = ServiceNotice(environment: environment)
            notice.tell(.ready)
            notice.tellStopping()
        }
    }
}
