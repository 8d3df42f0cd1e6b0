import Kraken
import Market
import Venue
import Wire

/// Every decoder of the exchange's messages. What can be read is also written, and what is derived from it is derived.
public enum Decoders {
    /// True when the bytes were taken for a message.
    public typealias Decoder = @Sendable ([UInt8]) -> Bool

    public static let frames: [(name: String, decode: Decoder)] = [
        ("derivatives stream", stream), ("derivatives stream request", streamRequest), ("unified frame", unified),
        ("unified request", unifiedRequest), ("spot frame", spotFrame), ("spot command", spotCommand),
    ]

    public static let answers: [(name: String, decode: Decoder)] = [
        ("account log", reply(Derivatives.AccountLog.self)), ("accounts", reply(Derivatives.Accounts.self)),
        ("batch", reply(Derivatives.BatchAnswer.self)), ("cancel after", reply(Derivatives.CancelAfterAnswer.self)),
        ("cancel all", reply(Derivatives.CancelAllAnswer.self)), ("cancel", reply(Derivatives.CancelAnswer.self)),
        ("chart", reply(Derivatives.Chart.self)), ("edit", reply(Derivatives.EditAnswer.self)),
        ("fills", reply(Derivatives.Fills.self)), ("funding", reply(Derivatives.FundingRates.self)),
        ("history", reply(Derivatives.HistoryPage.self)), ("instruments", instruments),
        ("key check", reply(Derivatives.KeyCheck.self)), ("leverage", reply(Derivatives.LeveragePreferences.self)),
        ("notifications", reply(Derivatives.Notifications.self)), ("open orders", reply(Derivatives.OpenOrders.self)),
        ("order book", reply(Derivatives.OrderBook.self)), ("order states", reply(Derivatives.OrderStates.self)),
        ("positions", reply(Derivatives.OpenPositions.self)), ("public trades", reply(Derivatives.PublicTrades.self)),
        ("send", reply(Derivatives.SendAnswer.self)), ("single ticker", reply(Derivatives.SingleTicker.self)),
        ("statuses", reply(Derivatives.InstrumentStatuses.self)), ("tickers", reply(Derivatives.Tickers.self)),
        ("spot pairs", spot(SpotAssetPairsRequest.Answer.self)), ("spot assets", spot(SpotAssetsRequest.Answer.self)),
        ("spot depth", spot(SpotDepthRequest.Answer.self)), ("spot ohlc", spot(SpotOHLCRequest.Answer.self)),
        ("spot status", spot(SpotSystemStatusRequest.Answer.self)),
        ("spot ticker", spot(SpotTickerRequest.Answer.self)),
        ("spot time", spot(SpotTimeRequest.Answer.self)), ("spot token", spot(SpotTokenRequest.Answer.self)),
        ("spot trades", spot(SpotTradesRequest.Answer.self)),
    ]

    public static let forms: [(name: String, decode: Decoder)] = [("derivatives request", derivativesRequest)]

    private static func reply<Content: WireObject>(_: Content.Type) -> Decoder {
        { bytes in
            do throws(DerivativesError) {
                let reply = try Derivatives.Reply<Content>(HTTPResponse(status: 200, body: bytes))
                return !reply.response.body.isEmpty
            } catch {
                _ = error.description
                _ = error.response(serverTime: Timestamp(seconds: 0))
                return false
            }
        }
    }

    private static func spot<Answer: SpotResult>(_: Answer.Type) -> Decoder {
        { bytes in
            do throws(WireError) {
                let envelope = try JSONReader.read(bytes) { reader throws(WireError) in
                    try SpotEnvelope<Answer>(&reader)
                }
                return !envelope.bytes.isEmpty
            } catch {
                _ = error.description
                return false
            }
        }
    }

    private static let instruments: Decoder = { bytes in
        do throws(DerivativesError) {
            let reply = try Derivatives.Reply<Derivatives.Instruments>(HTTPResponse(status: 200, body: bytes))
            let fees = FeeSchedule(maker: .zero, taker: .zero)
            var count = 0
            for entry in reply.content.instruments {
                do throws(Derivatives.Untradeable) {
                    let terms = try entry.terms(fees: fees)
                    count += terms.lot.isPositive ? 1 : 0
                } catch {
                    count += error.description.isEmpty ? 0 : 1
                }
            }
            return count == reply.content.instruments.count
        } catch {
            return false
        }
    }

    private static let stream: Decoder = { bytes in
        do throws(WireError) {
            let frame = try Derivatives.StreamFrame(bytes)
            switch frame {
            case .ticker(let ticker): _ = ticker.tick
            case .bookSnapshot(let snapshot):
                var book = Derivatives.SequencedBook(snapshot.instrument)
                book.start(snapshot)
                _ = book.isCrossed
                if let level = snapshot.bids.last {
                    _ = book.apply(
                        .init(
                            instrument: snapshot.instrument, side: .long, sequence: snapshot.sequence &+ 1,
                            level: level,
                            time: snapshot.time))
                }
            case .info, .challenge, .subscribed, .unsubscribed, .subscribeFailed, .unsubscribeFailed, .alert,
                .heartbeat,
                .tickerLite, .trade, .tradeSnapshot, .book, .order, .orderSnapshot, .fills, .positions, .balances,
                .accountLog, .accountLogSnapshot, .notifications, .unrecognised:
                break
            }
            return !frame.bytes().isEmpty
        } catch {
            _ = error.description
            return false
        }
    }

    private static let streamRequest: Decoder = { bytes in
        do throws(Derivatives.StreamAlert) {
            return try !Derivatives.StreamRequest(bytes).bytes.isEmpty
        } catch {
            _ = error.message
            return false
        }
    }

    private static let unified: Decoder = { bytes in
        do throws(WireError) {
            let frame = try Unified.Frame(bytes)
            if case .ticker(_, let tickers) = frame {
                for ticker in tickers { _ = (ticker.mark, ticker.relativeFunding) }
            }
            if case .positions(_, let positions) = frame { for one in positions.futures { _ = one.liquidationPrice } }
            if case .status(let status) = frame { _ = status.mentions("futures_trading") }
            if case .book(let delivery, let updates) = frame, let update = updates.first {
                var book = SpotBook(symbol: update.symbol, depth: 10, priceDecimals: 1, quantityDecimals: 4)
                do throws(SpotBookFault) { try book.apply(update, delivery) } catch { _ = book.isSound }
            }
            return !frame.bytes.isEmpty
        } catch {
            _ = error.description
            return false
        }
    }

    private static let unifiedRequest: Decoder = { bytes in
        do throws(Unified.RequestProblem) {
            return try !Unified.Request(bytes).bytes.isEmpty
        } catch {
            return !error.reply(received: nil, sent: nil).bytes.isEmpty && false
        }
    }

    private static let spotFrame: Decoder = { bytes in
        do throws(WireError) { return try !SpotFrame(bytes).bytes.isEmpty } catch { return false }
    }

    private static let spotCommand: Decoder = { bytes in
        do throws(WireError) { return try !SpotCommand(bytes).bytes.isEmpty } catch { return false }
    }

    /// The first line is the path, the rest the body.
    private static let derivativesRequest: Decoder = { bytes in
        let parts = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(decoding: parts.first ?? [], as: UTF8.self)
        let request = HTTPRequest(.post, path, body: parts.count > 1 ? Array(parts[1]) : [])
        do throws(Derivatives.RequestProblem) {
            return try !Derivatives.Request(request).http.path.isEmpty
        } catch {
            _ = error.error.description
            return false
        }
    }
}
