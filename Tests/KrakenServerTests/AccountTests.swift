import Exchange
import Market
import TestSupport
import Testing
import Venue
import Wire

@testable import KrakenServer

@Suite struct AccountTests {
    /// A day of orders drawn at random, from two accounts.
    private static func play(_ seed: UInt64, _ look: (inout Desk) -> Void = { _ in }) -> Desk {
        var desk = Desk(
            {
                $0.limitsRates = false
                $0.step = .seconds(10)
            }, accounts: 2)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<60 {
            desk.pass(.seconds(Int64.random(in: 1...600, using: &random)))
            let account = Int.random(in: 0...1, using: &random)
            let side = Bool.random(using: &random) ? "buy" : "sell"
            let size = "0.0\(Int.random(in: 1...9, using: &random))"
            let last = desk.exchange.tape.markets[0].perpetual.last
            let away = Price(Int.random(in: -60...60, using: &random))
            let price = (last + away).description
            let order =
                switch Int.random(in: 0...4, using: &random) {
                case 0: "orderType=lmt&limitPrice=\(price)"
                case 1: "orderType=post&limitPrice=\(price)"
                case 2: "orderType=ioc&limitPrice=\(price)"
                case 3: "orderType=stp&stopPrice=\(price)&triggerSignal=mark"
                default: "orderType=mkt"
                }
            desk.send(order + "&symbol=PF_XBTUSD&side=\(side)&size=\(size)", account: account)
            if Int.random(in: 0...9, using: &random) == 0 { _ = desk.call(.post, "cancelallorders", account: account) }
            look(&desk)
        }
        return desk
    }

    /// The books kept from what the outside is told agree with the venue's to the last unit, and money comes from
    /// nowhere.
    @Test(arguments: 1...4)
    func moneyIsConserved(_ seed: UInt64) {
        var fills = 0
        let desk = Self.play(seed) { desk in
            for account in desk.exchange.accounts { #expect(account.cash == account.venue.balance) }
        }
        for account in desk.exchange.accounts {
            let totals = account.venue.totals
            #expect(
                account.venue.balance
                    == Money(10_000) + totals.realised - totals.fees + totals.funding + totals.shortfall)
            let records = account.fills.elements
            fills += records.count
            #expect(records.reduce(Money.zero) { $0 + $1.fill.fee } == totals.fees)
            #expect(records.reduce(Money.zero) { $0 + $1.realised } == totals.realised)
            let dollars = account.log.elements.filter { $0.asset == .dollars }
            #expect(zip(dollars, dollars.dropFirst()).allSatisfy { $0.new == $1.old })
            let venueOpen = account.venue.openOrders.map(\.id)
            #expect(Set(venueOpen) == Set(account.open.map(\.id)))
        }
        #expect(fills > 20)
    }

    @Test func sameCallsSameBytes() {
        func text(_ seed: UInt64) -> [UInt8] {
            var bytes: [UInt8] = []
            let desk = Self.play(seed) { desk in
                bytes += desk.call(.get, "accounts").bytes + desk.call(.get, "openorders", account: 1).bytes
            }
            return bytes + JSONValue.string(desk.exchange.accounts[0].uid).bytes
        }
        #expect(text(11) == text(11))
        #expect(text(11) != text(12))
    }

    /// A long and a short with little money: the market's way hurts one of them enough.
    @Test func liquidationIsToldAsSuch() {
        var desk = Desk({ $0.step = .seconds(20) }, equity: 180, accounts: 2)
        for (account, side) in ["buy", "sell"].enumerated() {
            let sent = desk.send("orderType=mkt&symbol=PF_XBTUSD&side=\(side)&size=0.2", account: account)
            #expect(sent["status"]?.string == "placed")
        }
        for _ in 0..<23 { desk.pass(.hours(1)) }
        let liquidated = [0, 1].filter { desk.exchange.accounts[$0].venue.totals.liquidations > 0 }
        #expect(!liquidated.isEmpty)
        for account in liquidated {
            let fills = desk.call(.get, "fills", account: account)["fills"]?.array ?? []
            let types = Set(fills.compactMap { $0["fillType"]?.string })
            #expect(types.contains("liquidation") || types.contains("partialLiquidation"))
            #expect(desk.exchange.accounts[account].cash == desk.exchange.accounts[account].venue.balance)
        }
    }
}
