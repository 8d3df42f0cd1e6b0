import Market

extension SetupID {
    /// The identity of a setup on one structure: its market, timeframe, direction, the bar it was made by and its level.
    /// Made of times and prices, not of positions in a series, so that it outlives a restart on another history.
    init(_ pair: SpotPair, _ timeframe: Timeframe, _ side: Side, structure: Timestamp, level: Price) {
        var print = Fingerprint()
        print.add(pair.description)
        print.add(timeframe.minutes)
        print.add(side.sign)
        print.add(structure.nanoseconds)
        print.add(level.raw)
        self.init(print.value)
    }
}
