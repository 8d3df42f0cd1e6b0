import Market

/// The state of the demo market as a whole: its regime, the time of day, and the part of each minute's return that
/// all coins share.
struct DemoClimate {
    /// What kind of market it is, for days to weeks.
    enum Regime: CaseIterable {
        case range
        case rise
        case fall
        case turbulence

        /// Mean return of a day.
        var drift: Double {
            switch self {
            case .range: 0
            case .rise: 0.011
            case .fall: -0.012
            case .turbulence: -0.002
            }
        }

        /// Factor on volatility.
        var unrest: Double {
            switch self {
            case .range: 0.65
            case .rise: 0.9
            case .fall: 1.25
            case .turbulence: 2.1
            }
        }

        /// Mean length in days.
        var days: Double {
            switch self {
            case .range: 9
            case .rise: 9
            case .fall: 8
            case .turbulence: 2
            }
        }

        /// Where the basis of perpetuals tends to.
        var basis: Double {
            switch self {
            case .range: 0.0000
            case .rise: 0.0006
            case .fall: -0.0006
            case .turbulence: -0.0003
            }
        }
    }

    /// Volatility by hour of the day (UTC), in hundredths: quiet early, busy when Europe and America trade.
    static let session: [Double] = [
        95, 90, 85, 80, 78, 78, 82, 92, 102, 104, 98, 94, 104, 128, 142, 140, 130, 120, 112, 108, 106, 102, 98, 96,
    ].map { $0 / 100 }

    private var random: SplitMix
    private(set) var regime = Regime.range
    private var variance = DemoClimate.meanVariance
    /// Slow unrest, day by day, around one.
    private var tide = 1.0
    private(set) var hourFactor = 1.0
    /// Shared return of this minute, and its standard deviation.
    private(set) var shock = 0.0
    private(set) var deviation = 0.0
    /// A jump that all coins share in this minute; mostly zero.
    private(set) var jump = 0.0

    /// Of one minute: 80 % a year in a plain regime.
    static let meanVariance = 0.8 * 0.8 / 525_600

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// Moves to the next minute, which starts at `minute` minutes since 1970.
    mutating func advance(to minute: Int64) {
        if minute % 1440 == 0 { beginDay(minute / 1440) }
        if minute % 60 == 0 {
            let weekend = (minute / 1440 + 4) % 7
            let quiet = weekend == 0 || weekend == 6 ? 0.72 : 1.0
            hourFactor = Self.session[Int(minute / 60 % 24)] * quiet * regime.unrest * tide
        }
        // GARCH(1,1): unrest breeds unrest, with a half-life of about two hours.
        let normal = random.normal()
        let plain = normal * variance.squareRoot()
        variance = Self.meanVariance * 0.006 + 0.054 * plain * plain + 0.94 * variance
        deviation = variance.squareRoot() * hourFactor
        shock = plain * hourFactor + regime.drift / 1440
        jump = 0
        // A few times a month news comes, more often in turbulence.
        if random.unit() < 0.000_12 * regime.unrest {
            let size = (0.003 + 0.012 * random.unit() * random.unit()) * regime.unrest
            jump = random.unit() < (regime == .rise ? 0.6 : 0.45) ? size : -size
        }
    }

    private mutating func beginDay(_ day: Int64) {
        tide = 0.93 * tide + 0.07 + 0.09 * random.normal()
        tide = min(max(tide, 0.55), 1.8)
        guard random.unit() < 1 / regime.days else { return }
        let draw = random.unit()
        switch regime {
        case .range: regime = draw < 0.5 ? .rise : draw < 0.88 ? .fall : .turbulence
        case .rise: regime = draw < 0.55 ? .range : draw < 0.85 ? .fall : .turbulence
        case .fall: regime = draw < 0.5 ? .range : draw < 0.8 ? .rise : .turbulence
        case .turbulence: regime = draw < 0.45 ? .range : draw < 0.75 ? .rise : .fall
        }
    }
}
