import ArgumentParser
import Foundation
import Kraken
import Sockets
import TridentConfiguration
import Wire

/// Where an account's keys come from: the environment, a `.env` file in this folder, or a file that only its owner reads.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "File with the account's keys, readable by its owner only. Default: environment, then .env.",
            valueName: "file"))
    var credentials: String?

    func keys(for surface: Surface) throws(CommandFailure) -> Credentials {
        let (keyName, secretName): (Secrets.Name, Secrets.Name) =
            switch surface.key {
            case .derivatives: (.futuresKey, .futuresSecret)
            case .spot: (.spotKey, .spotSecret)
            }
        do {
            if let credentials {
                let file = try FileCredentials(path: credentials)
                return try Credentials(
                    key: try file.require(keyName.rawValue).reveal(),
                    secret: try file.require(secretName.rawValue).reveal())
            }
            let secrets = try ConfigCommand.secrets()
            guard let key = secrets[keyName], let secret = secrets[secretName] else {
                throw CommandFailure(
                    "no keys for the \(surface.rawValue) surface: set \(keyName.rawValue) and \(secretName.rawValue) in the "
                        + "environment or in .env, or name a file with --credentials", code: .badInput)
            }
            return try Credentials(key: key.reveal(), secret: secret.reveal())
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.input(error)
        }
    }
}
