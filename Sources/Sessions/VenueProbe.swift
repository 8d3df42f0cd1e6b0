public import Driver
public import Kraken
public import Market
import Sockets
public import Venue
import Wire

/// One short talk with an exchange: what it lists, how far its clock is away, and what a key may do.
public struct VenueProbe {
    public struct Findings {
        /// Terms of the wanted markets that can be traded.
        public var terms: [Instrument] = []
        public var skew: ClockSkew.Measurement?
        /// Why something could not be had.
        public var problems: [String] = []
        public var key: KeyState = .notAsked
    }

    public enum KeyState: Hashable, Sendable {
        case notAsked
        /// Accepted; `canWithdraw` is nil where the surface does not tell.
        case accepted(account: String?, canTrade: Bool?, canWithdraw: Bool?)
        case refused(String)
    }

    private let wire: SessionWire
    private let preparationLine = Line(0, carrying: .account)
    private let keyLine = Line(1, carrying: .account)
    private let keyRequest = RequestID(1)
    private let patience: Interval

    /// - Parameter patience: by the wire's clock.
    public init(_ wire: SessionWire, patience: Interval) {
        self.wire = wire
        self.patience = patience
    }

    /// - Parameter credentials: nil to ask nothing about a key.
    public func run(
        _ pairs: [SpotPair], fees: FeeSchedule, credentials: Credentials?, on surface: Surface
    ) -> Findings {
        var findings = Findings()
        var preparation = Preparation(pairs: pairs, fees: fees, candles: [])
        var outbox = SessionOutbox<PreparationNews>()
        let end = wire.now + patience
        preparation.start(at: wire.now, into: &outbox)
        take(&outbox, into: &findings)
        var isKeyAsked = false
        var isKeyOpen = credentials != nil
        while !preparation.isComplete || isKeyOpen {
            let wake = [preparation.nextWake, end].compactMap { $0 }.min()
            switch wire.next(until: wake) {
            case .delivery(let delivery) where delivery.line == keyLine:
                if let credentials { findings.key = keyState(delivery.input, credentials, surface) }
                isKeyOpen = false
            case .delivery(let delivery):
                preparation.receive(delivery.input, at: delivery.receivedAt, into: &outbox)
            case .overflowed, .knocked: break
            case .due(let now):
                guard now < end else {
                    findings.problems.append("no complete answer within \(patience)")
                    return findings
                }
                preparation.receive(.woke, at: now, into: &outbox)
            }
            take(&outbox, into: &findings)
            if preparation.isComplete, !isKeyAsked, let credentials {
                isKeyAsked = true
                // Sessions count their nonces by the exchange's time: a number of a machine that is ahead would make the
                // exchange refuse theirs.
                let ahead = findings.skew?.offset ?? .zero
                wire.perform(keyLine, request(credentials, surface, at: wire.now + ahead))
            }
        }
        return findings
    }

    private func take(_ outbox: inout SessionOutbox<PreparationNews>, into findings: inout Findings) {
        for action in outbox.actions { wire.perform(preparationLine, action) }
        for news in outbox.news {
            switch news {
            case .instruments(let terms): findings.terms = terms
            case .untradeable(let pair, let why):
                findings.problems.append("\(pair): no perpetual can be traded \(why.joined(separator: "; "))")
            case .candles: break
            case .alarm(let alarm): findings.problems.append("\(alarm)")
            case .complete(let skew): findings.skew = skew.best
            }
        }
        outbox.clear()
    }

    private func request(_ credentials: Credentials, _ surface: Surface, at now: Timestamp) -> SessionAction {
        var nonces = NonceSource()
        let nonce = nonces.next(at: now)
        return switch surface.key {
        case .derivatives:
            .request(
                keyRequest, .derivativesREST,
                credentials.signing(derivatives: Derivatives.Request.keyCheck.http, nonce: nonce))
        case .spot: .request(keyRequest, .spotREST, SpotTokenRequest(credentials: credentials, nonce: nonce).http)
        }
    }

    private func keyState(_ input: SessionInput, _ credentials: Credentials, _ surface: Surface) -> KeyState {
        guard case .answered(_, let response) = input else { return .refused("no answer") }
        switch surface.key {
        case .derivatives:
            do {
                let check = try Derivatives.Reply<Derivatives.KeyCheck>(response).content
                return .accepted(
                    account: check.accountUid, canTrade: check.canTrade, canWithdraw: check.canWithdraw)
            } catch {
                return .refused("\(error)")
            }
        case .spot:
            do {
                _ = try SpotTokenRequest(credentials: credentials, nonce: 0).answer(response)
                return .accepted(account: nil, canTrade: nil, canWithdraw: nil)
            } catch {
                return .refused("\(error)")
            }
        }
    }
}
