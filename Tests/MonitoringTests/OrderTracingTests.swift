import Market
import Operations
import Strategy
import Synchronization
import Testing
import Tracing
import Trading
import Venue
import Wire

@testable import Monitoring

@Suite struct OrderTracingTests {
    private static let start = Timestamp(seconds: 1_700_000_000)

    /// Spans in the order in which they ended.
    private final class Ended: Sendable {
        private let spans = Mutex<[FinishedSpan]>([])
        func take(_ span: FinishedSpan) { spans.withLock { $0.append(span) } }
        var all: [FinishedSpan] { spans.withLock { $0 } }
    }

    /// A session that tells of one setup: its entry is filled in part and cancelled, its stop is refused.
    private struct Script {
        let ended = Ended()
        let tracing: OrderTracing
        let instrument: InstrumentID
        let pair: SpotPair

        init(session: String = "live main kraken") throws {
            instrument = try #require(InstrumentID("PF_XBTUSD"))
            pair = try #require(SpotPair("BTC/USD"))
            tracing = OrderTracing(on: SessionTracer(seed: session, ended: ended.take), session: session)
        }

        func order(_ role: OrderRole, _ kind: OrderKind, _ quantity: Quantity = Quantity(2)) -> Order {
            Order(
                id: OrderID(setup: 7, role: role, sequence: 1), instrument: instrument,
                side: role == .entry ? .long : .short, quantity: quantity, kind: kind, reduceOnly: role != .entry,
                role: role)
        }

        func record(_ record: RuntimeRecord, at time: Timestamp) {
            for news in OrderNews.from(record, at: time) { tracing.take(news) }
        }

        func tell(_ news: VenueEvent, after interval: Interval) {
            let time = start + interval
            record(.event(Event(time: start, received: time, fact: .venue(news))), at: time)
        }

        func decide(_ orders: [Order], after interval: Interval = .zero) {
            var outcome = Outcome()
            outcome.notes = [
                .decided(
                    Decision(
                        time: start, pair: pair, side: .long, setup: .gap, setupID: SetupID(7),
                        verdict: .taken(quantity: Quantity(2), entry: Price(100), stop: Price(90)), checks: []))
            ]
            outcome.commands = orders.map { .place($0) }
            record(.outcome(outcome), at: start + interval)
        }

        func fill(_ order: Order, _ quantity: Quantity, id: UInt64 = 5) -> VenueEvent {
            .filled(
                Fill(
                    id: id, order: order.id, instrument: instrument, side: order.side, quantity: quantity,
                    price: Price(100), fee: Money(1), liquidity: .maker, cause: .order, time: start))
        }

        func play() {
            let entry = order(.entry, .limit(Price(100)))
            record(.happening(.phase(.ready), at: start), at: start)
            decide([entry])
            tracing.take(.journaled([entry.id], at: start + .milliseconds(2)))
            tracing.take(.sent([entry.id], at: start + .milliseconds(3)))
            tell(.accepted(entry.id), after: .milliseconds(20))
            tell(fill(entry, Quantity(1)), after: .seconds(1))
            let stop = order(.stop, .stopMarket(trigger: Price(90), .mark), Quantity(1))
            var protecting = Outcome()
            protecting.commands = [.place(stop)]
            protecting.notes = [.stopMoved(TradeID(1), at: start, to: Price(90), reason: .initial)]
            record(.outcome(protecting), at: start + .seconds(1))
            tracing.take(.sent([stop.id], at: start + .milliseconds(1_004)))
            tell(.rejected(stop.id, .triggerAlreadyReached), after: .milliseconds(1_050))
            var giving = Outcome()
            giving.commands = [.cancel(entry.id, instrument)]
            record(.outcome(giving), at: start + .seconds(2))
            tell(.cancelled(entry.id, .requested, remaining: Quantity(1)), after: .milliseconds(2_030))
            var over = Outcome()
            over.notes = [.entryAbandoned(SetupID(7), at: start + .seconds(3), reason: .expired)]
            record(.outcome(over), at: start + .seconds(3))
        }
    }

    @Test func anOrdersLifeIsOneTree() throws {
        let script = try Script()
        script.play()
        let text = OTLPText(resource: [("service.name", "trident")]).request(script.ended.all)
        #expect(String(decoding: text, as: UTF8.self) == Self.golden)
        // Whoever reads it finds JSON.
        _ = try JSONValue(text)
    }

    /// Lines are broken for the reader. Names: the first bytes of SHA-256 of session, what it is, and what of it, with zero
    /// bytes between them.
    private static let golden =
        #"""
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"trident"}}]},"scopeSpans":[{"scope":{"name":"trident.orders"},"spans":[
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"4a81e4412335c5d3","parentSpanId":"a05b4717515f0ff0","name":"journal","kind":1,
        "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000002000000","status":{}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"1237efe93016a5b3","parentSpanId":"a05b4717515f0ff0","name":"send","kind":1,
        "startTimeUnixNano":"1700000000002000000","endTimeUnixNano":"1700000000003000000","status":{}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"aa65dfb5b5a2e25f","parentSpanId":"a05b4717515f0ff0","name":"acknowledge","kind":1,
        "startTimeUnixNano":"1700000000003000000","endTimeUnixNano":"1700000000020000000","status":{}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"9a4ed4ad61244635","parentSpanId":"a05b4717515f0ff0","name":"fill","kind":1,
        "startTimeUnixNano":"1700000000020000000","endTimeUnixNano":"1700000001000000000","attributes":[
        {"key":"trident.fill.fee","value":{"stringValue":"1"}},
        {"key":"trident.fill.id","value":{"stringValue":"5"}},
        {"key":"trident.fill.liquidity","value":{"stringValue":"maker"}},
        {"key":"trident.fill.price","value":{"stringValue":"100"}},
        {"key":"trident.fill.quantity","value":{"stringValue":"1"}}],
        "status":{}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"9c4dc41fa4628730","parentSpanId":"525c316b06533c37","name":"send","kind":1,
        "startTimeUnixNano":"1700000001000000000","endTimeUnixNano":"1700000001004000000","status":{}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"90a25693d0f61b4c","parentSpanId":"525c316b06533c37","name":"acknowledge","kind":1,
        "startTimeUnixNano":"1700000001004000000","endTimeUnixNano":"1700000001050000000","status":{"message":"triggerAlreadyReached","code":2}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"525c316b06533c37","parentSpanId":"356a90beeec17a03","name":"order","kind":3,
        "startTimeUnixNano":"1700000001000000000","endTimeUnixNano":"1700000001050000000","attributes":[
        {"key":"trident.instrument","value":{"stringValue":"PF_XBTUSD"}},
        {"key":"trident.order.end_reason","value":{"stringValue":"triggerAlreadyReached"}},
        {"key":"trident.order.filled","value":{"stringValue":"0"}},
        {"key":"trident.order.fills","value":{"intValue":"0"}},
        {"key":"trident.order.id","value":{"stringValue":"00000000-0000-0007-0000-000200000001"}},
        {"key":"trident.order.kind","value":{"stringValue":"stop_market"}},
        {"key":"trident.order.outcome","value":{"stringValue":"rejected"}},
        {"key":"trident.order.price","value":{"stringValue":"90"}},
        {"key":"trident.order.quantity","value":{"stringValue":"1"}},
        {"key":"trident.order.reason","value":{"stringValue":"initial"}},
        {"key":"trident.order.reduce_only","value":{"boolValue":true}},
        {"key":"trident.order.role","value":{"stringValue":"stop"}},
        {"key":"trident.phase","value":{"stringValue":"ready"}},
        {"key":"trident.side","value":{"stringValue":"short"}}],
        "status":{"message":"rejected: triggerAlreadyReached","code":2}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"a05b4717515f0ff0","parentSpanId":"356a90beeec17a03","name":"order","kind":3,
        "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000002030000000","attributes":[
        {"key":"trident.instrument","value":{"stringValue":"PF_XBTUSD"}},
        {"key":"trident.order.end_reason","value":{"stringValue":"requested"}},
        {"key":"trident.order.filled","value":{"stringValue":"1"}},
        {"key":"trident.order.fills","value":{"intValue":"1"}},
        {"key":"trident.order.id","value":{"stringValue":"00000000-0000-0007-0000-000100000001"}},
        {"key":"trident.order.kind","value":{"stringValue":"limit"}},
        {"key":"trident.order.outcome","value":{"stringValue":"cancelled"}},
        {"key":"trident.order.price","value":{"stringValue":"100"}},
        {"key":"trident.order.quantity","value":{"stringValue":"2"}},
        {"key":"trident.order.reason","value":{"stringValue":"fvg"}},
        {"key":"trident.order.reduce_only","value":{"boolValue":false}},
        {"key":"trident.order.remaining","value":{"stringValue":"1"}},
        {"key":"trident.order.role","value":{"stringValue":"entry"}},
        {"key":"trident.phase","value":{"stringValue":"ready"}},
        {"key":"trident.side","value":{"stringValue":"long"}}],
        "events":[{"timeUnixNano":"1700000002000000000","name":"cancel"}],
        "status":{}},
        {"traceId":"44bc4bc28e2ecd490c23050051e1af5a","spanId":"356a90beeec17a03","name":"setup","kind":1,
        "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000003000000000","attributes":[
        {"key":"trident.pair","value":{"stringValue":"BTC/USD"}},
        {"key":"trident.phase","value":{"stringValue":"ready"}},
        {"key":"trident.setup.end_reason","value":{"stringValue":"expired"}},
        {"key":"trident.setup.id","value":{"stringValue":"0000000000000007"}},
        {"key":"trident.setup.kind","value":{"stringValue":"fvg"}},
        {"key":"trident.setup.outcome","value":{"stringValue":"abandoned"}},
        {"key":"trident.side","value":{"stringValue":"long"}}],
        "status":{}}
        ]}]}]}
        """#
        .filter { $0 != "\n" }

    @Test func namesComeFromSessionAndOrderOnly() throws {
        func play(_ session: String) throws -> [SpanIdentity] {
            let script = try Script(session: session)
            script.play()
            return script.ended.all.map(\.identity)
        }
        let first = try play("live main kraken")
        #expect(Set(first).count == first.count)
        #expect(Set(first.map(\.trace)).count == 1)
        #expect(try play("live main kraken") == first)
        #expect(Set(try play("live other kraken")).isDisjoint(with: first))
    }

    @Test func anOrderThatIsFilledEndsWithItsLastFill() throws {
        let script = try Script()
        let entry = script.order(.entry, .postOnly(Price(100)))
        script.decide([entry])
        script.tell(script.fill(entry, Quantity(1), id: 1), after: .seconds(1))
        #expect(!script.ended.all.contains { $0.name == "order" })
        script.tell(script.fill(entry, Quantity(1), id: 2), after: .seconds(4))
        let order = try #require(script.ended.all.last)
        #expect(order.name == "order")
        #expect(order.text("trident.order.outcome") == "filled")
        #expect(order.text("trident.order.filled") == "2")
        #expect(order.end == UInt64((Self.start + .seconds(4)).nanoseconds))
        #expect(order.status == nil)
        // The first fill is also the first answer.
        #expect(script.ended.all.map(\.name) == ["acknowledge", "fill", "fill", "order"])
    }

    @Test func anAmendmentChangesWhatFillsAnOrder() throws {
        let script = try Script()
        let entry = script.order(.entry, .limit(Price(100)))
        script.decide([entry])
        script.tell(script.fill(entry, Quantity(1), id: 1), after: .seconds(1))
        func amend(_ quantity: Quantity) {
            var outcome = Outcome()
            outcome.commands = [.amend(entry.id, script.instrument, quantity: quantity, price: nil)]
            script.record(.outcome(outcome), at: Self.start + .seconds(2))
        }
        amend(Quantity(9))
        // Not the order is refused: it stays as it was.
        script.tell(.rejected(entry.id, .quantityTooLarge), after: .seconds(2))
        amend(Quantity(3))
        script.tell(.amended(entry.id), after: .seconds(2))
        script.tell(script.fill(entry, Quantity(1), id: 2), after: .seconds(3))
        #expect(!script.ended.all.contains { $0.name == "order" })
        script.tell(script.fill(entry, Quantity(2), id: 3), after: .seconds(4))
        let order = try #require(script.ended.all.last)
        #expect(order.text("trident.order.outcome") == "filled")
        #expect(order.happenings.map(\.name) == ["amend", "amendment rejected", "amend", "amended"])
    }

    @Test func anOrderWithoutAnAnswerIsAnErrorUntilItIsFound() throws {
        let script = try Script()
        let lost = script.order(.entry, .limit(Price(100)))
        let found = script.order(.target, .limit(Price(110)))
        script.decide([lost, found])
        for order in [lost, found] {
            let time = Self.start + .seconds(5)
            script.record(.happening(.outcomeUnknown(order.id), at: time), at: time)
        }
        script.tell(.accepted(found.id), after: .seconds(6))
        let acknowledged = try #require(script.ended.all.last)
        #expect(acknowledged.status == SpanStatus(code: .error, message: "no answer; found out later"))
        let end = Self.start + .seconds(9)
        script.record(.happening(.phase(.ended), at: end), at: end)
        let orders = script.ended.all.filter { $0.name == "order" }
        #expect(orders.map { $0.text("trident.order.outcome") } == ["unknown", "left at the exchange"])
        #expect(orders.map(\.status) == [SpanStatus(code: .error, message: "outcome unknown"), nil])
        #expect(script.ended.all.last?.text("trident.setup.outcome") == "left open")
    }

    @Test func aTradeOfAnEarlierSessionStillEndsItsTrace() throws {
        let script = try Script()
        script.play()
        let setup = try #require(script.ended.all.last?.identity)
        let later = try Script()
        var outcome = Outcome()
        outcome.notes = [.closed(Self.trade(later.instrument, later.pair))]
        later.record(.outcome(outcome), at: Self.start + .hours(1))
        let span = try #require(later.ended.all.first)
        #expect(span.identity == setup)
        #expect(span.text("trident.setup.end_reason") == "take_profit_1")
        #expect(span.start == UInt64(Self.start.nanoseconds))
        #expect(span.end == UInt64((Self.start + .hours(1)).nanoseconds))
    }

    private static func trade(_ instrument: InstrumentID, _ pair: SpotPair) -> Trade {
        Trade(
            id: TradeID(3), setupID: SetupID(7), instrument: instrument, pair: pair, side: .long, setup: .gap,
            decidedAt: start, openedAt: start + .seconds(1), closedAt: start + .hours(1), quantity: Quantity(1),
            entryPrice: Price(100), exitPrice: Price(110), initialStop: Price(90), exitReason: .takeProfit1,
            gross: Money(10), fees: Money(1), funding: .zero, risk: Money(10), maeR: 0, mfeR: 1, naked: .zero, legs: [],
            stops: [],
            targets: [], drawings: [])
    }

    @Test func whatIsRememberedIsBounded() throws {
        let script = try Script()
        let count = OrderTracing.limit + 3
        for number in 0..<count {
            var outcome = Outcome()
            outcome.commands = [
                .place(
                    Order(
                        id: OrderID(setup: UInt64(number), role: .entry, sequence: 0), instrument: script.instrument,
                        side: .long, quantity: Quantity(1), kind: .market, reduceOnly: false, role: .entry))
            ]
            script.record(.outcome(outcome), at: Self.start)
        }
        #expect(
            script.ended.all.map { $0.text("trident.order.outcome") } == Array(repeating: "lost sight of", count: 3))
    }

    @Test func spansThatAreGivenNoNameAreCounted() {
        let ended = Ended()
        let tracer = SessionTracer(seed: "s", ended: ended.take)
        let outer = tracer.startSpan("outer", at: SessionInstant(Self.start))
        let inner = tracer.startSpan("inner", context: outer.context, at: SessionInstant(Self.start + .seconds(1)))
        inner.addLink(SpanLink(context: outer.context, attributes: [:]))
        inner.end(at: SessionInstant(Self.start))
        inner.end(at: SessionInstant(Self.start + .seconds(5)))
        outer.end(at: SessionInstant(Self.start + .seconds(2)))
        let spans = ended.all
        #expect(spans.map(\.name) == ["inner", "outer"])
        #expect(spans[0].parent == spans[1].identity.span)
        #expect(spans[0].identity.trace == spans[1].identity.trace)
        #expect(spans[0].identity.span != spans[1].identity.span)
        #expect(spans[0].links.map(\.identity) == [spans[1].identity])
        // Nothing ends before it began, and nothing twice.
        #expect(spans[0].end == spans[0].start)
        #expect(!inner.isRecording)
    }
}

extension FinishedSpan {
    fileprivate func text(_ name: String) -> String? {
        guard case .string(let text) = attributes.first(where: { $0.name == name })?.value else { return nil }
        return text
    }
}
