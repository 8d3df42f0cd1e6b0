import Market

/// Reads the rows that nearly every file consists of straight from its bytes: timestamp, open, high, low, close and
/// volume in this order, as plain decimals, each one timeframe after the row before.
///
/// It stops before the first row that is anything else; the general way then reads or refuses that one.
struct RegularRows: ~Copyable {
    private static let capacity = 512
    /// More than the longest row that is read here and the bytes that are looked at behind it.
    private static let room = 160

    private let interval: Interval
    private let opens: UnsafeMutablePointer<Price>
    private let highs: UnsafeMutablePointer<Price>
    private let lows: UnsafeMutablePointer<Price>
    private let closes: UnsafeMutablePointer<Price>
    private let volumes: UnsafeMutablePointer<Double>

    init(_ timeframe: Timeframe) {
        interval = timeframe.interval
        opens = .allocate(capacity: Self.capacity)
        highs = .allocate(capacity: Self.capacity)
        lows = .allocate(capacity: Self.capacity)
        closes = .allocate(capacity: Self.capacity)
        volumes = .allocate(capacity: Self.capacity)
    }

    deinit {
        opens.deallocate()
        highs.deallocate()
        lows.deallocate()
        closes.deallocate()
        volumes.deallocate()
    }

    /// Appends to `series`, which must not be empty, all regular rows that `rows` has at hand.
    borrowing func read(from rows: inout RowReader, into series: inout CandleSeries) {
        guard let unit = rows.plainUnit else { return }
        var count = Self.capacity
        while count == Self.capacity, let last = series.openTimes.last {
            count = 0
            rows.lines.takeAhead { start, length in
                let taken = fill(from: start, length, after: last, unit)
                count = taken.lines
                return taken
            }
            let isTaken = series.appendRun(
                opens: UnsafeBufferPointer(start: opens, count: count),
                highs: UnsafeBufferPointer(start: highs, count: count),
                lows: UnsafeBufferPointer(start: lows, count: count),
                closes: UnsafeBufferPointer(start: closes, count: count),
                volumes: UnsafeBufferPointer(start: volumes, count: count))
            precondition(isTaken, "every row was checked")
        }
    }

    private borrowing func fill(
        from start: UnsafePointer<UInt8>, _ length: Int, after last: Timestamp, _ unit: Int64
    ) -> (bytes: Int, lines: Int) {
        let end = start + length
        var at = start
        var time = last
        var count = 0
        while count < Self.capacity, end - at >= Self.room {
            time = time + interval
            guard TimestampForm.sane.contains(time.nanoseconds), let next = row(at, end, time, unit, count) else {
                break
            }
            at = next
            count += 1
        }
        return (at - start, count)
    }

    /// Reads one row into place `index`; where the next one begins, or nil when it is not regular.
    @inline(__always)
    private borrowing func row(
        _ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ time: Timestamp, _ unit: Int64, _ index: Int
    ) -> UnsafePointer<UInt8>? {
        var at = start
        guard let whole = PlainDigits.whole(&at),
            Int64(whole).multipliedReportingOverflow(by: unit) == (time.nanoseconds, false),
            let open = PlainDigits.price(&at), let high = PlainDigits.price(&at), let low = PlainDigits.price(&at),
            let close = PlainDigits.price(&at), let volume = PlainDigits.double(&at)
        else { return nil }
        guard low.isPositive, low <= open, low <= close, high >= open, high >= close else { return nil }
        opens[index] = open
        highs[index] = high
        lows[index] = low
        closes[index] = close
        volumes[index] = volume
        return Self.lineEnd(at, end)
    }

    /// Behind the end of a line whose wanted fields end at `at`; nil when it ends in another way or not here.
    @inline(__always)
    private static func lineEnd(_ at: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        if at[0] == 10 { return at + 1 }
        if at[0] == 13, at[1] == 10 { return at + 2 }
        guard at[0] == 44 else { return nil }
        // Further columns are not looked at.
        var at = at + 1
        while at < end {
            if at[0] == 10 { return at + 1 }
            at += 1
        }
        return nil
    }
}

/// Numbers of plain digits, eight at a time. Each reads at most 8 bytes behind the number.
private enum PlainDigits {
    /// The leading digits of the eight bytes at `at` as a number, and how many they are.
    @inline(__always)
    private static func run(_ at: UnsafePointer<UInt8>) -> (value: UInt64, count: Int) {
        let bytes = UInt64(littleEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)) ^ 0x3030_3030_3030_3030
        // The high bit of each byte that is no digit; bytes above the first such one may be wrong and do not matter.
        let others = ((bytes &+ 0x7676_7676_7676_7676) | bytes) & 0x8080_8080_8080_8080
        let count = others.trailingZeroBitCount >> 3
        // Leading zeros instead of what follows the digits; then pairs, fours and eights are joined.
        let digits = bytes &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        let pairs = digits &* 10 &+ (digits >> 8)
        let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = ((pairs >> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return ((low &+ high) >> 32, count)
    }

    /// 1 to 16 digits and a comma, which is passed over.
    @inline(__always)
    static func whole(_ at: inout UnsafePointer<UInt8>) -> UInt64? {
        let first = run(at)
        guard first.count > 0 else { return nil }
        at += first.count
        var value = first.value
        if first.count == 8 {
            let second = run(at)
            at += second.count
            // A run without digits has no value.
            if second.count > 0 { value = value &* UInt64(ten(second.count)) &+ second.value }
        }
        guard at[0] == 44 else { return nil }
        at += 1
        return value
    }

    /// Up to eight digits, and up to eight more behind a point.
    @inline(__always)
    private static func decimal(_ at: inout UnsafePointer<UInt8>) -> (whole: Int64, part: Int64, places: Int)? {
        let whole = run(at)
        guard whole.count > 0 else { return nil }
        at += whole.count
        guard at[0] == 46 else { return (Int64(truncatingIfNeeded: whole.value), 0, 0) }
        let part = run(at + 1)
        guard part.count > 0 else { return nil }
        at += 1 + part.count
        return (Int64(truncatingIfNeeded: whole.value), Int64(truncatingIfNeeded: part.value), part.count)
    }

    /// A price and a comma, which is passed over.
    @inline(__always)
    static func price(_ at: inout UnsafePointer<UInt8>) -> Price? {
        guard let (whole, part, places) = decimal(&at), at[0] == 44 else { return nil }
        at += 1
        // Below 10⁸ × 10¹⁰.
        return Price(raw: whole &* Price.scale &+ part &* ten(Price.decimals - places))
    }

    /// As `FieldText.double` reads it.
    @inline(__always)
    static func double(_ at: inout UnsafePointer<UInt8>) -> Double? {
        guard let (whole, part, places) = decimal(&at) else { return nil }
        let mantissa = whole &* ten(places) &+ part
        guard mantissa < 1 << 53 else { return nil }
        return Double(mantissa) / Double(ten(places))
    }
}
