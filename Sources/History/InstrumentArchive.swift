public import Kraken
import Market
import Wire

extension HistoryRunner {
    /// Keeps the list of contracts with their margin levels and funding caps, when it has changed since it was kept
    /// last. The exchange shows only what holds now; a later study needs what held then.
    ///
    /// - Returns: the list, and the file that was written, if one was.
    public mutating func archiveInstruments(
        into folder: String
    ) async throws(HistoryError) -> (contracts: [Derivatives.InstrumentEntry], file: String?) {
        let bytes = try await bytes(.instruments)
        let tree: JSONValue
        let list: Derivatives.Instruments
        do throws(WireError) {
            tree = try JSONValue(bytes)
            list = try Derivatives.Instruments(tree)
        } catch {
            throw .implausible("\(error) in: \(redactedExcerpt(bytes))")
        }
        guard let contracts = tree["instruments"], !list.instruments.isEmpty else {
            throw .implausible("a list of contracts without any: \(redactedExcerpt(bytes))")
        }
        let path = folder + "/instruments"
        try DurableFile.makeFolder(path)
        let content = contracts.bytes
        let kept = try DurableFile.names(in: path).last { $0.hasPrefix(Self.prefix) && $0.hasSuffix(".json.gz") }
        if let kept, try Gzip.contents(of: path + "/" + kept) == content { return (list.instruments, nil) }
        let stamp = world.now.rfc3339(digits: 0).filter { $0 != ":" && $0 != "-" }
        let file = path + "/" + Self.prefix + stamp + ".json.gz"
        try DurableFile.replace(file, with: [try Gzip.member(content)])
        return (list.instruments, file)
    }

    private static var prefix: String { "kraken_instruments_" }
}
