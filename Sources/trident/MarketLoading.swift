import CandleFiles
import Foundation
import Market
import Research
import Synchronization
import TridentConfiguration
import Venue

/// Makes the histories of a backtest from the files of a data folder, and says what was left out and why.
struct MarketLoading {
    let folder: DataDirectory
    /// Empty for all markets in the folder that have a known contract.
    let wanted: [SpotPair]
    let settings: Settings

    struct Loaded {
        var markets: [MarketHistory] = []
        var notices: [String] = []
    }

    func load() throws -> Loaded {
        let pairs = try selectedPairs()
        var result = Loaded()
        let loaded = Mutex<[Int: Result<Loaded, CommandFailure>]>([:])
        // Decompressing is most of the work, and files do not wait for each other.
        DispatchQueue.concurrentPerform(iterations: pairs.count) { index in
            let outcome = Result { try market(pairs[index]) }.mapError { error in
                error as? CommandFailure ?? CommandFailure.input(error)
            }
            loaded.withLock { $0[index] = outcome }
        }
        for index in pairs.indices {
            guard let outcome = loaded.withLock({ $0[index] }) else { continue }
            let part = try outcome.get()
            result.markets += part.markets
            result.notices += part.notices
        }
        return try withCommonBase(result)
    }

    private func selectedPairs() throws -> [SpotPair] {
        let present = folder.pairs
        for pair in wanted {
            guard present.contains(pair) else {
                let names = present.isEmpty ? "none" : present.map(\.description).joined(separator: ", ")
                throw CommandFailure("\(folder.path) has no spot candles of \(pair); it has \(names)", code: .badInput)
            }
            guard KnownContracts.history(of: pair, fees: settings.fees) != nil else {
                throw CommandFailure("no perpetual contract is known for \(pair)", code: .badInput)
            }
        }
        let pairs =
            wanted.isEmpty ? present.filter { KnownContracts.history(of: $0, fees: settings.fees) != nil } : wanted
        guard !pairs.isEmpty else {
            throw CommandFailure(
                "\(folder.path) has no spot candles of a market with a known contract", code: .badInput)
        }
        return pairs
    }

    private func market(_ pair: SpotPair) throws -> Loaded {
        guard let instrument = KnownContracts.history(of: pair, fees: settings.fees) else {
            throw CommandFailure("no perpetual contract is known for \(pair)", code: .badInput)
        }
        var result = Loaded()
        let spot = try chosenSpot(pair, &result.notices)
        let history = MarketHistory(
            pair: pair, instrument: instrument, spot: spot, perpetual: try series(pair, .perpetual, &result.notices),
            mark: try series(pair, .mark, &result.notices), funding: try funding(pair, &result.notices))
        result.markets = [history]
        return result
    }

    private func chosenSpot(_ pair: SpotPair, _ notices: inout [String]) throws -> SourcedSeries {
        let read = try folder.files(pair, .spot).map { (file: $0, candles: try candles($0)) }
        guard let choice = SpotChoice.best(of: read.map(\.candles)) else {
            throw CommandFailure("\(pair): no spot candles", code: .badInput)
        }
        let best = read[choice]
        for other in read where other.file.path != best.file.path {
            notices.append("\(other.file.path): not used, \(best.file.path) covers \(pair) better")
        }
        return sourced(best.candles, best.file, &notices)
    }

    private func series(
        _ pair: SpotPair, _ kind: DataFileName.Kind, _ notices: inout [String]
    ) throws -> [SourcedSeries] {
        var kept: [(file: DataDirectory.File, candles: CandleSeries)] = []
        for file in folder.files(pair, kind).sorted(by: { ($1.bytes, $0.path) < ($0.bytes, $1.path) }) {
            let candles = try candles(file)
            let isCovered = kept.contains { other in
                other.candles.timeframe == candles.timeframe
                    && (other.candles.openTimes.first ?? .distantFuture) <= (candles.openTimes.first ?? .distantPast)
                    && (other.candles.openTimes.last ?? .distantPast) >= (candles.openTimes.last ?? .distantFuture)
            }
            if isCovered {
                notices.append("\(file.path): not used, another file covers it")
            } else {
                kept.append((file, candles))
            }
        }
        return kept.map { sourced($0.candles, $0.file, &notices) }
    }

    private func funding(_ pair: SpotPair, _ notices: inout [String]) throws -> SourcedFunding? {
        let files = folder.files(pair, .funding).sorted { ($1.bytes, $0.path) < ($0.bytes, $1.path) }
        guard let file = files.first else { return nil }
        for other in files.dropFirst() { notices.append("\(other.path): not used, \(file.path) is larger") }
        let rows: [(time: Timestamp, rate: Rate)]
        do {
            rows = try CandleFile.readFunding(path: file.path)
        } catch {
            throw CommandFailure.input(error)
        }
        let period =
            file.name.timeframe?.interval ?? zip(rows, rows.dropFirst()).map { $1.time - $0.time }.min() ?? .hours(8)
        guard period >= .hours(1), period.nanoseconds % Interval.hours(1).nanoseconds == 0 else {
            throw CommandFailure("\(file.path): funding must be settled every hour or every few hours", code: .badInput)
        }
        var series = FundingSeries(period: period)
        for row in rows { try series.append(row.rate, at: row.time) }
        let shares = period > .hours(1) ? "settled every \(Int(period.hours)) h, charged by the hour" : ""
        return SourcedFunding(series, source: file.path, note: note(file, shares))
    }

    private func candles(_ file: DataDirectory.File) throws -> CandleSeries {
        do {
            return try CandleFile.read(path: file.path)
        } catch {
            throw CommandFailure.input(error)
        }
    }

    private func sourced(_ candles: CandleSeries, _ file: DataDirectory.File, _ notices: inout [String])
        -> SourcedSeries
    {
        if file.name.quote != "USD" { notices.append("\(file.path): \(file.name.quote) quotes are read as USD") }
        return SourcedSeries(candles, source: file.path, note: note(file, ""))
    }

    private func note(_ file: DataDirectory.File, _ text: String) -> String {
        let quote = file.name.quote == "USD" ? "" : "\(file.name.quote) quotes read as USD"
        let venue = file.name.kind == .spot ? "" : file.name.venue.map { "from \($0), standing in for Kraken" } ?? ""
        return [quote, venue, text].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// One clock needs one base timeframe: the one asked for, or the finest that every market has.
    private func withCommonBase(_ loaded: Loaded) throws -> Loaded {
        let finest = loaded.markets.map(\.spot.candles.timeframe).max() ?? .m1
        let base = settings[BacktestSettings.base] ?? finest
        var result = loaded
        result.markets = try loaded.markets.map { market in
            let has = market.spot.candles.timeframe
            guard has <= base, base.minutes % has.minutes == 0 else {
                throw CommandFailure(
                    "\(market.pair): \(base) candles cannot be built from \(has) candles", code: .badInput)
            }
            return has == base ? market : market.resampled(to: base)
        }
        return result
    }
}
