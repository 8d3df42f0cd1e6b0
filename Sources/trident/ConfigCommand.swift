import ArgumentParser
import Foundation
import Reports
import TridentConfiguration

/// Where the settings of a command come from.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Configuration file (YAML). Without it, the shipped one.", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Override a setting; may be repeated.", valueName: "key=value"))
    var assignments: [String] = []

    /// - Parameter further: assignments that stand over the file's and the command line's.
    func settings(_ further: [String] = []) throws -> Settings {
        guard let config else { return try settings(yaml: nil, name: "", further) }
        guard FileManager.default.fileExists(atPath: config) else {
            throw CommandFailure("'\(config)': no such file; `trident config init` writes one", code: .badInput)
        }
        guard let text = FileManager.default.contents(atPath: config) else {
            throw CommandFailure("\(config): cannot be read; is it a file, with permission?", code: .badInput)
        }
        guard let yaml = String(data: text, encoding: .utf8) else {
            throw CommandFailure("\(config): not UTF-8 text", code: .badInput)
        }
        return try settings(yaml: yaml, name: config, further)
    }

    private func settings(yaml: String?, name: String, _ further: [String]) throws -> Settings {
        do {
            return try Settings(yaml: yaml, name: name, assignments: assignments + further)
        } catch {
            throw CommandFailure.input(error)
        }
    }
}

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Show, explain or write a configuration.",
        subcommands: [Show.self, SchemaCommand.self, Init.self])

    func run() throws { throw CommandFailure.noSubcommand(Self.self) }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The effective configuration and where each value came from.")

        @OptionGroup var source: ConfigurationOptions
        @Option(help: "text or json") var format: Format = .text

        func run() throws {
            let settings = try source.settings()
            switch format {
            case .text:
                let width = settings.effective.map(\.key.count).max() ?? 0
                for setting in settings.effective {
                    let key = setting.key.padding(toLength: width, withPad: " ", startingAt: 0)
                    let value = setting.text.isEmpty ? "(empty)" : setting.text
                    Terminal.result("\(key)  \(value)  \(Terminal.coloured("# \(setting.origin)", .dim))\n")
                }
                let secrets = try ConfigCommand.secrets()
                for name in Secrets.Name.allCases {
                    let key = name.rawValue.padding(toLength: width, withPad: " ", startingAt: 0)
                    let state =
                        secrets.source(of: name).map { "set \(Terminal.coloured("# \($0)", .dim))" } ?? "not set"
                    Terminal.result("\(key)  \(state)\n")
                }
                Terminal.result("\nconfig hash \(settings.hash)\n")
            case .json:
                let values = settings.effective.map { setting in
                    (
                        setting.key,
                        JSON.object([("value", .string(setting.text)), ("source", .string("\(setting.origin)"))])
                    )
                }
                Terminal.result(
                    JSON.object([
                        ("schema", .string("trident.config/1")), ("config_hash", .string(settings.hash)),
                        ("settings", .object(values)),
                    ]).pretty)
            }
        }
    }

    /// From the environment and a `.env` file in this folder. Only whether they are set is ever shown.
    static func secrets() throws -> Secrets {
        let file = FileManager.default.contents(atPath: ".env").map { String(decoding: $0, as: UTF8.self) }
        do {
            return try Secrets(environment: ProcessInfo.processInfo.environment, file: file)
        } catch {
            throw CommandFailure.input(error)
        }
    }

    struct SchemaCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schema", abstract: "Every setting with type, range, default and meaning.")

        @Option(help: "text, json or markdown") var format: SchemaFormat = .text

        func run() {
            switch format {
            case .text:
                for section in Schema.sections {
                    Terminal.result("\(Terminal.coloured(section.name, .bold)): \(section.meaning)\n")
                    for key in section.keys {
                        let range = key.range.isEmpty ? "" : "; \(key.range)"
                        let fallback = key.fallback.map { "default \($0.isEmpty ? "empty" : $0)" } ?? "must be named"
                        Terminal.result("  \(key.name)\n      \(key.meaning)\n      \(key.form)\(range); \(fallback)\n")
                    }
                }
            case .json:
                let keys = Schema.keys.map { key in
                    JSON.object([
                        ("key", .string(key.name)), ("type", .string(key.form)), ("range", .string(key.range)),
                        ("default", key.fallback.map { .string($0) } ?? .null), ("meaning", .string(key.meaning)),
                    ])
                }
                Terminal.result(
                    JSON.object([("schema", .string("trident.settings/1")), ("settings", .array(keys))]).pretty)
            case .markdown:
                Terminal.result(Schema.markdown)
            }
        }
    }

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "init", abstract: "Write a commented configuration file with every setting.")

        @Argument(help: "The file to write; `-` for stdout.") var file = "trident.yaml"

        func run() throws {
            guard file != "-" else {
                Terminal.result(Schema.shippedFile)
                return
            }
            guard !FileManager.default.fileExists(atPath: file) else {
                throw CommandFailure("\(file) exists already; remove it or name another", code: .badInput)
            }
            let url = URL(filePath: file)
            let folder = url.deletingLastPathComponent().path
            try Output.check(folder)
            try Output.write([(url.lastPathComponent, Schema.shippedFile)], to: folder)
            Terminal.line("wrote \(file)")
        }
    }
}

enum Format: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

enum SchemaFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
}
