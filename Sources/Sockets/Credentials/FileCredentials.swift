public import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Secrets from a file that only its owner can read: `name=value` a line, `#` begins a comment line.
public struct FileCredentials: Hashable, Sendable {
    /// The file, for messages.
    public let path: String
    private let secrets: [String: Redacted]

    public subscript(name: String) -> Redacted? { secrets[name] }

    /// The secret of this name, or an error that says where it should be.
    public func require(_ name: String) throws(CredentialsError) -> Redacted {
        guard let secret = secrets[name] else { throw .missing(path: path, name: name) }
        return secret
    }

    /// Refuses a file that belongs to somebody else or that others may touch, whatever is in it. What is checked is the
    /// file that is read, not one that had its name a moment before.
    public init(path: String) throws(CredentialsError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a file") }
        guard status.st_uid == geteuid() else { throw .foreign(path: path) }
        guard status.st_mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: UInt32(status.st_mode & 0o777)) }
        guard status.st_size <= Self.maximumSize else { throw .unreadable(path: path, reason: "more than 64 kB") }
        var bytes = [UInt8](repeating: 0, count: Self.maximumSize + 1)
        var count = 0
        while true {
            let more = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return read(descriptor, rest.baseAddress, rest.count)
            }
            guard more >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
            guard more > 0 else { break }
            count += more
        }
        self.path = path
        secrets = try Self.parse(bytes[..<count], path: path)
    }

    private static let maximumSize = 64 * 1024

    private static func parse(
        _ bytes: ArraySlice<UInt8>, path: String
    ) throws(CredentialsError) -> [String: Redacted] {
        var secrets: [String: Redacted] = [:]
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw .malformed(path: path, line: index + 1)
            }
            let trimmed = trimming(text[...])
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            let sides = trimmed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(trimming(sides[0]))
            let value = sides.count > 1 ? trimming(sides[1]) : ""
            guard !name.isEmpty, !value.isEmpty else { throw .malformed(path: path, line: index + 1) }
            guard secrets.updateValue(Redacted(String(value)), forKey: name) == nil else {
                throw .repeated(path: path, line: index + 1, name: name)
            }
        }
        return secrets
    }

    private static func trimming(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

/// Why no credentials were read. Names files, lines and names, never values.
public enum CredentialsError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case foreign(path: String)
    case tooOpen(path: String, mode: UInt32)
    case malformed(path: String, line: Int)
    case repeated(path: String, line: Int, name: String)
    case missing(path: String, name: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .foreign(let path):
            "\(path): belongs to another user; make a copy of your own and run: chmod 600 on it"
        case .tooOpen(let path, let mode):
            "\(path): others may read or change it (mode \(String(mode, radix: 8))); run: chmod 600 '\(path)', and "
                + "replace the keys in it if others could have read them"
        case .malformed(let path, let line): "\(path):\(line): expected name=value"
        case .repeated(let path, let line, let name): "\(path):\(line): '\(name)' is there twice"
        case .missing(let path, let name): "\(path): has no line '\(name)=...'"
        }
    }
}
