import Foundation
import Kraken
import KrakenServer
import Market
import Wire

/// The accounts of the local exchange from a file: a JSON array in the form in which the ready line shows them. Keys that
/// are left out are made from the seed.
struct ExchangeAccounts {
    static func read(_ path: String, seed: UInt64) throws(CommandFailure) -> [AccountSetup] {
        guard let text = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path): cannot be read; is it a file, with permission?", code: .badInput)
        }
        let value: JSONValue
        do {
            value = try JSONValue(Array(text))
        } catch {
            throw CommandFailure("\(path): \(error)", code: .badInput)
        }
        guard let items = value.array, !items.isEmpty else {
            throw CommandFailure(#"\#(path): expected [{"name": "demo", "equity_usd": "10000"}, ...]"#, code: .badInput)
        }
        var setups: [AccountSetup] = []
        for (place, item) in items.enumerated() {
            let setup = try account(item, "\(path): account \(place + 1)", seed: seed)
            guard !setups.contains(where: { $0.name == setup.name }) else {
                throw CommandFailure("\(path): two accounts are called '\(setup.name)'; rename one", code: .badInput)
            }
            setups.append(setup)
        }
        return setups
    }

    private static let names: Set = ["name", "equity_usd", "futures_key", "futures_secret", "spot_key", "spot_secret"]

    private static func account(
        _ item: JSONValue, _ place: String, seed: UInt64
    ) throws(CommandFailure) -> AccountSetup {
        guard let members = item.members else { throw CommandFailure("\(place): not an object", code: .badInput) }
        if let stranger = members.first(where: { !names.contains($0.name) }) {
            throw CommandFailure(
                "\(place): unknown field '\(stranger.name)'; known are \(names.sorted().joined(separator: ", "))",
                code: .badInput)
        }
        guard let name = item["name"]?.string, !name.isEmpty else {
            throw CommandFailure("\(place): name is missing", code: .badInput)
        }
        guard let equity = item["equity_usd"]?.amount(Money.self), equity.isPositive else {
            throw CommandFailure("\(place): equity_usd must be dollars above zero, as \"10000\"", code: .badInput)
        }
        let made = AccountKeys(seed: seed, account: name)
        let futures = try pair(item, "futures", made.futuresKey, made.futuresSecret, place)
        let spot = try pair(item, "spot", made.spotKey, made.spotSecret, place)
        let keys = AccountKeys(
            futuresKey: futures.key, futuresSecret: futures.secret, spotKey: spot.key, spotSecret: spot.secret)
        return AccountSetup(name: name, equity: equity, keys: keys)
    }

    /// Both halves as given, or both as made. The message never holds either.
    private static func pair(
        _ item: JSONValue, _ surface: String, _ key: String, _ secret: Redacted, _ place: String
    ) throws(CommandFailure) -> (key: String, secret: Redacted) {
        let given = (item[surface + "_key"]?.string, item[surface + "_secret"]?.string)
        switch given {
        case (nil, nil): return (key, secret)
        case (let key?, let secret?):
            do {
                _ = try Credentials(key: key, secret: secret)
            } catch {
                throw CommandFailure("\(place): \(surface) keys: \(error)", code: .badInput)
            }
            return (key, Redacted(secret))
        case (nil, _?), (_?, nil):
            throw CommandFailure(
                "\(place): \(surface)_key and \(surface)_secret belong together; give both or neither",
                code: .badInput)
        }
    }
}
