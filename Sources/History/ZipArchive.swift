import Foundation

/// The members of a zip file, read one at a time: the exchange's archive of all candles is larger than any memory.
struct ZipArchive {
    struct Member: Hashable {
        let name: String
        fileprivate let method: UInt16
        fileprivate let checksum: UInt32
        fileprivate let compressedSize: UInt64
        let size: UInt64
        fileprivate let headerOffset: UInt64

        /// Without folders.
        var baseName: String { name.split(separator: "/").last.map(String.init) ?? name }
    }

    let path: String
    let members: [Member]
    private let file: FileHandle
    private let length: UInt64

    /// One member in memory, at most.
    private static let greatestMember: UInt64 = 4 << 30
    private static let greatestDirectory: UInt64 = 256 << 20

    init(path: String) throws(HistoryError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw .archive(path: path, reason: "cannot be opened: \(String(cString: strerror(errno)))")
        }
        let length: UInt64
        do {
            length = try file.seekToEnd()
        } catch {
            throw .archive(path: path, reason: error.localizedDescription)
        }
        let unread = ZipArchive(path: path, file: file, length: length, members: [])
        let place = try unread.directory()
        let members = try Self.members(in: try unread.read(place.offset, place.size), path: path)
        self.init(path: path, file: file, length: length, members: members)
    }

    private init(path: String, file: FileHandle, length: UInt64, members: [Member]) {
        self.path = path
        self.file = file
        self.length = length
        self.members = members
    }

    /// The contents of a member, proved by its checksum.
    func contents(of member: Member) throws(HistoryError) -> [UInt8] {
        guard member.size <= Self.greatestMember, member.compressedSize <= Self.greatestMember else {
            throw .archive(path: path, reason: "\(member.name) is larger than any table of candles")
        }
        let header = try read(member.headerOffset, 30)
        guard header.little32(at: 0) == 0x0403_4B50, let name = header.little16(at: 26),
            let extra = header.little16(at: 28)
        else { throw .archive(path: path, reason: "\(member.name): its header is damaged") }
        let data = try read(member.headerOffset + 30 + UInt64(name) + UInt64(extra), member.compressedSize)
        let contents: [UInt8]
        switch member.method {
        case 0: contents = data
        case 8: contents = try Gzip.inflateRaw(data[...], size: Int(member.size), path: path + ": " + member.name)
        default: throw .archive(path: path, reason: "\(member.name) is compressed in a way that is not known here")
        }
        guard Gzip.checksum(contents) == member.checksum else {
            throw .archive(path: path, reason: "\(member.name) is damaged: its checksum is another")
        }
        return contents
    }

    /// Where the central directory is, from the record at the end of the file.
    private func directory() throws(HistoryError) -> (offset: UInt64, size: UInt64) {
        let tailLength = min(length, 65_557)
        let tail = try read(length - tailLength, tailLength)
        var index = tail.count - 22
        while index >= 0, tail.little32(at: index) != 0x0605_4B50 { index -= 1 }
        guard index >= 0, let size = tail.little32(at: index + 12), let offset = tail.little32(at: index + 16) else {
            throw .archive(path: path, reason: "not a zip file, or one that was not fetched whole")
        }
        var place = (offset: UInt64(offset), size: UInt64(size))
        if offset == .max || size == .max || tail.little16(at: index + 10) == .max {
            guard index >= 20, tail.little32(at: index - 20) == 0x0706_4B50,
                let recordOffset = tail.little64(at: index - 12)
            else { throw .archive(path: path, reason: "its large-file record is missing") }
            let record = try read(recordOffset, 56)
            guard record.little32(at: 0) == 0x0606_4B50, let size = record.little64(at: 40),
                let offset = record.little64(at: 48)
            else { throw .archive(path: path, reason: "its large-file record is damaged") }
            place = (offset, size)
        }
        guard place.size <= Self.greatestDirectory else {
            throw .archive(path: path, reason: "its directory is larger than any archive's")
        }
        return place
    }

    private static func members(in bytes: [UInt8], path: String) throws(HistoryError) -> [Member] {
        var members: [Member] = []
        var index = 0
        while bytes.little32(at: index) == 0x0201_4B50 {
            guard let method = bytes.little16(at: index + 10), let checksum = bytes.little32(at: index + 16),
                let compressed = bytes.little32(at: index + 20), let size = bytes.little32(at: index + 24),
                let nameLength = bytes.little16(at: index + 28).map(Int.init),
                let extraLength = bytes.little16(at: index + 30).map(Int.init),
                let commentLength = bytes.little16(at: index + 32).map(Int.init),
                let offset = bytes.little32(at: index + 42),
                index + 46 + nameLength + extraLength + commentLength <= bytes.count
            else { throw .archive(path: path, reason: "its directory is damaged") }
            let nameEnd = index + 46 + nameLength
            var large = LargeSizes(bytes[nameEnd..<nameEnd + extraLength])
            // The large values come in this order, and only those that are missing here.
            let fullSize = size == .max ? large.next() : UInt64(size)
            let fullCompressed = compressed == .max ? large.next() : UInt64(compressed)
            let fullOffset = offset == .max ? large.next() : UInt64(offset)
            members.append(
                Member(
                    name: String(decoding: bytes[(index + 46)..<nameEnd], as: UTF8.self), method: method,
                    checksum: checksum, compressedSize: fullCompressed, size: fullSize, headerOffset: fullOffset))
            index = nameEnd + extraLength + commentLength
        }
        return members
    }

    private func read(_ offset: UInt64, _ count: UInt64) throws(HistoryError) -> [UInt8] {
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= length else {
            throw .archive(path: path, reason: "it ends too early: fetch it again, whole")
        }
        do {
            try file.seek(toOffset: offset)
            let data = try file.read(upToCount: Int(count)) ?? Data()
            guard data.count == Int(count) else {
                throw HistoryError.archive(path: path, reason: "it ends too early: fetch it again, whole")
            }
            return Array(data)
        } catch let error as HistoryError {
            throw error
        } catch {
            throw .archive(path: path, reason: error.localizedDescription)
        }
    }
}

/// Sizes and places beyond 32 bits, in the order in which the directory entry lacks them.
private struct LargeSizes {
    private var values: [UInt64] = []

    init(_ extra: ArraySlice<UInt8>) {
        let bytes = Array(extra)
        var index = 0
        while let id = bytes.little16(at: index), let size = bytes.little16(at: index + 2).map(Int.init) {
            if id == 1 {
                var place = index + 4
                while place + 8 <= min(index + 4 + size, bytes.count), let value = bytes.little64(at: place) {
                    values.append(value)
                    place += 8
                }
            }
            index += 4 + size
        }
        values.reverse()
    }

    /// A missing value becomes one that no file holds, so that reading there fails.
    mutating func next() -> UInt64 { values.popLast() ?? .max }
}

extension [UInt8] {
    fileprivate func little16(at index: Int) -> UInt16? {
        guard index >= 0, index + 2 <= count else { return nil }
        return UInt16(self[index]) | UInt16(self[index + 1]) << 8
    }

    fileprivate func little32(at index: Int) -> UInt32? {
        guard let low = little16(at: index), let high = little16(at: index + 2) else { return nil }
        return UInt32(low) | UInt32(high) << 16
    }

    fileprivate func little64(at index: Int) -> UInt64? {
        guard let low = little32(at: index), let high = little32(at: index + 4) else { return nil }
        return UInt64(low) | UInt64(high) << 32
    }
}
