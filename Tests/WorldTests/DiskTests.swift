import Journal
import Market
import Testing
import Trading

@testable import World

@Suite struct DiskTests {
    private static let records = (0..<20).map {
        JournalRecord.remark(Timestamp(nanoseconds: Int64($0)), name: "drill", detail: "record \($0)")
    }

    private static func names(_ disk: inout JournalDisk) throws -> [String] {
        var details: [String] = []
        try disk.open { if case .remark(_, _, let detail) = $0 { details.append(detail) } }
        return details
    }

    private static func sync(_ disk: inout JournalDisk) -> Bool { disk.sync() }
    private static func flush(_ disk: inout JournalDisk) -> Bool { disk.flush() }

    /// Five records are durable, five written, one gathered.
    private static func disk() throws -> JournalDisk {
        var disk = JournalDisk()
        _ = try names(&disk)
        for record in records[..<5] { disk.append(record) }
        #expect(Self.sync(&disk))
        for record in records[5..<10] { disk.append(record) }
        #expect(Self.flush(&disk))
        disk.append(records[10])
        return disk
    }

    @Test func aDeadProgramLosesWhatItGathered() throws {
        var disk = try Self.disk()
        disk.die(.program)
        let read = try Self.names(&disk)
        #expect(read.count == 10)
    }

    @Test func aDeadMachineLosesWhatWasNotDurable() throws {
        var disk = try Self.disk()
        disk.die(.machine)
        let read = try Self.names(&disk)
        #expect(read.count == 5)
    }

    @Test(arguments: [1, 200, 500, 999], [false, true])
    func aTornRecordIsCutAndTheChainGoesOn(thousandths: Int, zeros: Bool) throws {
        var disk = try Self.disk()
        disk.die(.machineWriting(thousandths: thousandths, zeros: zeros))
        let read = try Self.names(&disk)
        #expect(read.count == 10)
        disk.append(Self.records[11])
        #expect(Self.sync(&disk))
        disk.die(.machine)
        let again = try Self.names(&disk)
        #expect(again.last == "record 11")
    }

    @Test func nothingFollowsAHole() throws {
        var disk = try Self.disk()
        disk.isFull = true
        #expect(Self.sync(&disk) == false)
        disk.isFull = false
        disk.append(Self.records[12])
        #expect(Self.sync(&disk) == false)
        disk.die(.program)
        let read = try Self.names(&disk)
        #expect(read.count == 10)
        #expect(!disk.hasFailed)
    }

    @Test(arguments: [0, 1, 300, 900, 1_000]) func aTornSafetyRecordCostsOnlyItself(thousandths: Int) {
        var disk = SafetyDisk()
        disk.write(.halted(.operatorCommand), detail: "drill")
        disk.tear(.ready, detail: "drill", thousandths: thousandths)
        #expect(disk.state == (thousandths == 1_000 ? .ready : .halted(.operatorCommand)))
    }
}
