public import Market
public import Venue

/// The gateway and the price feed of the configured surface. A surface that has been switched off makes neither.
public struct GatewayChoice: Hashable, Sendable {
    public let surface: Surface
    /// When the exchange switches it off, where that is near: every start says so.
    public let ending: Timestamp?

    /// How many times as fast as the machine's the session's clock runs.
    public let hurry: Int64

    /// - Parameter now: the start of the session.
    public init(_ surface: Surface, at now: Timestamp, hurry: Int64 = 1) throws(SurfaceRefusal) {
        switch surface.standing(at: now) {
        case .usable: ending = nil
        case .ending(let end): ending = end
        case .refused(let end): throw SurfaceRefusal(surface: surface, switchedOff: end)
        }
        self.surface = surface
        self.hurry = hurry
    }

    /// For people; nil while nothing is to be said.
    public var warning: String? {
        ending.map { "the exchange switches the \(surface.rawValue) surface off at \($0): move to another before" }
    }

    /// - Parameters:
    ///   - credentials: of the key that `Surface.key` names.
    ///   - nonces: goes on from the last number used with this key.
    ///   - fees: what a fill costs when a message does not say.
    ///   - deadline: the exchange takes no order later than this after sending.
    public func gateway(
        credentials: Credentials, nonces: NonceSource, fees: FeeSchedule, deadline: Interval = .seconds(5)
    ) -> any Gateway {
        let deadline = max(deadline, Interval(nanoseconds: Interval.milliseconds(250).nanoseconds * hurry))
        return switch surface {
        case .derivatives:
            DerivativesGateway(
                credentials: credentials, nonces: nonces,
                configuration: .init(fees: fees, deadline: deadline, hurry: hurry))
        case .unified:
            UnifiedGateway(
                credentials: credentials, nonces: nonces,
                configuration: .init(fees: fees, deadline: deadline, hurry: hurry))
        }
    }

    /// Prices of the perpetuals.
    /// - Parameter withDepth: and what rests in their books. The unified surface does not tell it: with which decimals the
    ///   checksum of a perpetual's book is made is not documented.
    public func marketFeed(_ instruments: [InstrumentID], withDepth: Bool = false) -> any MarketFeed {
        switch surface {
        case .derivatives where withDepth: DeepMarketFeed(instruments, hurry: hurry)
        case .derivatives: DerivativesMarketFeed(instruments, hurry: hurry)
        case .unified: UnifiedMarketFeed(instruments, hurry: hurry)
        }
    }
}

/// A surface that the exchange has switched off was asked for.
public struct SurfaceRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    public let surface: Surface
    public let switchedOff: Timestamp

    public var description: String {
        let others = Surface.allCases.filter { $0.standing(at: switchedOff) == .usable }.map(\.rawValue)
        return "the exchange has switched the \(surface.rawValue) surface off at \(switchedOff); choose "
            + others.joined(separator: " or ")
    }
}

extension Surface {
    /// Which of an account's keys signs on it.
    public enum Key: String, Hashable, Sendable, CaseIterable {
        /// A key of the derivatives platform.
        case derivatives
        /// An ordinary key with the right to open WebSockets.
        case spot
    }

    public var key: Key {
        switch self {
        case .derivatives: .derivatives
        case .unified: .spot
        }
    }
}
