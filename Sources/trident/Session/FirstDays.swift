import Foundation
import Journal
import Market
import Risk
import Sessions
import TridentConfiguration

/// The first days with real orders are traded with a part of the capital: what nobody has seen yet costs less then.
enum FirstDays {
    /// Settings that cap the capital, to be added to those of a live session; none when they are set already, or not wanted.
    /// The end is decided once, at the first start, and stands in every journal since.
    static func assignments(
        _ settings: Settings, _ files: StateFiles, at now: Timestamp
    ) throws(CommandFailure) -> [String] {
        let days = settings[SessionSettings.firstDays]
        do {
            guard days > 0, try settings.riskParameters().capitalCap == nil else { return [] }
            let length = Interval.days(Int64(days))
            var end = Timestamp(seconds: now.seconds) + length
            if let header = try lastHeader(files) {
                end = Self.end(in: header.settings) ?? Timestamp(seconds: header.opened.seconds) + length
            }
            let capital = settings[SessionSettings.firstDaysCapital]
            return ["\(key)=\(capital.setting)", "\(untilKey)=\(end.setting)"]
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private static let key = "risk.capital_cap"
    private static let untilKey = "risk.capital_cap_until"

    private static func end(in settings: [String]) -> Timestamp? {
        let prefix = untilKey + "="
        return settings.first { $0.hasPrefix(prefix) }.flatMap {
            Timestamp(setting: String($0.dropFirst(prefix.count)))
        }
    }

    /// Of the journal, or of the newest one that was put away.
    private static func lastHeader(_ files: StateFiles) throws -> JournalHeader? {
        if let header = try JournalFile.lastHeader(files.journal) { return header }
        let archives = try StateFolder.names(in: files.folder).filter { $0.hasPrefix("journal-") }
        guard let newest = archives.max(by: { ($0.count, $0) < ($1.count, $1) }) else { return nil }
        return try JournalFile.lastHeader(files.folder + "/" + newest)
    }
}
