import Market
import SmartMoney
import TestSupport
import Testing

@testable import Strategy

@Suite struct SetupTests {
    /// The signal of the last bar of a scene.
    private func lastSignal(_ scene: Scene) -> Signal? { scene.findings().last?.compactMap(\.signal).first }

    private func expectSound(_ signal: Signal, _ scene: Scene) {
        #expect(signal.checks.allSatisfy { $0.passed })
        #expect(signal.pair == pair && signal.side == scene.side)
        #expect(signal.decidedAt == monday + .hours(Int64(scene.rows.count)))
        #expect(signal.expiresAt == signal.decidedAt + .hours(30))
        let shares = signal.targets.map(\.share).reduce(Rate.zero, +)
        #expect(shares == .basisPoints(8000))
        let rewards = signal.targets.map { $0.distance.double / signal.stopDistance.double }
        #expect(rewards.allSatisfy { $0 >= 1.5 - 1e-9 })
    }

    @Test(arguments: Side.allCases) func orderBlockWithGap(side: Side) throws {
        let scene = Scene(side: side)
        let signal = try #require(lastSignal(scene))
        expectSound(signal, scene)
        #expect(signal.setup == .orderBlockWithGap)
        #expect(signal.entry == .limit(SpotPrice(scene.price(1000))))
        #expect(signal.reference == SpotPrice(scene.price(1018)))
        // The far edge at 990 and a quarter of the ATR.
        let atr = try #require(scene.findings().last?.compactMap(\.guidance).first?.atr)
        let price = scene.price(1000).double
        let expected = 10 + 0.25 * atr.double * scene.price(1018).double
        #expect(abs(signal.stopDistance.double * price - expected) < 1e-6)
        // The only resting pool is the high at 1030.
        #expect(signal.targets.count == 1 && abs(signal.targets[0].distance.double * price - 30) < 1e-6)
        #expect(signal.expectedHold == .hours(36) && signal.timeExit == .hours(108))
    }

    @Test(arguments: Side.allCases) func orderBlock(side: Side) throws {
        var scene = Scene(side: side)
        scene.parameters.setups = [.orderBlock]
        let signal = try #require(lastSignal(scene))
        expectSound(signal, scene)
        #expect(signal.setup == .orderBlock && signal.entry == .limit(SpotPrice(scene.price(1000))))
        // Without any gap there is no block with a gap, but still the block.
        scene.parameters.setups = [.orderBlockWithGap]
        scene.parameters.smartMoney.gapMinimumATR = 50
        #expect(lastSignal(scene) == nil)
        scene.parameters.setups = [.orderBlockWithGap, .orderBlock]
        #expect(lastSignal(scene)?.setup == .orderBlock)
    }

    @Test(arguments: Side.allCases) func gap(side: Side) throws {
        var scene = Scene(side: side)
        scene.parameters.setups = [.gap]
        let signal = try #require(lastSignal(scene))
        expectSound(signal, scene)
        #expect(signal.setup == .gap && signal.entry == .limit(SpotPrice(scene.price(1004))))
        scene.parameters.entryPoint = .midpoint
        #expect(lastSignal(scene)?.entry == .limit(SpotPrice(scene.price(1002))))
    }

    /// At the break the level at 1012 lies in the upper half of the leg. When the leg has run to 1060 and that end is
    /// confirmed, it lies in the lower half: judged the second time it passes.
    @Test(arguments: Side.allCases) func breakRetest(side: Side) throws {
        var scene = Scene(side: side)
        scene.parameters.setups = [.breakRetest]
        #expect(scene.findings()[10].compactMap(\.candidate).first?.reason == .discount)
        scene.rows += [(1018, 1040, 1016, 1038), (1038, 1060, 1034, 1056), (1056, 1058, 1040, 1044)]
        let signal = try #require(lastSignal(scene))
        expectSound(signal, scene)
        #expect(signal.setup == .breakRetest && signal.entry == .limit(SpotPrice(scene.price(1012))))
        // The same level once price has come back to it is not fresh: nothing.
        scene.rows[11] = (1018, 1040, 1011, 1038)
        #expect(lastSignal(scene) == nil)
    }

    @Test(arguments: Side.allCases) func changeOfCharacterBreaksThePremise(side: Side) throws {
        let findings = Scene(side: side).findings()
        #expect(findings.flatMap { $0.compactMap(\.brokenSide) } == [side.opposite])
        #expect(findings[10].compactMap(\.brokenSide) == [side.opposite])
    }

    @Test func drawsWhatItSaw() throws {
        let signal = try #require(lastSignal(Scene()))
        let hour = { (bar: Int64) in monday + .hours(bar) }
        #expect(
            signal.drawings.prefix(2) == [
                .zone(label: "ob+fvg", from: hour(8), low: Price(990), high: Price(1000)),
                .level(label: "choch", from: hour(6), price: Price(1012)),
            ])
        #expect(signal.drawings.contains(.level(label: "target 1", from: hour(11), price: Price(1030))))
        #expect(signal.drawings.count == 4)
    }

    @Test func stopGoesBehindTheLegWhenAsked() throws {
        var scene = Scene()
        scene.parameters.setups = [.gap]
        scene.parameters.stopBase = .farther
        scene.parameters.minimumReward = 1
        let signal = try #require(lastSignal(scene))
        #expect(signal.stopDistance.double * 1004 > 14)
    }

    @Test func ladderPaysAtFixedMultiples() throws {
        var scene = Scene()
        scene.parameters.exitPlan = .ladder
        let signal = try #require(lastSignal(scene))
        let rewards = signal.targets.map { $0.distance.double / signal.stopDistance.double }
        #expect(rewards.count == 2 && abs(rewards[0] - 1) < 1e-9 && abs(rewards[1] - 2.5) < 1e-9)
        #expect(signal.targets.map(\.share) == [.basisPoints(4000), .basisPoints(4000)])
    }

    @Test func guidesEveryDecisionBar() throws {
        let findings = Scene().findings()
        #expect(findings.allSatisfy { $0.compactMap(\.guidance).count == 1 })
        let first = try #require(findings[0].compactMap(\.guidance).first)
        #expect(first.atr == nil && first.swingLow == nil && first.time == monday + .hours(1))
        let last = try #require(findings[10].compactMap(\.guidance).first)
        // Swing low 990 and swing high 1012, seen from 1018.
        #expect(last.swingLow == Price(28).ratio(to: Price(1018)))
        #expect(last.swingHigh == Price(-6).ratio(to: Price(1018)))
    }
}
