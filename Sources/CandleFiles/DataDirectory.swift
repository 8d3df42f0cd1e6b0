import Foundation
public import Market

/// The data files below a folder, recognised by name.
public struct DataDirectory: Sendable {
    public struct File: Hashable, Sendable {
        public let path: String
        public let name: DataFileName
        public let bytes: Int
    }

    public let path: String
    /// In order of path.
    public let files: [File]
    /// Tables whose name says nothing that is known, in order of path.
    public let unrecognised: [String]

    /// Looks into `path` and the folders in it.
    public init(scanning path: String) throws(CandleFileError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .noData(path: path, looked: "no such folder")
        }
        guard isFolder.boolValue else { throw .noData(path: path, looked: "it is a file; give the folder it is in") }
        var found: [File] = []
        var unknown: [String] = []
        for candidate in try Self.tables(in: path) {
            if let name = DataFileName(path: candidate.path) {
                found.append(File(path: candidate.path, name: name, bytes: candidate.bytes))
            } else {
                unknown.append(candidate.path)
            }
        }
        guard !found.isEmpty else {
            throw .noData(
                path: path,
                looked: "files are found by name, such as btcusd_spot_15m.csv.gz or btcusdt_binance_perp_mark_1h.csv.gz"
            )
        }
        self.path = path
        files = found
        unrecognised = unknown
    }

    public var pairs: [SpotPair] { Set(files.filter { $0.name.kind == .spot }.map(\.name.pair)).sorted() }

    public func files(_ pair: SpotPair, _ kind: DataFileName.Kind) -> [File] {
        files.filter { $0.name.pair == pair && $0.name.kind == kind }
    }

    private static func tables(in root: String) throws(CandleFileError) -> [(path: String, bytes: Int)] {
        var folders = [root]
        var tables: [(path: String, bytes: Int)] = []
        var isRoot = true
        while let folder = folders.popLast() {
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            } catch {
                throw .unreadable(path: folder, reason: error.localizedDescription)
            }
            for name in names where !name.hasPrefix(".") {
                let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
                if isFolder.boolValue {
                    if isRoot { folders.append(path) }
                } else if [".csv", ".csv.gz"].contains(where: name.lowercased().hasSuffix) {
                    let attributes: [FileAttributeKey: Any]
                    do {
                        attributes = try FileManager.default.attributesOfItem(atPath: path)
                    } catch {
                        throw .unreadable(path: path, reason: error.localizedDescription)
                    }
                    tables.append((path, (attributes[.size] as? Int) ?? 0))
                }
            }
            isRoot = false
        }
        return tables.sorted { $0.path < $1.path }
    }
}
