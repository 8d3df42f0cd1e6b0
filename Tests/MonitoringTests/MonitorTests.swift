import Kraken
import Market
import Monitoring
import Notices
import Operations
import Sockets
import Strategy
import Synchronization
import Testing
import Trading
import Venue
import Wire

extension OverSockets {
    @Suite struct MonitorTests {
        private static let start = Timestamp(seconds: 1_700_000_000)

        private final class ManualClock: Sendable {
            private let time = Mutex(MonitorTests.start)
            var now: Timestamp { time.withLock { $0 } }
            func advance(_ interval: Interval) { time.withLock { $0 = $0 + interval } }
        }

        @Test func aSessionThatFallsSilentIsCritical() async throws {
            let clock = ManualClock()
            try await Stage.run(
                { ChannelAddresses(webhook: .init(address: Redacted($0 + "/hook"))) }, clock: { clock.now },
                script: { _, _ in .ok }
            ) { stage in
                stage.monitor.publish(Array("{}".utf8), phase: .ready)
                clock.advance(.seconds(31))
                stage.monitor.post(Stage.alert(.info, "something to look at"))
                var texts: [String] = []
                for _ in 0..<2 { texts.append(try await stage.next().text) }
                #expect(texts.contains { $0.contains("the session has not moved for 31 s") && $0.contains("critical") })
                stage.monitor.publish(Array("{}".utf8), phase: .ready)
                stage.monitor.post(Stage.alert(.critical, "something else"))
                let said = try await stage.next().text
                #expect(said.contains("something else"))
                #expect(stage.log.all.contains("info: the session moves again"))
            }
        }

        @Test func whatTheSessionRecordsIsCounted() async throws {
            try await Stage.run({ _ in ChannelAddresses() }, script: { _, _ in .ok }) { stage in
                let monitor = stage.monitor
                let instrument = try #require(InstrumentID("PF_XBTUSD"))
                func order(_ role: OrderRole) -> Order {
                    Order(
                        id: OrderID(setup: 1, role: role, sequence: 0), instrument: instrument, side: .long,
                        quantity: Quantity(1), kind: .market, reduceOnly: role != .entry, role: role)
                }
                func tell(_ news: VenueEvent, at time: Timestamp) {
                    monitor.observe(.event(Event(time: time, received: time, fact: .venue(news))), at: time)
                }
                var outcome = Outcome()
                outcome.commands = [.place(order(.entry)), .place(order(.stop)), .cancel(order(.entry).id, instrument)]
                for verdict in [
                    Decision.Verdict.refused(.risk, reason: "basis"), .refused(.risk, reason: "basis"),
                    .taken(quantity: Quantity(1), entry: Price(2), stop: Price(1)),
                ] {
                    outcome.notes.append(
                        .decided(
                            Decision(
                                time: Self.start, pair: try #require(SpotPair("BTC/USD")), side: .long, setup: .gap,
                                setupID: SetupID(1), verdict: verdict, checks: [])))
                }
                monitor.observe(.outcome(outcome), at: Self.start)
                tell(.accepted(order(.entry).id), at: Self.start + .milliseconds(20))
                // Only the first answer counts.
                tell(.accepted(order(.entry).id), at: Self.start + .seconds(20))
                tell(.rejected(order(.stop).id, .duplicateOrder), at: Self.start + .milliseconds(300))
                tell(
                    .filled(
                        Fill(
                            id: 1, order: order(.entry).id, instrument: instrument, side: .long, quantity: Quantity(1),
                            price: Price(100), fee: .zero, liquidity: .taker, cause: .order, time: Self.start)),
                    at: Self.start + .seconds(1))
                monitor.observe(.happening(.health(.prices, .recovering), at: Self.start), at: Self.start)
                monitor.observe(.happening(.health(.prices, .healthy), at: Self.start), at: Self.start)
                monitor.observe(.happening(.health(.prices, .recovering), at: Self.start), at: Self.start)
                #expect(stage.log.all == ["debug: order accepted", "debug: order rejected"])
                let text = monitor.registry.text()
                for line in [
                    #"trident_orders_total{role="entry"} 1"#, #"trident_orders_total{role="stop"} 1"#,
                    #"trident_orders_total{role="close"} 0"#, "trident_fills_total 1", "trident_rejects_total 1",
                    #"trident_reconnects_total{line="prices"} 1"#, #"trident_reconnects_total{line="candles"} 0"#,
                    #"trident_decisions_total{gate="basis",outcome="risk"} 2"#,
                    #"trident_decisions_total{gate="",outcome="taken"} 1"#,
                    #"trident_order_round_trip_seconds_bucket{le="0.025"} 1"#,
                    "trident_order_round_trip_seconds_sum 0.32", "trident_order_round_trip_seconds_count 2",
                ] {
                    #expect(text.contains("\n" + line + "\n"), "\(line)")
                }
            }
        }

        @Test func theStandingIsShownAsFigures() async throws {
            try await Stage.run({ ChannelAddresses(slack: Redacted($0 + "/slack")) }, script: { _, _ in .ok }) {
                stage in
                func publish(_ phase: Phase, _ equity: String, naked: String) async throws {
                    let status =
                        #"{"phase":"\#(phase.name)","equity":"\#(equity)","initial_margin":"12","positions":[{}],"#
                        + #""orders":[],"naked_seconds":\#(naked)}"#
                    stage.monitor.publish(Array(status.utf8), phase: phase)
                    // The monitor looks at it before it sends this.
                    stage.monitor.post(Stage.alert(.critical, "look"))
                    _ = try await stage.next()
                }
                try await publish(.syncing, "100", naked: "1.5")
                try await publish(.ready, "100", naked: "4.25")
                // A new journal.
                try await publish(.ready, "99.5", naked: "0.5")
                let text = stage.monitor.registry.text()
                for line in [
                    "trident_naked_seconds_total 4.75", "trident_equity_usd 99.5", "trident_initial_margin_usd 12",
                    "trident_positions 1",
                    "trident_open_orders 0", #"trident_phase{phase="ready"} 1"#, #"trident_phase{phase="syncing"} 0"#,
                ] {
                    #expect(text.contains("\n" + line + "\n"), "\(line)")
                }
            }
        }

        @Test func whatIsGatheredIsDeliveredBeforeTheEnd() async throws {
            try await Stage.run({ ChannelAddresses(slack: Redacted($0 + "/slack")) }, script: { _, _ in .ok }) {
                stage in
                for text in ["starting", "stopping", "ended"] { stage.monitor.post(Stage.alert(.info, text, .session)) }
                await stage.monitor.stop()
                let first = try await stage.next().text
                #expect(first.contains("starting"))
                let last = try await stage.next().text
                #expect(last.contains("stopping"))
                #expect(last.contains("ended"))
            }
        }

        @Test func whatWaitsIsDeliveredBeforeTheEnd() async throws {
            try await Stage.run(
                { ChannelAddresses(slack: Redacted($0 + "/slack")) },
                script: { _, number in number == 0 ? .status(500) : .ok }
            ) { stage in
                stage.monitor.post(Stage.alert(.critical, "the last word"))
                await stage.monitor.stop()
                #expect(stage.server.counts.requests == 2)
                // Nothing happens any more, and nothing breaks.
                stage.monitor.post(Stage.alert(.critical, "too late"))
                await stage.monitor.stop()
                #expect(stage.server.counts.requests == 2)
            }
        }
    }
}
