import Foundation
public import Logging
public import Market
public import Notices
import Sockets

/// The log of a session: lines without secrets, in the form that was chosen, written by somebody else's thread.
public struct SessionLogHandler: LogHandler {
    /// What all loggers of a session share.
    public struct Output: Sendable {
        public var format: LogFormat
        public var colour: Bool
        public var scrubber: Scrubber
        public var sink: LogSink
        public var clock: @Sendable () -> Timestamp

        public init(
            format: LogFormat, colour: Bool, scrubber: Scrubber, sink: LogSink,
            clock: @escaping @Sendable () -> Timestamp
        ) {
            self.format = format
            self.colour = colour
            self.scrubber = scrubber
            self.sink = sink
            self.clock = clock
        }

        /// On standard error. Colour only on a terminal, and not when `NO_COLOR` is set (no-color.org).
        public static func standardError(
            _ format: LogFormat, scrubber: Scrubber, environment: [String: String],
            clock: @escaping @Sendable () -> Timestamp
        ) -> Output {
            let isTerminal = isatty(STDERR_FILENO) == 1
            let chosen = format.chosen(onTerminal: isTerminal)
            let mayColour = environment["NO_COLOR"]?.isEmpty ?? true
            let sink = LogSink(
                tellDropped: { count in
                    Output.line(
                        LogEntry(time: clock(), level: .warning, label: "log", message: "\(count) lines were dropped"),
                        chosen, colour: false)
                },
                write: LogSink.writing(to: STDERR_FILENO))
            return Output(
                format: chosen, colour: isTerminal && mayColour, scrubber: scrubber, sink: sink, clock: clock)
        }

        static func line(_ entry: LogEntry, _ format: LogFormat, colour: Bool) -> String {
            switch format {
            case .json: entry.json
            case .pretty, .auto: entry.pretty(colour: colour)
            }
        }
    }

    private let label: String
    private let output: Output
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    public init(_ label: String, level: Logger.Level, to output: Output) {
        self.label = label
        self.output = output
        logLevel = level
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        var fields = all.sorted { $0.key < $1.key }.map { ($0.key, output.scrubber.scrub("\($0.value)")) }
        if let error = event.error { fields.append(("error", output.scrubber.scrub("\(error)"))) }
        let entry = LogEntry(
            time: output.clock(), level: event.level, label: label,
            message: output.scrubber.scrub(event.message.description), metadata: fields)
        output.sink.append(Output.line(entry, output.format, colour: output.colour))
    }
}
