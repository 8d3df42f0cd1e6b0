import Market
import Trading
import Venue

/// The venue's news as bytes and back.
extension ByteWriter {
    mutating func put(_ news: VenueEvent) {
        switch news {
        case .accepted(let id): put(1, id)
        case .rejected(let id, let reason):
            put(2, id)
            put(reason.rawValue)
        case .triggered(let id): put(3, id)
        case .filled(let fill):
            put(4 as UInt8)
            put(fill)
        case .cancelled(let id, let reason, let remaining):
            put(5, id)
            put(reason.rawValue)
            put(remaining)
        case .amended(let id): put(6, id)
        case .notFound(let id): put(7, id)
        case .funding(let payment):
            put(8 as UInt8)
            put(payment.instrument.description)
            put(payment.amount)
            put(payment.rate.rate)
            put(payment.time)
        case .position(let report):
            put(9 as UInt8)
            put(report)
        case .account(let report):
            put(10 as UInt8)
            for amount in [report.balance, report.unrealised, report.initialMargin, report.maintenanceMargin] {
                put(amount)
            }
            put(report.time)
        case .found(let order, let rests):
            put(11 as UInt8)
            put(order)
            put(rests)
        }
    }

    private mutating func put(_ kind: UInt8, _ id: OrderID) {
        put(kind)
        put(id)
    }

    mutating func put(_ id: OrderID) {
        put(fixed: id.high)
        put(unsigned: id.low)
    }

    private mutating func put(_ fill: Fill) {
        put(fixed: fill.id)
        put(fill.order)
        put(fill.instrument.description)
        put(fill.side.rawValue)
        put(fill.quantity)
        put(fill.price)
        put(fill.fee)
        put(fill.liquidity.rawValue)
        put(fill.cause.rawValue)
        put(fill.time)
    }

    private mutating func put(_ report: PositionReport) {
        put(report.instrument.description)
        put(report.side.rawValue)
        put(report.quantity)
        put(report.entryPrice) { $0.put($1) }
        put(report.liquidationPrice) { $0.put($1) }
        put(report.time)
    }

    mutating func put(_ state: SafetyState) {
        switch state {
        case .ready: put(0 as UInt8)
        case .halted(let reason):
            put(1 as UInt8)
            put(reason.rawValue)
        case .flattening(let reason):
            put(2 as UInt8)
            put(reason.rawValue)
        }
    }
}

extension ByteReader {
    mutating func venueEvent() throws(RecordError) -> VenueEvent {
        switch try byte() {
        case 1: return .accepted(try orderID())
        case 2: return .rejected(try orderID(), try word(RejectReason.self))
        case 3: return .triggered(try orderID())
        case 4: return .filled(try fill())
        case 5: return .cancelled(try orderID(), try word(CancelReason.self), remaining: try quantity())
        case 6: return .amended(try orderID())
        case 7: return .notFound(try orderID())
        case 8:
            return .funding(
                FundingPayment(
                    instrument: try instrument(), amount: try money(), rate: HourlyFunding(try rate()),
                    time: try time()))
        case 9:
            return .position(
                PositionReport(
                    instrument: try instrument(), side: try word(Side.self), quantity: try quantity(),
                    entryPrice: try optional { reader throws(RecordError) in try reader.price() },
                    liquidationPrice: try optional { reader throws(RecordError) in try reader.price() },
                    time: try time()))
        case 10:
            return .account(
                AccountReport(
                    balance: try money(), unrealised: try money(), initialMargin: try money(),
                    maintenanceMargin: try money(), time: try time()))
        case 11: return .found(try order(), rests: try flag())
        case let other: throw RecordError("\(other) is no news of a venue")
        }
    }

    mutating func orderID() throws(RecordError) -> OrderID {
        OrderID(high: try fixed(), low: try unsigned())
    }

    private mutating func fill() throws(RecordError) -> Fill {
        Fill(
            id: try fixed(), order: try orderID(), instrument: try instrument(), side: try word(Side.self),
            quantity: try quantity(), price: try price(), fee: try money(), liquidity: try word(Liquidity.self),
            cause: try word(FillCause.self), time: try time())
    }

    mutating func safetyState() throws(RecordError) -> SafetyState {
        let kind = try byte()
        if kind == 0 { return .ready }
        let name = try text()
        guard let reason = HaltReason(rawValue: name) else { throw RecordError("'\(name)' is no reason to halt") }
        switch kind {
        case 1: return .halted(reason)
        case 2: return .flattening(reason)
        default: throw RecordError("\(kind) is no safety state")
        }
    }
}
