public import Market
import Research
import Wire

/// Which faults happen, in order of time.
public struct FaultPlan: Hashable, Sendable {
    public private(set) var faults: [Fault]

    public init(_ faults: [Fault] = []) { self.faults = faults.sorted { $0.at < $1.at } }

    /// Reads a list of faults, or an object that holds it as `faults`. Times may be counted from `start`.
    public init(_ json: [UInt8], start: Timestamp) throws(FaultError) {
        let value: JSONValue
        do { value = try JSONValue(json) } catch { throw FaultError("the plan is not JSON: \(error)") }
        guard let list = (value["faults"] ?? value).array else {
            throw FaultError("a plan is a list of faults, or an object with a list named 'faults'")
        }
        var faults: [Fault] = []
        for (place, one) in list.enumerated() {
            do throws(FaultError) {
                faults.append(try Fault(one, now: start))
            } catch {
                throw FaultError("fault \(place + 1): \(error)")
            }
        }
        self.init(faults)
    }

    /// Faults of `kinds` drawn by `seed`, one every `interval` on average from `start` on, for `length`.
    public init(
        seed: UInt64, kinds: [Fault.Kind], every interval: Interval, from start: Timestamp, for length: Interval
    ) {
        precondition(!kinds.isEmpty && interval > .zero, "a plan has kinds and a pace")
        var random = SplitMix(seed: seed)
        var faults: [Fault] = []
        var time = start
        while true {
            let gap = Int64.random(in: interval.nanoseconds / 2...interval.nanoseconds * 3 / 2, using: &random)
            time = time + Interval(nanoseconds: gap)
            guard time < start + length else { break }
            let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
            let lasting = Interval.milliseconds(Int64.random(in: 500...20_000, using: &random))
            let delay = Interval.milliseconds(Int64.random(in: 200...8_000, using: &random))
            faults.append(
                Fault(kind, at: time, count: Int.random(in: 1...3, using: &random), lasting: lasting, delay: delay))
        }
        self.init(faults)
    }

    mutating func add(_ fault: Fault) {
        let place = faults.firstIndex { $0.at > fault.at } ?? faults.count
        faults.insert(fault, at: place)
    }

    mutating func popFirst() -> Fault? { faults.isEmpty ? nil : faults.removeFirst() }
}
