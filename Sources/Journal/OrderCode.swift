import Market
import Venue

/// Orders as bytes and back.
extension ByteWriter {
    mutating func put(_ order: Order) {
        put(order.id)
        put(order.instrument.description)
        put(order.side.rawValue)
        put(order.quantity)
        put(order.kind)
        put(order.reduceOnly)
        put(order.role.rawValue)
        put(order.worst) { $0.put($1) }
    }

    private mutating func put(_ kind: OrderKind) {
        switch kind {
        case .limit(let price):
            put(1 as UInt8)
            put(price)
        case .postOnly(let price):
            put(2 as UInt8)
            put(price)
        case .market: put(3 as UInt8)
        case .stopMarket(let trigger, let source):
            put(4 as UInt8)
            put(trigger)
            put(source.rawValue)
        case .takeProfitMarket(let trigger, let source):
            put(5 as UInt8)
            put(trigger)
            put(source.rawValue)
        }
    }
}

extension ByteReader {
    mutating func order() throws(RecordError) -> Order {
        Order(
            id: try orderID(), instrument: try instrument(), side: try word(Side.self), quantity: try quantity(),
            kind: try orderKind(), reduceOnly: try flag(), role: try word(OrderRole.self),
            worst: try optional { reader throws(RecordError) in try reader.price() })
    }

    private mutating func orderKind() throws(RecordError) -> OrderKind {
        switch try byte() {
        case 1: return .limit(try price())
        case 2: return .postOnly(try price())
        case 3: return .market
        case 4: return .stopMarket(trigger: try price(), try word(TriggerSource.self))
        case 5: return .takeProfitMarket(trigger: try price(), try word(TriggerSource.self))
        case let other: throw RecordError("\(other) is no kind of order")
        }
    }
}
