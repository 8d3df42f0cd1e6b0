import Market
import Venue

extension PerpetualModel {
    /// What went into the bars played so far: every series with what it was used for, and everything modelled.
    func sources() -> [DataSource] {
        var result = [recorded(history.spot, .spot, spotNote)]
        result += describe(history.perpetual, .perpetual, lastUsage.complete, "basis of mark")
        result += describe(history.mark, .mark, markUsage.complete, "basis of the perpetual's trades")
        result.append(contentsOf: fundingSources())
        return result
    }

    private var spotNote: String {
        guard stepsWithoutSpot > 0 else { return history.spot.note }
        return joined([
            history.spot.note, "\(stepsWithoutSpot) bars without spot trades: index held at the last spot close",
        ])
    }

    private func describe(
        _ series: [SourcedSeries], _ kind: DataSource.Kind, _ usage: Usage, _ other: String
    ) -> [DataSource] {
        var result: [DataSource] = []
        for (number, one) in series.enumerated() {
            var uses: [String] = []
            if usage.recorded[number] > 0 { uses.append("\(usage.recorded[number]) bars as recorded") }
            if usage.held[number] > 0 { uses.append("its basis held for \(usage.held[number]) bars") }
            if uses.isEmpty { uses.append("not used in this span") }
            result.append(recorded(one, kind, joined([one.note, uses.joined(separator: ", ")])))
        }
        guard usage.modelled > 0 else { return result }
        var ways: [String] = []
        let held = usage.held.reduce(0, +)
        if held > 0 { ways.append("\(held) bars as spot × (1 + basis of the last closed bar)") }
        if usage.borrowed > 0 { ways.append("\(usage.borrowed) bars as spot × (1 + \(other))") }
        if usage.spot > 0 { ways.append("\(usage.spot) bars as spot, no basis known") }
        result.append(
            DataSource(
                pair: history.pair, kind: kind, source: "modelled from spot", timeframe: spot.timeframe,
                first: usage.firstModelled, last: usage.lastModelled, rows: usage.modelled, gaps: 0,
                isSynthetic: history.spot.isSynthetic, isModelled: true, note: ways.joined(separator: "; ")))
        return result
    }

    private func recorded(_ series: SourcedSeries, _ kind: DataSource.Kind, _ note: String) -> DataSource {
        DataSource(
            pair: history.pair, kind: kind, source: series.source, timeframe: series.candles.timeframe,
            first: series.candles.openTimes.first, last: series.candles.openTimes.last, rows: series.candles.count,
            gaps: series.candles.gapCount, isSynthetic: series.isSynthetic, isModelled: false,
            note: note)
    }

    private func fundingSources() -> [DataSource] {
        var result: [DataSource] = []
        if let recorded = history.funding {
            let hours = recorded.funding.period.nanoseconds / Interval.hours(1).nanoseconds
            let way = "rates of \(hours) h, charged in equal hourly parts in the period after they settled"
            result.append(
                DataSource(
                    pair: history.pair, kind: .funding, source: recorded.source, timeframe: nil,
                    first: recorded.funding.times.first, last: recorded.funding.times.last,
                    rows: recorded.funding.count, gaps: recorded.funding.gaps, isSynthetic: recorded.isSynthetic,
                    isModelled: false,
                    note: joined([recorded.note, way, "used for \(funding.recordedHours) hours"])))
        }
        if funding.assumedHours > 0 {
            result.append(
                DataSource(
                    pair: history.pair, kind: .funding, source: "assumed rate", timeframe: nil, first: nil, last: nil,
                    rows: funding.assumedHours, gaps: 0, isSynthetic: history.spot.isSynthetic, isModelled: true,
                    note: "\(funding.assumedHours) hours without a recorded rate: \(assumedFunding.rate) an hour"))
        }
        return result
    }

    private func joined(_ parts: [String]) -> String {
        parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
