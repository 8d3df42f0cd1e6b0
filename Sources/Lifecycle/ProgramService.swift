import ServiceLifecycle

/// Something that runs beside a program's work: opened before it, closed after it. Once it is open, nothing that happens to
/// it ends the program.
public struct ProgramService: Sendable {
    public let name: String
    let open: @Sendable () async throws -> Void
    let close: @Sendable (_ inHaste: Bool) async -> Void
    /// Returns when it has ended, asked or not; nil for what cannot end by itself.
    var ended: (@Sendable () async -> Void)?
    var endedByItself: @Sendable () -> Void = {}

    /// - Parameters:
    ///   - open: a failure keeps the program from starting and becomes that of the whole group.
    ///   - close: must not wait for anybody else when it is in haste.
    public init(
        _ name: String, open: @escaping @Sendable () async throws -> Void,
        close: @escaping @Sendable (_ inHaste: Bool) async -> Void
    ) {
        self.name = name
        self.open = open
        self.close = close
    }

    /// The same, heard of when it ends without having been asked to.
    /// - Parameter ended: returns when it has ended, for whatever reason.
    public func watched(
        until ended: @escaping @Sendable () async -> Void, endedByItself: @escaping @Sendable () -> Void
    ) -> ProgramService {
        var copy = self
        copy.ended = ended
        copy.endedByItself = endedByItself
        return copy
    }
}

/// A service beside the work, as one of the group. Services of a group start at the same time and are cancelled at the same time; the
/// gates make that an order.
struct OrderedService: Service {
    let support: ProgramService
    /// What comes before it is open.
    let before: Gate?
    let opened: Gate
    /// What comes after it has ended.
    let after: Gate
    let ended: Gate

    func run() async throws {
        defer { ended.decide(true) }
        guard await before?.isOpen ?? true, !Task.isCancelled else {
            opened.decide(false)
            return await Self.untilAsked()
        }
        do {
            try await support.open()
        } catch {
            opened.decide(false)
            throw error
        }
        opened.decide(true)
        if let hasEnded = support.ended {
            let sign = StopSign()
            Task { [support] in
                await hasEnded()
                if !sign.isUp { support.endedByItself() }
            }
            await Self.untilAsked()
            sign.raise(.inGoodOrder)
        } else {
            await Self.untilAsked()
        }
        _ = await after.isOpen
        await support.close(Task.isCancelled)
    }

    /// Until the group shuts down or is cancelled. A service that ended before would end the group.
    static func untilAsked() async {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled, which asks for the same.
        }
    }
}
