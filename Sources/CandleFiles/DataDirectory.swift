import Foundation
public import Market

/// The data files below a folder, recognised by name.
public struct DataDirectory: Sendable {
    public struct File: Hashable, Sendable {
        public let path: String
        public let name: DataFileName
        public let bytes: Int
    }

    /// Something in the folder that is not used, and why.
    public struct Unrecognised: Hashable, Sendable {
        public let path: String
        public let reason: String
    }

    public let path: String
    /// In order of path.
    public let files: [File]
    /// Whatever else is there, hidden files aside, in order of path.
    public let unrecognised: [Unrecognised]

    /// Looks into `path` and the folders in it. A folder without any data is an error unless it `mayBeEmpty`.
    public init(scanning path: String, mayBeEmpty: Bool = false) throws(CandleFileError) {
        guard !path.isEmpty else { throw .noData(path: "''", looked: "no folder is named") }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .noData(path: path, looked: "no such folder")
        }
        guard isFolder.boolValue else { throw .noData(path: path, looked: "it is a file; give the folder it is in") }
        var found: [File] = []
        var unknown: [Unrecognised] = []
        for candidate in try Self.files(in: path) {
            guard let bytes = candidate.bytes else {
                unknown.append(Unrecognised(path: candidate.path, reason: "a folder this far down is not looked into"))
                continue
            }
            do throws(DataFileName.Problem) {
                let name = try DataFileName(recognising: candidate.path)
                found.append(File(path: candidate.path, name: name, bytes: bytes))
            } catch {
                unknown.append(Unrecognised(path: candidate.path, reason: error.description))
            }
        }
        guard mayBeEmpty || !found.isEmpty else { throw Self.nothing(in: path) }
        self.path = path
        files = found
        unrecognised = unknown
    }

    /// The error of a folder that holds no data.
    public static func nothing(in path: String) -> CandleFileError {
        .noData(
            path: path,
            looked: "files are found by name, such as btcusd_spot_15m.csv.gz or btcusdt_binance_perp_mark_1h.csv.gz; "
                + "`trident data list` says why a file is not")
    }

    public var pairs: [SpotPair] { Set(files.filter { $0.name.kind == .spot }.map(\.name.pair)).sorted() }

    public func files(_ pair: SpotPair, _ kind: DataFileName.Kind) -> [File] {
        files.filter { $0.name.pair == pair && $0.name.kind == kind }
    }

    /// What `root` and the folders in it hold, in order of path; without a size what is a folder still further down.
    private static func files(in root: String) throws(CandleFileError) -> [(path: String, bytes: Int?)] {
        var folders = [root]
        var files: [(path: String, bytes: Int?)] = []
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
                if !isFolder.boolValue {
                    files.append((path, try size(of: path)))
                } else if isRoot {
                    folders.append(path)
                } else {
                    files.append((path, nil))
                }
            }
            isRoot = false
        }
        return files.sorted { $0.path < $1.path }
    }

    private static func size(of path: String) throws(CandleFileError) -> Int {
        do {
            return (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }
}
