import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

struct StreamTests {
    static func frame(_ text: String) throws -> Derivatives.StreamFrame { try .init(Array(text.utf8)) }

    static let tickerText = """
        {"time":1790359997224,"product_id":"PF_XBTUSD","funding_rate":0.912482213835,\
        "funding_rate_prediction":1.3232500286425,"relative_funding_rate":0.00001089345,\
        "relative_funding_rate_prediction":0.00001575425,"next_funding_rate_time":1790362800000,"leverage":"100x",\
        "premium":0.0,"feed":"ticker","bid":84001.0,"ask":84002.0,"bid_size":0.0273,"ask_size":0.006,\
        "volume":4237.2723,"dtm":0,"index":83995.76,"last":83997.0,"change":-0.22,"suspended":false,\
        "tag":"perpetual","pair":"XBT:USD","openInterest":2189.7813,"markPrice":84004.11362574516,"maturityTime":0,\
        "post_only":false,"volumeQuote":356641614.007}
        """

    @Test func recordedTicker() throws {
        guard case .ticker(let ticker) = try Self.frame(Self.tickerText) else {
            Issue.record("no ticker")
            return
        }
        #expect(ticker.instrument.description == "PF_XBTUSD")
        #expect(ticker.time.milliseconds == 1_790_359_997_224)
        #expect(ticker.bid == Price(84_001))
        #expect(ticker.askSize == Quantity(raw: 6000))
        // The eleventh decimal is rounded away.
        #expect(ticker.mark?.description == "84004.1136257452")
        #expect(ticker.index?.description == "83995.76")
        #expect(ticker.funding == HourlyFunding(Rate(raw: 10_893_450)))
        #expect(ticker.absoluteFunding == Rate(raw: 912_482_213_835))
        #expect(ticker.nextFunding?.milliseconds == 1_790_362_800_000)
        #expect(ticker.volume == 4237.2723)
        #expect(ticker.quoteVolume == 356_641_614.007)
        #expect(ticker.change == -0.22)
        #expect(ticker.maturity == nil)
        #expect(ticker.tick?.last == Price(83_997))
        #expect(
            try Self.frame(String(decoding: Derivatives.StreamFrame.ticker(ticker).bytes(), as: UTF8.self))
                == .ticker(ticker))
    }

    @Test func fieldsInAnyOrder() throws {
        let text =
            #"{"product_id":"pf_shibusd","bid":5.494e-6,"ask":"0.000005498","feed":"ticker","ask_size":20812000.0,"#
            + #""time":1788646159008,"new":{"a":[1,{"b":null}]}}"#
        guard case .ticker(let ticker) = try Self.frame(text) else {
            Issue.record("no ticker")
            return
        }
        #expect(ticker.instrument.description == "PF_SHIBUSD")
        #expect(ticker.bid?.description == "0.000005494")
        #expect(ticker.ask?.description == "0.000005498")
        #expect(ticker.tick == nil)
        #expect(ticker.funding == nil)
    }

    @Test func fundingOfZeroIsLeftOut() throws {
        let text = #"{"time":1,"feed":"ticker","product_id":"PF_XBTUSD","tag":"perpetual"}"#
        guard case .ticker(let ticker) = try Self.frame(text) else {
            Issue.record("no ticker")
            return
        }
        #expect(ticker.funding == .zero)
    }

    @Test func anotherFrameMayBeginWithItsTime() throws {
        #expect(
            try Self.frame(#"{"time":1534262350627,"feed":"heartbeat"}"#)
                == .heartbeat(Timestamp(milliseconds: 1_534_262_350_627)))
    }

    @Test(arguments: [
        (#"{"event":"info","version":1}"#, Derivatives.StreamFrame.info(version: 1)),
        (#"{"event":"challenge","message":"5a2d"}"#, .challenge("5a2d")),
        (
            #"{"event":"subscribed ","feed":"ticker","product_ids":["PF_XBTUSD"]}"#,
            .subscribed(.known(.ticker), [InstrumentID("PF_XBTUSD")!])
        ),
        (
            #"{"feed":"heartbeat","event":"subscribed","api_key":"k","signed_challenge":"s"}"#,
            .subscribed(.known(.heartbeat), [])
        ),
        (#"{"feed":"fills","event":"unsubscribed"}"#, .unsubscribed(.known(.fills), [])),
        (#"{"event":"subscribed_failed","feed":"book"}"#, .subscribeFailed(.known(.book), [])),
        (#"{"event":"alert","message":"Bad websocket message"}"#, .alert(.badMessage)),
        (#"{"event":"error","message":"Invalid product id"}"#, .alert(.invalidProduct(""))),
        (
            #"{"event":"alert","message":"Couldn't subscribe to invalid product `PF_NOTAREALTHING`"}"#,
            .alert(.invalidProduct("PF_NOTAREALTHING"))
        ),
        (#"{"event":"alert","message":"Failed to subscribe to authenticated feed"}"#, .alert(.unauthenticated)),
        (#"{"event":"alert","message":"Something else"}"#, .alert(.unrecognised("Something else"))),
        (#"{"event":"news"}"#, .unrecognised("news")), (#"{"feed":"news","x":1}"#, .unrecognised("news")),
        (#"{}"#, .unrecognised("")),
    ]) func events(text: String, expected: Derivatives.StreamFrame) throws {
        #expect(try Self.frame(text) == expected)
    }

    @Test(arguments: [
        (#"{"feed":"trade","product_id":"PF_XBTUSD","uid":"a","side":"buy","seq":1,"time":1,"qty":1}"#, "price"),
        (#"{"feed":"trade","product_id":"PF_XBTUSD","uid":"a","side":"up","seq":1}"#, "side"),
        (#"{"feed":"book","product_id":"PF_XBTUSD","side":"buy","price":1,"qty":1,"timestamp":1}"#, "seq"),
        (#"{"feed":"open_positions","account":"a"}"#, "positions"),
        (#"{"feed":"fills"}"#, "fills"),
        (#"{"feed":"fills","fills":[{"instrument":"PF_XBTUSD"}]}"#, "fills.fill_id"),
        (#"{"feed":"open_orders","is_cancel":true,"reason":"full_fill"}"#, "order_id"),
        (#"{"feed":"open_orders","order":{"direction":2},"is_cancel":true}"#, "order.instrument"),
        (#"{"feed":"ticker","time":1}"#, "product_id"),
    ]) func whatIsMissingIsNamed(text: String, field: String) {
        let error = #expect(throws: WireError.self) { try Self.frame(text) }
        #expect(error?.field == field)
    }

    @Test func bothShapesOfAnOrderChange() throws {
        let filled = """
            {"feed":"open_orders","order":{"instrument":"PF_XBTUSD","time":1775831958755,
            "last_update_time":1775831973330,"qty":0.0,"filled":0.0001,"limit_price":73110.0,"stop_price":0.0,
            "type":"limit","order_id":"a182","direction":0,"reduce_only":false},"is_cancel":true,"reason":"full_fill"}
            """
        guard case .order(let change) = try Self.frame(filled), let order = change.order else {
            Issue.record("no order")
            return
        }
        #expect(change.id == "a182" && change.isGone && change.reason == .known(.fullFill))
        #expect(order.remaining.isZero && order.filled == Quantity(raw: 100))
        #expect(order.stopPrice == nil && order.limitPrice == Price(73_110) && order.side == .long)
        let cancelled =
            #"{"feed":"open_orders_verbose","order_id":"660c","cli_ord_id":"x","is_cancel":true,"reason":"new_reason"}"#
        guard case .order(let gone) = try Self.frame(cancelled) else {
            Issue.record("no order")
            return
        }
        #expect(gone.order == nil && gone.clientID == "x" && gone.isVerbose)
        #expect(gone.reason == .unrecognised("new_reason"))
    }

    @Test func liquidationPriceOfZeroIsNone() throws {
        let text = """
            {"feed":"open_positions","positions":[{"instrument":"PF_XBTUSD","balance":-0.04,"entry_price":26911.75,
            "liquidation_threshold":0.0},{"instrument":"OF_ETHUSD_240101_1000000_CC","balance":1}],"seq":4,
            "timestamp":1687383625330}
            """
        guard case .positions(let positions) = try Self.frame(text) else {
            Issue.record("no positions")
            return
        }
        #expect(positions.positions.map(\.balance) == [Quantity(raw: -40_000)])
        #expect(positions.positions[0].liquidationPrice == nil)
        #expect(positions.sequence == 4)
    }

    @Test func requestsRoundTrip() throws {
        let proof = Derivatives.ChallengeProof(key: Redacted("key"), challenge: "c-1", signature: Redacted("s/+="))
        let btc = InstrumentID("PF_XBTUSD")!
        for request: Derivatives.StreamRequest in [
            .challenge(key: Redacted("key")), .subscribe(.known(.ticker), [btc], nil),
            .subscribe(.known(.fills), [], proof), .unsubscribe(.unrecognised("news"), [btc], proof),
        ] {
            #expect(try Derivatives.StreamRequest(request.bytes) == request)
        }
        #expect(
            String(decoding: Derivatives.StreamRequest.subscribe(.known(.book), [btc], nil).bytes, as: UTF8.self)
                == #"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#)
        #expect(!"\(Derivatives.StreamRequest.subscribe(.known(.fills), [], proof))".contains("s/+="))
    }

    @Test func badRequestsAreAlerts() {
        func alert(_ text: String) -> Derivatives.StreamAlert? {
            do throws(Derivatives.StreamAlert) {
                _ = try Derivatives.StreamRequest(Array(text.utf8))
                return nil
            } catch {
                return error
            }
        }
        #expect(alert(#"{"event":"ping"}"#) == .badMessage)
        #expect(alert("{") == .badMessage)
        #expect(
            alert(#"{"event":"subscribe","feed":"ticker","product_ids":["no such thing"]}"#)
                == .invalidProduct("no such thing"))
    }

    @Test func accountFramesRoundTrip() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let frame = RandomFrames.frame(&generator)
            #expect(try Derivatives.StreamFrame(frame.bytes(account: "a")) == frame)
        }
    }
}
