import Foundation
public import Kraken
import Wire

/// How a session reaches its exchange, written beside its journal: whoever must act while the session is dead reads it.
public struct VenueAddress: Hashable, Sendable {
    /// `paper` or `live`.
    public var mode: String
    /// Nil: Kraken itself.
    public var endpoint: String?
    public var surface: Surface
    /// Of the session's clock against the machine's.
    public var speed: Int64
    /// PEM file with the certificate that is believed; nil: the system's.
    public var trust: String?

    public init(mode: String, endpoint: String?, surface: Surface, speed: Int64, trust: String?) {
        self.mode = mode
        self.endpoint = endpoint
        self.surface = surface
        self.speed = speed
        self.trust = trust
    }

    /// As journals name it.
    public var name: String { endpoint ?? Self.krakenName }
    public static let krakenName = "kraken"

    public func write(to path: String) throws(StateError) {
        var writer = JSONWriter()
        writer.object {
            $0.name("schema")
            $0.string("trident-venue-1")
            $0.optional("mode", mode)
            $0.optional("endpoint", endpoint)
            $0.optional("surface", surface.rawValue)
            $0.name("speed")
            $0.integer(speed)
            $0.optional("trust", trust)
        }
        try SmallFile.replace(path, with: writer.bytes)
    }

    /// Nil when there is no such file.
    public init?(reading path: String) throws(StateError) {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        do {
            let value = try JSONValue(Array(bytes))
            guard let surface = value["surface"]?.string.flatMap(Surface.init(rawValue:)),
                let speed = value["speed"]?.integer, let mode = value["mode"]?.string
            else { throw StateError("mode, surface or speed is missing") }
            self.init(
                mode: mode, endpoint: value["endpoint"]?.string, surface: surface, speed: speed,
                trust: value["trust"]?.string)
        } catch {
            throw StateError("\(path) cannot be read: \(error); remove it and name --endpoint and --surface")
        }
    }
}

extension JSONWriter {
    mutating func optional(_ key: String, _ text: String?) {
        name(key)
        if let text { string(text) } else { null() }
    }
}

/// Files that are there whole or not at all.
enum SmallFile {
    static func replace(_ path: String, with bytes: [UInt8]) throws(StateError) {
        let part = path + ".part"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("cannot write", part) }
        defer { close(descriptor) }
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw .system("cannot write", part) }
        guard rename(part, path) == 0 else { throw .system("cannot replace", path) }
    }
}
