import Journal
public import Trading

/// The safety record's file: two halves, written by turns and durable at once, so that a torn write costs only itself.
public struct SafetyDisk: Sendable {
    private var halves: [[UInt8]] = [[], []]
    private var sequence: UInt64 = 0

    public init() { write(.ready, detail: "first start") }

    mutating func write(_ state: SafetyState, detail: String) {
        sequence += 1
        halves[Int(sequence % 2)] = SafetyRecord(sequence: sequence, state: state, detail: detail).bytes
    }

    /// Power fails in the middle of the write.
    mutating func tear(_ state: SafetyState, detail: String, thousandths: Int) {
        let bytes = SafetyRecord(sequence: sequence + 1, state: state, detail: detail).bytes
        let half = Int((sequence + 1) % 2)
        let part = bytes.count * thousandths / 1_000
        halves[half] = Array(bytes[..<part] + halves[half].dropFirst(part))
    }

    /// What a restart finds; nil when both halves are damaged.
    public var state: SafetyState? {
        halves.compactMap { SafetyRecord($0) }.max { $0.sequence < $1.sequence }?.state
    }

    /// A new program counts on from what it finds.
    mutating func open() {
        sequence = halves.compactMap { SafetyRecord($0)?.sequence }.max() ?? 0
    }
}
