public import Kraken
public import Market

/// One line of a series of the store: its time and its text without line end.
public struct StoredRow: Hashable, Sendable {
    public let time: Timestamp
    public let line: String

    init(time: Timestamp, line: String) {
        self.time = time
        self.line = line
    }

    public init(_ bar: SpotBar) {
        time = bar.openTime
        line =
            "\(bar.openTime.seconds),\(bar.open),\(bar.high),\(bar.low),\(bar.close),\(Self.text(bar.volume)),"
            + "\(bar.trades)"
    }

    public init(_ candle: Candle) {
        time = candle.openTime
        line =
            "\(candle.openTime.seconds),\(candle.open),\(candle.high),\(candle.low),\(candle.close),"
            + Self.text(candle.volume)
    }

    public init(_ settlement: Settlement) {
        time = settlement.time
        line = "\(settlement.time.seconds),\(settlement.relative),\(settlement.absolute)"
    }

    /// The shortest text that reads back to the same number.
    private static func text(_ volume: Double) -> String {
        volume == volume.rounded() && volume.magnitude < 1e15 ? "\(Int64(volume))" : "\(volume)"
    }
}

/// What a series holds, and the name of its file: every command finds it by that name.
public struct SeriesName: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case spot(Timeframe)
        case perpetual(Timeframe)
        case mark(Timeframe)
        case funding
    }

    public let pair: SpotPair
    public let kind: Kind
    /// As part of the name; `kraken` for what this program fetches.
    public let venue: String

    public init(_ pair: SpotPair, _ kind: Kind, venue: String = "kraken") {
        self.pair = pair
        self.kind = kind
        self.venue = venue
    }

    public var file: String {
        let words =
            switch kind {
            case .spot(let timeframe): "spot_\(timeframe.name)"
            case .perpetual(let timeframe): "perp_\(timeframe.name)"
            case .mark(let timeframe): "perp_mark_\(timeframe.name)"
            case .funding: "funding_1h"
            }
        return "\(pair.base.lowercased())\(pair.quote.lowercased())_\(venue)_\(words).csv.gz"
    }

    var header: String {
        switch kind {
        case .spot: "timestamp,open,high,low,close,volume,trades"
        case .perpetual, .mark: "timestamp,open,high,low,close,volume"
        case .funding: "timestamp,funding_rate,absolute_rate"
        }
    }

    /// Between two rows.
    public var step: Interval {
        switch kind {
        case .spot(let timeframe), .perpetual(let timeframe), .mark(let timeframe): timeframe.interval
        case .funding: .hours(1)
        }
    }
}
