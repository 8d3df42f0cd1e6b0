import Compatibility
import Testing

/// What the command line may ask for, and how answers are printed.
@Suite struct OptionsTests {
    @Test func defaultsAreTheLibrarys() throws {
        let none = CompatibilityOptions()
        #expect(try none.function(named: "fvg") == .fvg(.init(joinConsecutive: false)))
        #expect(try none.function(named: "ob") == .ob(.init(swingLength: 50, closeMitigation: false)))
        #expect(try none.function(named: "bos_choch") == .bosChoch(.init(swingLength: 50, closeBreak: true)))
        #expect(try none.function(named: "liquidity") == .liquidity(.init(swingLength: 50, rangePercent: 0.01)))
        #expect(try none.function(named: "previous_high_low") == .previousHighLow(TimeFrame("1D")))
    }

    private func error(_ name: String, _ change: (inout CompatibilityOptions) -> Void = { _ in }) -> CompatibilityError?
    {
        var options = CompatibilityOptions()
        change(&options)
        do throws(CompatibilityError) {
            _ = try options.function(named: name)
            return nil
        } catch { return error }
    }

    @Test func refusesWhatTheLibraryRefuses() {
        #expect(error("gaps") == .unknownFunction("gaps"))
        #expect(error("ob") { $0.swingLength = -1 } == .negativeSwingLength(-1))
        #expect(error("liquidity") { $0.rangePercent = .nan } == .rangePercentNotFinite)
        #expect(error("sessions") == .missingSession)
        #expect(error("sessions") { $0.session = "london" } == .unknownSession("london"))
        #expect(error("sessions") { $0.session = "Custom" } == .customSessionNeedsTimes)
        #expect(
            error("sessions") { ($0.session, $0.startTime) = ("London", "7:00") }
                == .timesNeedCustomSession(session: "London"))
        #expect(error("fvg") { $0.swingLength = 5 } == .optionNotTaken(option: "--swing-length", function: "fvg"))
        #expect(
            error("bos_choch") { $0.closeMitigation = true }
                == .optionNotTaken(option: "--close-mitigation", function: "bos_choch"))
        #expect(error("previous_high_low") { $0.timeFrame = "15m" } == .ambiguousTimeFrame("15m"))
    }

    @Test(arguments: ["", "0h", "-4h", "h4", "4x", "2W", "3ME", "99999999999999999999h", "٤h"])
    func refusesTimeFrame(_ text: String) {
        #expect(throws: CompatibilityError.unknownTimeFrame(text)) { try TimeFrame(text) }
    }

    @Test(arguments: ["24:00", "6:60", "600", " 6:00", "6:00 ", "6:", ":", "006:00", "-1:00", "6:00:00"])
    func refusesTimeOfDay(_ text: String) {
        #expect(throws: CompatibilityError.malformedTimeOfDay(text)) { try SessionHours(start: text, end: "9:00") }
    }

    @Test(arguments: ["", "EST", "UTC+13", "UTC-15", "UTC+03", "UTC+5:30", "UTC3", "gmt+3", "UTC+", "America/New_York"])
    func refusesTimeZone(_ text: String) {
        #expect(throws: CompatibilityError.unknownTimeZone(text)) { try UTCOffset(text) }
    }

    @Test func negativeSwingLengthIsRefusedByTheTableToo() throws {
        let bars = try OHLCV(timestamps: [0], open: [1], high: [1], low: [1], close: [1], volume: [1])
        #expect(throws: CompatibilityError.negativeSwingLength(-2)) {
            try table(for: .retracements(.init(swingLength: -2)), on: bars)
        }
        #expect(try table(for: .swingHighsLows(.init(swingLength: .max)), on: bars).csv == "HighLow,Level\n,\n")
    }

    @Test func columnsMustBeEquallyLong() {
        #expect(throws: CompatibilityError.columnLength(name: "low", count: 1, expected: 2)) {
            try OHLCV(timestamps: [0, 1], open: [1, 1], high: [1, 1], low: [1], close: [1, 1], volume: [1, 1])
        }
    }

    @Test func rowsArePrintedShortestWithEmptyCellsForNaN() throws {
        let bars = try OHLCV(
            timestamps: [0, 1, 2], open: [1, 1, 3], high: [1.1, 2, 3], low: [1, 1, 1.25], close: [1, 2, 3],
            volume: [1, 1, 1])
        let gaps = try table(for: .fvg(.init()), on: bars)
        #expect(gaps.csvHeader == "FVG,Top,Bottom,MitigatedIndex")
        #expect(gaps.csv == "FVG,Top,Bottom,MitigatedIndex\n,,,\n1,1.25,1.1,0\n,,,\n")
    }
}
