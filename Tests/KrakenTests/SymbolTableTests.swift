import Market
import Testing
import Venue
import Wire

@testable import Kraken

@Suite struct SymbolTableTests {
    func pair(_ key: String, _ altname: String, _ wsname: String?) -> SpotAssetPair {
        SpotAssetPair(
            key: key, altname: altname, wsname: wsname, base: "", quote: "", priceDecimals: 1, quantityDecimals: 8,
            costDecimals: 5, tick: nil, minimumQuantity: nil, minimumCost: nil, status: .known(.online))
    }

    func contract(
        _ id: String, _ base: String, kind: ListedContract.Kind = .linear, until: Timestamp? = nil
    ) throws -> ListedContract {
        ListedContract(
            id: try #require(InstrumentID(id)), base: base, quote: "USD", kind: kind, lastTradingTime: until)
    }

    @Test func everySpellingFindsItsMarket() throws {
        let table = try SymbolTable(
            pairs: [
                pair("XXBTZUSD", "XBTUSD", "XBT/USD"), pair("XDGUSD", "XDGUSD", "XDG/USD"),
                pair("XETHXXBT", "ETHXBT", "ETH/XBT"), pair("SOLUSD", "SOLUSD", "SOL/USD"),
                pair("XXBTZUSD.d", "XBTUSD.d", nil), pair("ODD", "ODD", "a/USD"),
            ],
            contracts: [
                try contract("PI_XBTUSD", "BTC", kind: .inverse),
                try contract("FF_XBTUSD_261225", "BTC", until: Timestamp(seconds: 1_790_000_000)),
                try contract("PF_XBTUSD", "BTC"), try contract("PF_DOGEUSD", "DOGE"),
            ])
        #expect(table.rows.map(\.pair.description) == ["BTC/USD", "DOGE/USD", "ETH/BTC", "SOL/USD"])
        for name in ["BTC/USD", "XBT/USD", "XBTUSD", "XXBTZUSD"] {
            #expect(table[name]?.pair.description == "BTC/USD")
            #expect(table[name]?.perpetual?.description == "PF_XBTUSD")
        }
        #expect(table["DOGE/USD"]?.altname == "XDGUSD")
        #expect(table["DOGE/USD"]?.perpetual?.description == "PF_DOGEUSD")
        #expect(table["ETH/BTC"]?.wsname == "ETH/XBT")
        #expect(table["SOL/USD"]?.perpetual == nil)
        #expect(table[try #require(SpotPair("DOGE/USD"))]?.key == "XDGUSD")
        #expect(table[try #require(InstrumentID("PF_XBTUSD"))]?.pair.description == "BTC/USD")
        #expect(table[try #require(InstrumentID("PI_XBTUSD"))] == nil)
        #expect(table["XBTUSD.d"] == nil)
    }

    /// The contract may be renamed and its base spelled the old way: it is found by what it is.
    @Test func survivesARename() throws {
        let table = try SymbolTable(
            pairs: [pair("XXBTZUSD", "XBTUSD", "XBT/USD")], contracts: [try contract("PF_BTCUSD", "XBT")])
        #expect(table["BTC/USD"]?.perpetual?.description == "PF_BTCUSD")
    }

    @Test func refusesWhatIsAmbiguous() throws {
        let two = [try contract("PF_XBTUSD", "BTC"), try contract("PF_BTCUSD", "XBT")]
        #expect(throws: SymbolFault.self) { try SymbolTable(pairs: [], contracts: two) }
        #expect(throws: SymbolFault.ambiguous("BTC/USD", "A", "B")) {
            try SymbolTable(pairs: [pair("A", "A", "XBT/USD"), pair("B", "B", "BTC/USD")], contracts: [])
        }
    }

    @Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
    func recordedPairs() throws {
        let answer = try SpotAssetPairsRequest().answer(
            HTTPResponse(status: 200, body: try Fixtures.bytes("spot/rest_AssetPairs_subset5_2026-09-25.json")))
        let table = try SymbolTable(pairs: answer.pairs, contracts: [])
        #expect(table.rows.count == answer.pairs.count)
        #expect(table["XDG/USD"]?.pair.description == "DOGE/USD")
        #expect(table["BTC/USD"]?.priceDecimals == 1)
    }
}
