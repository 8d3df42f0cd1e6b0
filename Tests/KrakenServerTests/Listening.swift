import Kraken
import Market
import Venue
import Wire

@testable import KrakenServer

/// Whatever listens: feeds of prices, candles and books.
protocol Listener {
    associatedtype News: Hashable & Sendable
    mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<News>)
    mutating func receive(_ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<News>)
    var nextWake: Timestamp? { get }
}

extension SpotFeed: Listener {}
extension DerivativesMarketFeed: Listener {}
extension UnifiedMarketFeed: Listener {}
extension DeepMarketFeed: Listener {}
extension ChecksumBookFeed: Listener {}
extension SequencedBookFeed: Listener {}

/// A feed and the exchange that it listens to, with every socket and message in our hands.
struct Listening<Feed: Listener> {
    var desk: Desk
    var feed: Feed
    var news: [Feed.News] = []
    var acceptsSockets = true
    /// Frames that get lost on the way.
    var losesFrame: (([UInt8]) -> Bool)?
    /// What becomes of frames on the way.
    var changesFrame: (([UInt8]) -> [UInt8])?
    /// What the feed sent.
    private(set) var sent: [String] = []
    /// Open sockets with the exchange's ends, in the order of opening.
    private(set) var sockets: [(id: SocketID, connection: ConnectionID)] = []
    private var connections = ConnectionID(100)
    private var outbox = SessionOutbox<Feed.News>()

    init(_ desk: Desk, _ feed: Feed) {
        self.desk = desk
        self.feed = feed
        self.feed.start(at: desk.now, into: &outbox)
        settle()
    }

    /// Cuts the sockets as a failing network does: both ends hear of it.
    mutating func cut() {
        let open = sockets
        sockets = []
        for socket in open {
            desk.exchange.close(socket.connection)
            feed.receive(.closed(socket.id), at: desk.now, into: &outbox)
        }
        settle()
    }

    mutating func pass(_ interval: Interval) {
        let end = desk.now + interval
        while desk.now < end {
            let events = [feed.nextWake, desk.exchange.nextEvent].compactMap { $0 }
            let next = min(end, max(desk.now + .milliseconds(1), events.min() ?? end))
            desk.now = next
            desk.exchange.advance(to: next)
            feed.receive(.woke, at: next, into: &outbox)
            settle()
        }
    }

    /// A frame on every socket that the exchange did not send.
    mutating func hear(_ text: String) {
        for socket in sockets { feed.receive(.text(socket.id, Array(text.utf8)), at: desk.now, into: &outbox) }
        settle()
    }

    private mutating func settle() {
        while true {
            let frames = desk.exchange.takeOutbox()
            if frames.isEmpty, outbox.actions.isEmpty, outbox.news.isEmpty { return }
            for outgoing in frames {
                guard case .text(let connection, let bytes) = outgoing,
                    let socket = sockets.first(where: { $0.connection == connection })
                else { continue }
                if let losesFrame, losesFrame(bytes) { continue }
                feed.receive(.text(socket.id, changesFrame?(bytes) ?? bytes), at: desk.now, into: &outbox)
            }
            news += outbox.news
            let actions = outbox.actions
            outbox.clear()
            for action in actions { perform(action) }
        }
    }

    private mutating func perform(_ action: SessionAction) {
        switch action {
        case .request(let id, _, let request):
            let response = desk.exchange.answer(request, at: desk.now)
            feed.receive(.answered(id, response), at: desk.now, into: &outbox)
        case .connect(let id, let endpoint):
            connections = ConnectionID(connections.number + 1)
            guard acceptsSockets, desk.exchange.open(connections, path: endpoint.localPath, at: desk.now) else {
                return feed.receive(.closed(id), at: desk.now, into: &outbox)
            }
            sockets.append((id, connections))
            feed.receive(.opened(id), at: desk.now, into: &outbox)
        case .send(let id, let bytes):
            guard let socket = sockets.first(where: { $0.id == id }) else { return }
            sent.append(String(decoding: bytes, as: UTF8.self))
            desk.exchange.receive(bytes, from: socket.connection, at: desk.now)
        case .disconnect(let id):
            guard let place = sockets.firstIndex(where: { $0.id == id }) else { return }
            desk.exchange.close(sockets.remove(at: place).connection)
        }
    }
}

extension Listening where Feed.News == MarketNews {
    var candles: [Candle] {
        news.compactMap {
            if case .candle(_, _, let candle) = $0 { candle } else { nil }
        }
    }
    var ticks: [Tick] {
        news.compactMap {
            if case .tick(let tick) = $0 { tick } else { nil }
        }
    }
    var states: [MarketNews.MarketState] {
        news.compactMap {
            if case .state(_, let state) = $0 { state } else { nil }
        }
    }
    var health: [FeedWatch.Health] {
        news.compactMap {
            if case .health(let health) = $0 { health } else { nil }
        }
    }
    var alarms: [DataAlarm] {
        news.compactMap {
            if case .alarm(let alarm) = $0 { alarm } else { nil }
        }
    }
}

extension Listening where Feed.News == BookNews {
    var health: [FeedWatch.Health] {
        news.compactMap {
            if case .health(let health) = $0 { health } else { nil }
        }
    }
    var alarms: [DataAlarm] {
        news.compactMap {
            if case .alarm(let alarm) = $0 { alarm } else { nil }
        }
    }
}
