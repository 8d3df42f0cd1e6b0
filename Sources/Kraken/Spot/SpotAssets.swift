public import Wire

/// The coins and currencies of the exchange.
public struct SpotAssetsRequest: SpotRequest, Hashable {
    public static let path = "/0/public/Assets"
    /// Empty asks for all.
    public var assets: [String]

    public init(assets: [String] = []) { self.assets = assets }

    public init(query: FormText) { assets = query["asset"].map(commaSeparated) ?? [] }

    public var http: HTTPRequest {
        let query = FormText(assets.isEmpty ? [] : [FormText.Pair("asset", assets.joined(separator: ","))])
        return HTTPRequest(.get, Self.path, query: query.encoded)
    }

    public struct Answer: SpotResult {
        public var assets: [SpotAsset]
        public init(_ assets: [SpotAsset]) { self.assets = assets }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var assets: [SpotAsset] = []
            try reader.namedFields { name, reader throws(WireError) in
                assets.append(try SpotAsset(key: name.string, &reader))
            }
            self.assets = assets
        }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                for asset in assets {
                    writer.name(asset.key)
                    asset.write(to: &writer)
                }
            }
        }
    }
}

public struct SpotAsset: Hashable, Sendable {
    /// The exchange's own code, such as `XXBT` or `ZUSD`.
    public var key: String
    /// `XBT`, `USD`.
    public var altname: String
    public var decimals: Int64
    public var displayDecimals: Int64
    /// `enabled`, `deposit_only`, ...; nil when not sent.
    public var status: String?

    public init(key: String, altname: String, decimals: Int64, displayDecimals: Int64, status: String?) {
        self.key = key
        self.altname = altname
        self.decimals = decimals
        self.displayDecimals = displayDecimals
        self.status = status
    }

    init(key: String, _ reader: inout JSONReader) throws(WireError) {
        var altname: String?
        var decimals: Int64?
        var displayDecimals: Int64?
        var status: String?
        try reader.namedFields { name, reader throws(WireError) in
            switch name {
            case "altname": altname = try reader.text()
            case "decimals": decimals = try reader.integer()
            case "display_decimals": displayDecimals = try reader.integer()
            case "status": status = try reader.optional { reader throws(WireError) in try reader.text() }
            default: try reader.skip()
            }
        }
        self.key = key
        self.altname = try required(altname, "altname")
        self.decimals = try required(decimals, "decimals")
        self.displayDecimals = try required(displayDecimals, "display_decimals")
        self.status = status
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("aclass")
            writer.string("currency")
            writer.name("altname")
            writer.string(altname)
            writer.name("decimals")
            writer.integer(decimals)
            writer.name("display_decimals")
            writer.integer(displayDecimals)
            if let status {
                writer.name("status")
                writer.string(status)
            }
        }
    }
}

func commaSeparated(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
