import Kraken
import Market
import Testing
import Venue
import Wire

struct InstrumentTermsTests {
    static let fees = FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5))

    static func entry(_ changes: (inout Derivatives.InstrumentEntry) -> Void = { _ in }) throws
        -> Derivatives.InstrumentEntry
    {
        var entry = try Derivatives.InstrumentEntry(
            bytes: Array(
                """
                {"symbol":"PF_XBTUSD","type":"flexible_futures","tickSize":1,"contractSize":1,"tradeable":true,
                "impactMidSize":0.08,"maxPositionSize":1200.0,"openingDate":"2022-03-22T13:15:36Z",
                "marginLevels":[{"numNonContractUnits":0.0,"initialMargin":0.01,"maintenanceMargin":0.005},
                {"numNonContractUnits":1000000.0,"initialMargin":0.02,"maintenanceMargin":0.01}],
                "fundingRateCoefficient":8,"maxRelativeFundingRate":0.005,"contractValueTradePrecision":4,
                "postOnly":false,"base":"BTC","quote":"USD","pair":"BTC:USD","isExpired":false}
                """.utf8))
        changes(&entry)
        return entry
    }

    static func reason(_ changes: (inout Derivatives.InstrumentEntry) -> Void) throws -> Derivatives.Untradeable? {
        let entry = try entry(changes)
        do throws(Derivatives.Untradeable) {
            _ = try entry.terms(fees: fees)
            return nil
        } catch {
            return error
        }
    }

    @Test func bitcoinAsItWasListed() throws {
        let terms = try Self.entry().terms(fees: Self.fees)
        #expect(terms.id == InstrumentID("PF_XBTUSD"))
        #expect(terms.pair == SpotPair("BTC/USD"))
        #expect(terms.tick == Price(1))
        #expect(terms.lot == Quantity(raw: 100))
        #expect(terms.minimum == terms.lot)
        #expect(terms.maximumPosition == Quantity(1200))
        #expect(terms.fundingCap == Rate(raw: 5_000_000_000))
        #expect(terms.margin.level(for: Money(999_999)).maintenance == Rate(raw: 5_000_000_000))
        #expect(terms.margin.level(for: Money(1_000_000)).initial == Rate(raw: 20_000_000_000))
        #expect(terms.fees == Self.fees)
    }

    @Test func negativePrecisionMeansLotsOfThousands() throws {
        let terms = try Self.entry {
            $0.sizePrecision = -3
            $0.maximumPosition = Quantity(1_000_000)
            $0.tick = Price(raw: 1)
        }.terms(fees: Self.fees)
        #expect(terms.lot == Quantity(1000))
        #expect(terms.tick.description == "0.0000000001")
    }

    @Test func oldNamesOfCoinsAreTranslated() throws {
        let terms = try Self.entry {
            $0.base = nil
            $0.quote = nil
            $0.pair = "XBT:USD"
        }.terms(fees: Self.fees)
        #expect(terms.pair == SpotPair("BTC/USD"))
    }

    @Test func levelsOfTheAccountReplaceThoseOfTheList() throws {
        let own = [
            Derivatives.InstrumentEntry.MarginLevel(
                notional: .zero, initial: .basisPoints(1000), maintenance: .basisPoints(500))
        ]
        let terms = try Self.entry().terms(fees: Self.fees, levels: own)
        #expect(terms.margin.levels.map(\.initial) == [.basisPoints(1000)])
    }

    @Test func whatWeCannotTradeIsNamed() throws {
        #expect(try Self.reason { $0.type = .known(.inverse) } == .notLinear(.known(.inverse)))
        #expect(try Self.reason { $0.type = .unrecognised("x") } == .notLinear(.unrecognised("x")))
        let end = Timestamp(seconds: 1_800_000_000)
        #expect(try Self.reason { $0.lastTradingTime = end } == .dated(end))
        #expect(try Self.reason { $0.isExpired = true } == .expired)
        #expect(try Self.reason { $0.isTradeable = false } == .closed)
        #expect(try Self.reason { $0.quote = "EUR" } == .quotedIn("EUR"))
        #expect(try Self.reason { $0.tick = nil } == .missing("tickSize"))
        #expect(try Self.reason { $0.sizePrecision = nil } == .missing("contractValueTradePrecision"))
        #expect(try Self.reason { $0.maximumPosition = nil } == .missing("maxPositionSize"))
        #expect(try Self.reason { $0.fundingCap = nil } == .missing("maxRelativeFundingRate"))
        #expect(try Self.reason { $0.marginLevels = [] } == .missing("marginLevels"))
        for changes: (inout Derivatives.InstrumentEntry) -> Void in [
            { $0.tick = .zero }, { $0.sizePrecision = 7 }, { $0.sizePrecision = -13 }, { $0.sizePrecision = .min },
            { $0.contractSize = Quantity(10) }, { $0.base = "b/tc" }, { $0.marginLevels.reverse() },
            { $0.maximumPosition = .zero },
        ] {
            guard case .unusable = try Self.reason(changes) else {
                Issue.record("\(String(describing: try Self.reason(changes)))")
                continue
            }
        }
    }

    @Test(.enabled(if: RecordedFrames.isPresent, "needs ../shared/fixtures"))
    func recordedLists() throws {
        var tradeable: [String] = []
        for file in try RecordedFrames.files("futures", prefix: "rest_instruments_") where !file.name.contains("status")
        {
            for entry in try Derivatives.Instruments(bytes: file.bytes).instruments {
                if (try? entry.terms(fees: Self.fees)) != nil { tradeable.append(entry.symbol.description) }
            }
        }
        #expect(tradeable == ["PF_ETHUSD", "PF_PEPEUSD", "PF_XBTUSD", "PF_DOGEUSD"])
    }
}
