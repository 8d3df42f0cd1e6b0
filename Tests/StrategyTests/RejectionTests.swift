import Market
import SmartMoney
import Testing

@testable import Strategy

/// One change of the scene that passes, one reason.
@Suite struct RejectionTests {
    private func decline(
        _ reason: SignalRule, bar: Int = 10, _ change: (inout Scene) -> Void, line: Int = #line
    ) {
        for side in Side.allCases {
            var scene = Scene(side: side)
            change(&scene)
            let findings = scene.findings()[bar]
            let candidate = findings.compactMap(\.candidate).first
            #expect(candidate?.reason == reason, "\(side), line \(line)")
            #expect(candidate?.side == side)
            #expect(findings.compactMap(\.signal).isEmpty)
            // In the order of the rules, each at most once.
            let order = candidate?.checks.compactMap { SignalRule.allCases.firstIndex(of: $0.name) } ?? []
            #expect(zip(order, order.dropFirst()).allSatisfy { $0 < $1 })
            #expect(candidate?.checks.last?.name == .usedOnce)
        }
    }

    @Test func warmedUp() { decline(.warmedUp) { $0.parameters.volatilityPeriod = 100 } }
    @Test func biasWithoutAverage() { decline(.warmedUp) { $0.parameters.biasAveragePeriod = 100 } }

    @Test func warmBiasTimeframes() {
        decline(.warmedUp) {
            $0.parameters.biasTimeframes = [.h4, .d1]
            $0.parameters.warmBiasTimeframes = 2
        }
    }

    @Test func biasAgainst() {
        decline(.bias) { $0.bias = [(.h4, rally.map { (2000 - $0.0, 2000 - $0.2, 2000 - $0.1, 2000 - $0.3) })] }
    }

    @Test func biasInConflict() {
        decline(.bias) {
            $0.parameters.biasTimeframes = [.h4, .d1]
            $0.bias.append((.d1, rally.map { (2000 - $0.0, 2000 - $0.2, 2000 - $0.1, 2000 - $0.3) }))
        }
    }

    @Test func biasNeutral() { decline(.bias) { $0.parameters.biasBand = 5 } }
    @Test func displacement() { decline(.displacement) { $0.parameters.smartMoney.displacementBody = 50 } }

    @Test func zone() {
        decline(.zone) {
            $0.parameters.setups = [.gap]
            $0.parameters.smartMoney.gapMinimumATR = 50
        }
    }

    /// The gap of bar 10 is touched by bar 11 before bar 12 breaks the level.
    @Test func freshness() {
        decline(.freshness, bar: 12) {
            $0.parameters.setups = [.gap]
            $0.rows[9...] = [
                (992, 1003, 991, 1002), (1002, 1011, 1004, 1010), (1010, 1012, 1002, 1009), (1009, 1022, 1008, 1020),
            ]
        }
    }

    @Test func discount() { decline(.discount) { $0.parameters.setups = [.breakRetest] } }

    @Test func sweep() {
        decline(.sweep) {
            $0.parameters.requiresSweep = true
            $0.rows[7] = (1006, 1007, 999, 1000)
            $0.rows[8] = (1000, 1000, 990, 992)
        }
        var scene = Scene()
        scene.parameters.requiresSweep = true
        #expect(scene.findings()[10].contains { $0.signal?.checks.contains { $0.name == .sweep } == true })
    }

    @Test func trendStrength() { decline(.trendStrength) { $0.parameters.minimumADX = 99.9 } }
    @Test func volatilityTooHigh() { decline(.volatility) { $0.parameters.maximumVolatility = 0 } }

    @Test func volatilityTooLow() {
        decline(.volatility) {
            $0.parameters.volatilityPeriod = 8
            $0.parameters.minimumVolatility = 1
        }
    }

    @Test func stopDistance() { decline(.stopDistance) { $0.parameters.minimumStopNoise = 5 } }
    @Test func firstTarget() { decline(.firstTarget) { $0.parameters.minimumReward = 15 } }

    /// The second low is lower in price and in RSI.
    @Test func divergence() { decline(.divergence) { $0.parameters.requiresDivergence = true } }

    /// The second low is made by a wick: lower in price, stronger in RSI.
    @Test(arguments: Side.allCases) func divergencePasses(side: Side) throws {
        var scene = Scene(side: side)
        scene.parameters.requiresDivergence = true
        scene.parameters.discount = 0.7
        scene.parameters.minimumReward = 0.5
        scene.rows[5...8] = [
            (1000, 1011, 999, 1010), (1010, 1012, 1004, 1008), (1008, 1009, 1000, 1008), (1008, 1008, 990, 1007),
        ]
        let signal = try #require(scene.findings()[10].compactMap(\.signal).first)
        #expect(signal.checks.contains { $0.name == .divergence && $0.passed })
    }

    /// A second break further up whose search for a block comes back to the block of the first.
    @Test func usedOnce() {
        for side in Side.allCases {
            var scene = Scene(side: side)
            scene.parameters.smartMoney.blockSearch = 10
            scene.rows += [(1018, 1024, 1012, 1019), (1019, 1023, 1010, 1020), (1020, 1029, 1015, 1027)]
            let findings = scene.findings()
            let signal = findings[10].compactMap(\.signal).first
            let candidate = findings[13].compactMap(\.candidate).first
            #expect(signal != nil && candidate?.id == signal?.id)
            #expect(candidate?.reason == .usedOnce)
        }
    }

    @Test func everyReasonIsTested() {
        // All rules have a test above; a new rule must get one.
        #expect(SignalRule.allCases.count == 13)
    }
}
