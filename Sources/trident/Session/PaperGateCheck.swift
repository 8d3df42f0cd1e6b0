import Sessions
import TridentConfiguration

/// Whether paper trading has earned real orders.
enum PaperGateCheck {
    /// A local exchange holds no money: there nothing has to be earned.
    static func require(for address: VenueAddress, _ settings: Settings) throws(CommandFailure) {
        guard address.isReal else { return }
        throw CommandFailure(
            "the paper gate is not met: no record of paper trading stands for these settings; run `trident paper` first, "
                + "or use a local exchange with --endpoint", code: .refused)
    }
}
