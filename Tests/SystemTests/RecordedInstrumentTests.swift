import Foundation
import Market
import TestSupport
import Testing
import TridentConfiguration
import Venue

/// Every linear contract of the exchange's own recorded instrument lists.
@Suite struct RecordedInstrumentTests {
    private struct List: Decodable {
        struct Entry: Decodable {
            let symbol: String
            let tickSize: Double?
            let contractValueTradePrecision: Int?
        }
        let instruments: [Entry]
    }

    @Test(.enabled(if: SharedData.isPresent, "needs ../shared"))
    func recordedInstrumentsKeepTheirIdentityAndSteps() throws {
        let folder = URL(filePath: SharedData.path("../fixtures/kraken/futures"))
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix("rest_instruments_") && !$0.lastPathComponent.contains("status") }
        try #require(!files.isEmpty)
        var generator = SeededGenerator(seed: 6)
        var seen: Set<InstrumentID> = []
        for file in files {
            for entry in try JSONDecoder().decode(List.self, from: Data(contentsOf: file)).instruments {
                let id = try #require(InstrumentID(entry.symbol))
                #expect(id.description == entry.symbol)
                seen.insert(id)
                guard entry.symbol.hasPrefix("PF_"), let size = entry.tickSize,
                    let precision = entry.contractValueTradePrecision
                else { continue }
                let tick = try #require(Price(size, rounding: .nearestEven))
                let lot = try #require(Quantity(pow(10, -Double(precision)), rounding: .nearestEven))
                #expect(tick.isPositive && lot.isPositive, "\(entry.symbol)")
                let isOnStep = (0..<50).allSatisfy { _ in
                    let price = Price(raw: Int64.random(in: 1...1_000_000_000_000_000, using: &generator))
                    let quantity = Quantity(raw: Int64.random(in: 1...1_000_000_000_000_000, using: &generator))
                    let lots = quantity.rounded(to: lot, .towardZero)
                    return price.rounded(to: tick, .down).isMultiple(of: tick) && lots.isMultiple(of: lot)
                        && lots <= quantity
                }
                #expect(isOnStep, "\(entry.symbol)")
            }
        }
        #expect(seen.count >= 7)
    }

    @Test func carriedContractsAreWhatWasRecorded() throws {
        let fees = FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5))
        let pair = try #require(SpotPair("BTC/USD"))
        let bitcoin = try #require(KnownContracts.history(of: pair, fees: fees))
        let today = bitcoin.terms(at: Timestamp(seconds: 1_790_000_000))
        #expect(today.id.description == "PF_XBTUSD" && today.tick == Price(1))
        #expect(today.lot.description == "0.0001" && today.maximumPosition == Quantity(1200))
        #expect(today.margin.level(for: Money(999_999)).maintenance == .basisPoints(50))
        #expect(today.margin.level(for: Money(3_000_000)).initial == .basisPoints(400))
        let earlier = bitcoin.terms(at: Timestamp(seconds: 1_600_000_000))
        #expect(earlier.margin.level(for: Money(1)).initial == .basisPoints(200))
        let unknown = try #require(SpotPair("EUR/USD"))
        #expect(KnownContracts.history(of: unknown, fees: fees) == nil)
    }
}
