/// Logarithm and power from + − × ÷ alone, so that a statistic has the same last bit on every machine.
enum PowerFunctions {
    private static let ln2 = 0.693_147_180_559_945_3

    /// The natural logarithm; nil unless `x` is positive and finite. Relative error below 10⁻¹⁴.
    static func logarithm(_ x: Double) -> Double? {
        guard x > 0, x.isFinite else { return nil }
        var significand = x.significand
        var exponent = Double(x.exponent)
        // Into [√½, √2), where the series converges fast and nothing cancels near one.
        if significand > 1.414_213_562_373_095_1 {
            significand /= 2
            exponent += 1
        }
        // ln m = 2 artanh((m − 1) / (m + 1)).
        let z = (significand - 1) / (significand + 1)
        let square = z * z
        var term = z
        var sum = 0.0
        for odd in stride(from: 1.0, through: 25.0, by: 2.0) {
            sum += term / odd
            term *= square
        }
        return 2 * sum + exponent * ln2
    }

    /// e to the power of `x`; nil when that is too large for a `Double`.
    static func exponential(_ x: Double) -> Double? {
        guard x < 709, x.isFinite else { return nil }
        guard x > -708 else { return 0 }
        let halvings = (x / ln2).rounded(.toNearestOrEven)
        let rest = x - halvings * ln2
        var term = 1.0
        var sum = 1.0
        for order in 1...20 {
            term *= rest / Double(order)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(halvings), significand: sum)
    }

    /// `base` to the power of `exponent`; nil when `base` is not positive or the result too large.
    static func power(_ base: Double, _ exponent: Double) -> Double? {
        logarithm(base).flatMap { exponential($0 * exponent) }
    }
}
