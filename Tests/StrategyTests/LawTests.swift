import Market
import SmartMoney
import TestSupport
import Testing

@testable import Strategy

/// Everything but the guidance, as text, by base bar.
private func story(_ findings: [[Finding]]) -> [(bar: Int, text: String)] {
    findings.enumerated().flatMap { bar, all in
        all.compactMap { finding in finding.guidance == nil ? (bar, "\(finding)") : nil }
    }
}

@Suite struct PrefixLawTests {
    /// The findings of the first n bars are those of the whole series that were made by then.
    private func expectPrefixLaw(
        _ parameters: SmartMoneyStrategyParameters, _ series: CandleSeries, cuts: [Int]
    ) {
        let whole = run(parameters, series, base: series.timeframe)
        let all = story(whole)
        #expect(all.count > 20)
        for cut in cuts {
            let part = run(parameters, series.prefix(cut), base: series.timeframe)
            #expect(story(part).map(\.text) == all.filter { $0.bar < cut }.map(\.text), "first \(cut)")
            #expect(part.flatMap { $0.compactMap(\.guidance) } == whole[..<cut].flatMap { $0.compactMap(\.guidance) })
        }
        for (bar, findings) in whole.enumerated() {
            let now = series[bar].openTime + series.timeframe.interval
            for finding in findings {
                switch finding {
                case .signal(let signal): #expect(signal.decidedAt <= now)
                case .declined(let candidate): #expect(candidate.decidedAt <= now)
                case .premiseBroken(_, let time): #expect(time <= now)
                case .guidance(let guidance): #expect(guidance.time <= now)
                case .withdrawn: break
                }
            }
        }
    }

    @Test(arguments: [1, 2] as [UInt64]) func holdsOnRandomBars(seed: UInt64) {
        let series = randomCandles(6000, seed: seed, timeframe: .m5)
        expectPrefixLaw(randomParameters(), series, cuts: [1, 2999, 3000, 3001, 4444, 5998])
    }

    @Test(.enabled(if: SharedData.isPresent, "needs ../shared/data")) func holdsOnRealBars() throws {
        let series = try recorded("sample/btcusd_kraken_spot_15m.csv.gz", .m15)
        expectPrefixLaw(.swing, series, cuts: [5003])
        expectPrefixLaw(.intraday, series, cuts: [6001])
    }
}

@Suite struct MirrorLawTests {
    /// Upside down, every finding is the same for the other side: same rules, same verdicts, same distances in price.
    @Test(arguments: [11, 12, 13] as [UInt64]) func holdsOnRandomBars(seed: UInt64) throws {
        var parameters = randomParameters()
        parameters.requiresDivergence = seed == 13
        parameters.requiresSweep = seed == 12
        let series = randomCandles(8000, seed: seed, timeframe: .m5)
        let top = try #require(series.highs.max())
        let bottom = try #require(series.lows.min())
        let upright = run(parameters, series, base: .m5)
        let turned = run(parameters, mirrored(series, around: top + bottom), base: .m5)
        var signals = 0
        for (here, there) in zip(upright, turned) {
            try #require(here.count == there.count)
            for (a, b) in zip(here, there) {
                try expectMirrored(a, b, around: top + bottom)
                if a.signal != nil { signals += 1 }
            }
        }
        // A divergence is rare.
        #expect(signals > (parameters.requiresDivergence ? 0 : 5))
    }

    private func expectMirrored(_ a: Finding, _ b: Finding, around sum: Price) throws {
        switch (a, b) {
        case (.signal(let a), .signal(let b)):
            #expect(a.side == b.side.opposite && a.setup == b.setup && a.decidedAt == b.decidedAt)
            guard case .limit(let entryA) = a.entry, case .limit(let entryB) = b.entry else {
                Issue.record("an entry without a limit")
                return
            }
            #expect(entryA.value == sum - entryB.value)
            func expectSameLength(_ a: Rate, _ b: Rate) {
                #expect(abs(a.double * entryA.value.double - b.double * entryB.value.double) < 1e-6)
            }
            expectSameLength(a.stopDistance, b.stopDistance)
            #expect(a.targets.map(\.share) == b.targets.map(\.share))
            for (x, y) in zip(a.targets, b.targets) { expectSameLength(x.distance, y.distance) }
            expectSame(a.checks, b.checks)
        case (.declined(let a), .declined(let b)):
            #expect(a.side == b.side.opposite && a.setup == b.setup && a.decidedAt == b.decidedAt)
            #expect(a.reason == b.reason)
            expectSame(a.checks, b.checks)
        case (.withdrawn(_, let a), .withdrawn(_, let b)): #expect(a == b)
        case (.premiseBroken(let sideA, let timeA), .premiseBroken(let sideB, let timeB)):
            #expect(sideA == sideB.opposite && timeA == timeB)
        case (.guidance(let a), .guidance(let b)):
            #expect((a.swingLow == nil) == (b.swingHigh == nil) && (a.atr == nil) == (b.atr == nil))
            if let low = a.swingLow, let high = b.swingHigh {
                let difference = low.double * a.reference.value.double - high.double * b.reference.value.double
                #expect(abs(difference) < 1e-6)
            }
        default: Issue.record("\(a) is not the mirror of \(b)")
        }
    }

    private func expectSame(_ a: [Check<SignalRule>], _ b: [Check<SignalRule>]) {
        #expect(a.map(\.name) == b.map(\.name) && a.map(\.passed) == b.map(\.passed))
        for (x, y) in zip(a, b) {
            guard case .number(let here) = x.value, case .number(let there) = y.value else { continue }
            #expect(abs(here - there) < 1e-6 * max(1, abs(here)))
        }
    }
}

@Suite struct StoryLawTests {
    private let findings = run(randomParameters(), randomCandles(12_000, seed: 5, timeframe: .m5), base: .m5)

    /// Every break is answered once, every signal is new, fits together and ends at most once.
    @Test func everySignalIsUsedOnce() {
        var ids: Set<SetupID> = []
        var ended: Set<SetupID> = []
        for finding in findings.joined() {
            switch finding {
            case .signal(let signal):
                #expect(ids.insert(signal.id).inserted)
                #expect(signal.checks.allSatisfy { $0.passed })
                #expect(signal.stopDistance.isPositive && signal.stopDistance < .one)
                let distances = signal.targets.map(\.distance)
                #expect(!distances.isEmpty && zip(distances, distances.dropFirst()).allSatisfy { $0 < $1 })
                #expect(signal.targets.map(\.share).reduce(.zero, +) == .basisPoints(8000))
                guard case .limit(let entry) = signal.entry else {
                    Issue.record("an entry without a limit")
                    continue
                }
                // Price is not yet at the entry.
                #expect(signal.side == .long ? signal.reference > entry : signal.reference < entry)
            case .declined(let candidate): #expect(candidate.reason != nil)
            case .withdrawn(let id, _): #expect(ids.contains(id) && ended.insert(id).inserted)
            case .premiseBroken, .guidance: break
            }
        }
        #expect(ids.count > 15 && ended.count > 10)
    }

    /// Breaks counted by an own run of the detectors: each is a signal or a candidate at its bar. A second judgement can
    /// only add signals.
    @Test func everyBreakIsAnswered() {
        let parameters = randomParameters()
        let series = randomCandles(12_000, seed: 5, timeframe: .m5)
        var state = SmartMoneyState(timeframe: .m15, parameters: parameters.smartMoney)
        var breaks: [Timestamp] = []
        for candle in series.resampled(to: .m15) {
            state.push(candle)
            let count = state.events.count {
                $0.layer == .external && ($0.kind == .breakOfStructure || $0.kind == .changeOfCharacter)
            }
            breaks += Array(repeating: candle.openTime + .minutes(15), count: count)
        }
        let declined = findings.joined().compactMap(\.candidate).map(\.decidedAt)
        let signals = findings.joined().compactMap(\.signal).map(\.decidedAt)
        #expect(breaks.count > 100)
        #expect(Set(breaks).subtracting(declined).subtracting(signals).isEmpty)
        #expect(Set(declined).subtracting(breaks).isEmpty)
        #expect(
            declined.count + signals.filter { Set(breaks).contains($0) && !declined.contains($0) }.count == breaks.count
        )
    }

    /// A refined entry lies in its zone, so the refinement is in use here.
    @Test func refinesSomeEntries() {
        var refined = 0
        for signal in findings.joined().compactMap(\.signal) {
            let zones = signal.drawings.compactMap { drawing -> (String, Price, Price)? in
                if case .zone(let label, _, let low, let high) = drawing { (label, low, high) } else { nil }
            }
            guard zones.count == 2 else { continue }
            refined += 1
            #expect(zones[1].0 == "refined" && zones[0].1 <= zones[1].1 && zones[1].2 <= zones[0].2)
        }
        #expect(refined > 0)
    }

    /// Hours whose last quarters are missing are decided when the next bar comes, once each.
    @Test func decidesAcrossGaps() throws {
        var series = CandleSeries(timeframe: .m5)
        for (index, candle) in randomCandles(3000, seed: 8, timeframe: .m5).enumerated() where index % 50 < 40 {
            try series.append(candle)
        }
        let findings = run(randomParameters(), series, base: .m5)
        let guidance = findings.joined().compactMap(\.guidance).map(\.time)
        #expect(guidance.count > 700 && zip(guidance, guidance.dropFirst()).allSatisfy { $0 < $1 })
        #expect(
            guidance == series.resampled(to: .m15).map { $0.openTime + .minutes(15) }.prefix(guidance.count).map { $0 })
    }
}

@Suite(.enabled(if: SharedData.isPresent, "needs ../shared/data")) struct RealDataTests {
    /// Neither mute nor babbling on a quarter of real candles, and no gate that removes everything.
    @Test(arguments: ["btcusd", "ethusd"]) func tradesAQuarter(market: String) throws {
        let series = try recorded("sample/\(market)_kraken_spot_15m.csv.gz", .m15)
        let findings = run(.intraday, series, base: .m15).joined()
        let signals = findings.count { $0.signal != nil }
        let reasons = findings.compactMap { $0.candidate?.reason }
        #expect((5...100).contains(signals))
        #expect((200...800).contains(reasons.count))
        #expect(Set(reasons).count >= 6)
        for reason in Set(reasons) { #expect(reasons.count { $0 == reason } < reasons.count * 3 / 4) }
    }

    /// No two conditions exclude each other: every kind alone finds something in a quarter.
    @Test(arguments: SmartMoneyStrategyParameters.intraday.setups) func everyKindIsFound(kind: SetupKind) throws {
        var parameters = SmartMoneyStrategyParameters.intraday
        parameters.setups = [kind]
        let series = try recorded("sample/ethusd_kraken_spot_15m.csv.gz", .m15)
        let signals = run(parameters, series, base: .m15).joined().compactMap(\.signal)
        #expect(!signals.isEmpty && signals.allSatisfy { $0.setup == kind })
    }
}
