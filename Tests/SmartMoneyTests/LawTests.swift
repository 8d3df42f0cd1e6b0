import Market
import SmartMoney
import TestSupport
import Testing

/// Parameters whose rules do not depend on the absolute price, which the mirror changes.
func mirrorable(_ parameters: SmartMoneyParameters) -> SmartMoneyParameters {
    var result = parameters
    result.gapMinimumFraction = 0
    return result
}

/// Events as text, in an order that does not depend on the order within a bar; mirrored when `around` is given.
func canonical(_ events: [SmartMoneyEvent], around: Price? = nil) -> [String] {
    events.map { event in
        let direction = around == nil ? event.direction : event.direction.opposite
        let price = around.map { $0 - event.price } ?? event.price
        let price2 = around.map { $0 - event.price2 } ?? event.price2
        let layer = event.layer.map { "\($0)" } ?? ""
        return "\(event.confirmedAt) \(event.index) \(event.kind.rawValue) \(direction) \(layer) \(price) \(price2) "
            + "\(event.reference.index) \(flip(event.detail, around != nil))"
    }.sorted()
}

private func flip(_ detail: SmartMoneyEvent.Detail, _ isMirrored: Bool) -> String {
    switch detail {
    case .swing(let label, let counts):
        let pairs: [SwingLabel: SwingLabel] = [
            .first: .first, .higherHigh: .lowerLow, .lowerLow: .higherHigh, .lowerHigh: .higherLow,
            .higherLow: .lowerHigh, .equalHigh: .equalLow, .equalLow: .equalHigh,
        ]
        return "\(isMirrored ? pairs[label] ?? label : label) \(counts)"
    case .balanced(let other): return "\(other.index)"
    case .none, .structureBreak, .orderBlock, .gap, .fill, .pool, .ended: return "\(detail)"
    }
}

struct LawTests {
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func eventsOfAPrefixAreAPrefixOfTheEvents(seed: UInt64) {
        let candles = randomCandles(700, seed: seed, timeframe: .m15)
        for parameters in variedParameters() { expectPrefixLaw(candles, parameters, every: 53) }
    }

    @Test(.enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func prefixLawOnRealData() throws {
        let candles = try sampleCandles("btcusd_kraken_spot_15m.csv.gz")
        try #require(candles.count > 5000)
        expectPrefixLaw(candles.prefix(5000), SmartMoneyParameters(), every: 613)
    }

    private func expectPrefixLaw(_ candles: CandleSeries, _ parameters: SmartMoneyParameters, every step: Int) {
        let whole = allEvents(candles, parameters)
        #expect(whole.count > 100)
        #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.confirmedAt <= $1.confirmedAt })
        #expect(whole.allSatisfy { $0.index <= $0.confirmedAt && $0.timestamp == candles[$0.index].openTime })
        for count in stride(from: 1, to: candles.count, by: step) {
            let part = allEvents(candles.prefix(count), parameters)
            #expect(part == Array(whole.prefix { $0.confirmedAt < count }), "first \(count) bars")
        }
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func bullishAndBearishAreMirrorImages(seed: UInt64) {
        let candles = Array(randomCandles(1500, seed: seed, timeframe: .m15))
        let around = Price(10_000)
        for parameters in variedParameters().map(mirrorable) {
            let flipped = allEvents(candles.map { $0.mirrored(around: around) }, parameters)
            #expect(canonical(flipped) == canonical(allEvents(candles, parameters), around: around))
        }
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func aLevelBreaksAtMostOnceAndNotAgainAfter(seed: UInt64) {
        for parameters in variedParameters() {
            var broken: Set<StructureID> = []
            for event in allEvents(randomCandles(3000, seed: seed, timeframe: .m15), parameters) {
                let isBreak = event.kind == .breakOfStructure || event.kind == .changeOfCharacter
                if isBreak { #expect(broken.insert(event.reference).inserted) }
                if event.kind == .sweep { #expect(!broken.contains(event.reference)) }
            }
            #expect(broken.count > 50)
        }
    }

    @Test(arguments: [31, 32] as [UInt64])
    func aChangeOfCharacterAlwaysTurnsTheTrend(seed: UInt64) {
        for parameters in variedParameters() {
            var trend: [Layer: Direction] = [:]
            for event in allEvents(randomCandles(3000, seed: seed, timeframe: .m15), parameters) {
                guard let layer = event.layer else { continue }
                if event.kind == .breakOfStructure { #expect(trend[layer] ?? event.direction == event.direction) }
                if event.kind == .changeOfCharacter { #expect(trend[layer] == event.direction.opposite) }
                if event.kind == .breakOfStructure || event.kind == .changeOfCharacter {
                    trend[layer] = event.direction
                }
            }
            #expect(trend.count == 2)
        }
    }

    /// What may follow what in the life of one structure.
    static let successors: [Kind: Set<Kind>] = [
        .orderBlock: [.orderBlockTested, .orderBlockBroken, .orderBlockExpired],
        .orderBlockTested: [.orderBlockTested, .orderBlockMitigated, .orderBlockBroken, .orderBlockExpired],
        .orderBlockMitigated: [.orderBlockTested, .orderBlockBroken, .orderBlockExpired],
        .orderBlockBroken: [.orderBlockBreaker], .orderBlockBreaker: [.orderBlockExpired], .orderBlockExpired: [],
        .gap: [.gapBalanced, .gapPartlyFilled, .gapFilled, .gapJoined, .gapExpired],
        .gapBalanced: [.gapPartlyFilled, .gapFilled, .gapJoined, .gapExpired],
        .gapPartlyFilled: [.gapPartlyFilled, .gapFilled, .gapJoined, .gapExpired],
        .gapFilled: [.gapInverted, .gapExpired], .gapInverted: [.gapExpired], .gapExpired: [], .gapJoined: [],
        .liquidity: [.liquiditySwept, .liquidityTaken, .liquiditySuperseded, .liquidityExpired],
        .liquiditySwept: [], .liquidityTaken: [], .liquiditySuperseded: [], .liquidityExpired: [],
        .dealingRange: [.dealingRangeFixed], .dealingRangeFixed: [],
        .swing: [.swingSuperseded], .swingSuperseded: [],
    ]

    @Test(arguments: [41, 42, 43] as [UInt64])
    func livesFollowTheirStateMachines(seed: UInt64) {
        let births: Set<Kind> = [.orderBlock, .gap, .liquidity, .dealingRange, .swing]
        for parameters in variedParameters() {
            var last: [StructureID: SmartMoneyEvent] = [:]
            var seen: Set<Kind> = []
            for event in allEvents(randomCandles(4000, seed: seed, timeframe: .m15), parameters) {
                guard let legal = Self.successors[event.kind] != nil ? event.kind : nil else { continue }
                seen.insert(legal)
                if let before = last[event.reference] {
                    #expect(Self.successors[before.kind]?.contains(legal) == true, "\(before) then \(event)")
                    #expect(before.price == event.price || event.kind == .gapBalanced || before.kind == .gapBalanced)
                } else {
                    #expect(births.contains(legal), "born as \(event)")
                }
                last[event.reference] = event
            }
            #expect(seen.isSuperset(of: births))
        }
    }

    @Test func memoryIsBounded() {
        var parameters = variedParameters()[1]
        parameters.poolCapacity = 5
        var state = SmartMoneyState(timeframe: .m15, parameters: parameters)
        for candle in randomCandles(6000, seed: 51, timeframe: .m15) {
            state.push(candle)
            let now = state.count - 1
            for direction in Direction.allCases {
                #expect(state.pools(direction).count <= 5)
                #expect(state.gaps(direction).allSatisfy { now - $0.confirmedAt <= parameters.gapExpiry })
                #expect(state.invertedGaps(direction).allSatisfy { now - $0.confirmedAt <= parameters.gapExpiry })
                for layer in Layer.allCases {
                    let blocks = Array(state.layer(layer).orderBlocks(direction))
                    let breakers = Array(state.layer(layer).breakers(direction))
                    let all = blocks + breakers
                    #expect(all.allSatisfy { now - $0.confirmedAt <= parameters.blockExpiry })
                }
            }
        }
        #expect(state.bar(state.count - 65) == nil && state.bar(state.count - 64) != nil)
    }

    @Test func poolsAreInPriceOrder() {
        var state = SmartMoneyState(timeframe: .m15)
        for candle in randomCandles(2000, seed: 61, timeframe: .m15) { state.push(candle) }
        let above = state.pools(.bullish).map(\.level)
        let below = state.pools(.bearish).map(\.level)
        #expect(above.count + below.count > 4)
        #expect(above == above.sorted() && below == below.sorted(by: >))
    }
}
