/// Bars as plain columns, the form in which the Python library takes them.
///
/// Any value is allowed, also NaN and infinity: the view answers as the library answers. Bars stand in the order in
/// which they were given; the functions that read the clock also work on timestamps out of order.
public struct OHLCV: Sendable {
    /// Opening times of the bars in seconds since 1970, UTC. Read by `previous_high_low` and `sessions` only.
    public let timestamps: [Int64]
    public let open: [Double]
    public let high: [Double]
    public let low: [Double]
    public let close: [Double]
    /// Read by `ob` only.
    public let volume: [Double]

    /// Throws `columnLength` unless all columns are as long as `timestamps`.
    public init(
        timestamps: [Int64], open: [Double], high: [Double], low: [Double], close: [Double], volume: [Double]
    ) throws(CompatibilityError) {
        let columns = [("open", open), ("high", high), ("low", low), ("close", close), ("volume", volume)]
        for (name, values) in columns where values.count != timestamps.count {
            throw .columnLength(name: name, count: values.count, expected: timestamps.count)
        }
        self.timestamps = timestamps
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    /// How many bars there are.
    public var count: Int { timestamps.count }
}
