import Wire

/// What the exchange says of itself on connecting and when it changes.
public struct SpotConnectionStatus: Hashable, Sendable {
    public var system: Open<SpotSystem>
    public var apiVersion: String
    /// The version of the service.
    public var version: String
    /// Greater than any `Int64` at times; nil when not sent.
    public var connectionID: UInt64?

    public init(system: Open<SpotSystem>, apiVersion: String, version: String, connectionID: UInt64?) {
        self.system = system
        self.apiVersion = apiVersion
        self.version = version
        self.connectionID = connectionID
    }

    init(_ reader: inout JSONReader) throws(WireError) {
        var system: Open<SpotSystem>?
        var apiVersion = ""
        var version = ""
        var connectionID: UInt64?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "system": system = try reader.word()
            case "api_version": apiVersion = try reader.text()
            case "version": version = try reader.text()
            case "connection_id": connectionID = UInt64(try reader.number().string)
            default: try reader.skip()
            }
        }
        self.init(
            system: try required(system, "system"), apiVersion: apiVersion, version: version,
            connectionID: connectionID)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("version")
            writer.string(version)
            writer.name("system")
            writer.string(system.text)
            writer.name("api_version")
            writer.string(apiVersion)
            if let connectionID {
                writer.name("connection_id")
                writer.integer(connectionID)
            }
            writer.name("upcoming_maintenance")
            writer.array { _ in }
            writer.name("emergency")
            writer.array { _ in }
        }
    }
}
