import Market
import Risk
import Strategy
import Trading
import Venue

/// What a trader at rest carries over, as bytes and back.
extension ByteWriter {
    mutating func put(_ over: Carryover) {
        put(over.risk)
        put(signed: Int64(over.trades))
        put(over.unattributedFunding)
        put(over.setups) { $0.put(fixed: $1.value) }
    }

    private mutating func put(_ memory: RiskMemory) {
        put(memory.equity) { $0.put($1) }
        put(memory.peak) { $0.put($1) }
        put(memory.dayStart) { $0.put($1) }
        put(memory.dayFirst)
        put(memory.dayLowest)
        put(signed: Int64(memory.dayEntries))
        put(memory.dayEnd)
        put(signed: Int64(memory.losses))
        put(memory.streakUntil)
        put(memory.pauses) {
            $0.put($1.instrument.description)
            $0.put($1.until)
        }
    }
}

extension ByteReader {
    mutating func carryover() throws(RecordError) -> Carryover {
        Carryover(
            risk: try riskMemory(), trades: try count(), unattributedFunding: try money(),
            setups: try list { reader throws(RecordError) in SetupID(try reader.fixed()) })
    }

    private mutating func riskMemory() throws(RecordError) -> RiskMemory {
        RiskMemory(
            equity: try optional { reader throws(RecordError) in try reader.money() },
            peak: try optional { reader throws(RecordError) in try reader.money() },
            dayStart: try optional { reader throws(RecordError) in try reader.time() }, dayFirst: try money(),
            dayLowest: try money(), dayEntries: try count(), dayEnd: try time(), losses: try count(),
            streakUntil: try time(),
            pauses: try list { reader throws(RecordError) in
                Cooldowns.Pause(instrument: try reader.instrument(), until: try reader.time())
            })
    }

    private mutating func count() throws(RecordError) -> Int {
        let value = try signed()
        guard value >= 0 else { throw RecordError("a count is below zero") }
        return Int(value)
    }
}
