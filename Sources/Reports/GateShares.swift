import Research
import Strategy
public import Trading

/// How many candidates one gate let through: what the funnel of rejections does not show, since a gate that refuses
/// nothing, or everything, has no place in it.
public struct GateShare: Hashable, Sendable {
    /// What such a gate says about itself.
    public enum Flag: String, Hashable, Sendable, CaseIterable {
        /// It removed nothing: the run does not show that it works.
        case removesNothing = "removes_nothing"
        /// It removed all that came: the run says nothing about what stands behind it.
        case removesEverything = "removes_everything"

        /// For people.
        var words: String {
            switch self {
            case .removesNothing: "removed nothing, so that this run does not show that they work"
            case .removesEverything: "removed all that reached them, so that nothing behind them was tried"
            }
        }
    }

    public let stage: Decision.Stage
    public let name: String
    /// Candidates that passed every gate before it.
    public internal(set) var reached: Int
    /// Those among them that it refused.
    public internal(set) var removed: Int

    /// 0...1; a gate that nothing reached is not listed.
    public var share: Double { Double(removed) / Double(reached) }

    public var flag: Flag? { removed == 0 ? .removesNothing : removed == reached ? .removesEverything : nil }
}

extension GateShare {
    /// Every gate that one of `decisions` reached: strategy's, then safety's, then risk's, each in the order in which
    /// candidates meet them.
    public static func all(in decisions: [Decision]) -> [GateShare] {
        var shares: [GateShare] = []
        var places: [String: Int] = [:]
        func count(_ stage: Decision.Stage, _ name: String, passed: Bool) {
            let key = "\(stage.rawValue).\(name)"
            let place = places[key, default: shares.count]
            if place == shares.count {
                places[key] = place
                shares.append(GateShare(stage: stage, name: name, reached: 0, removed: 0))
            }
            shares[place].reached += 1
            if !passed { shares[place].removed += 1 }
        }
        for decision in decisions {
            let checks = decision.reached
            for (stage, check) in checks { count(stage, check.name, passed: check.passed) }
            // Some refusals come before the checks of their stage.
            if case .refused(let stage, let reason) = decision.verdict, checks.allSatisfy(\.1.passed) {
                count(stage, reason, passed: false)
            }
        }
        // Safety is asked about every signal, and leaves a trace only where it refuses.
        let signals = decisions.count(where: \.passedStrategy)
        for place in shares.indices where shares[place].stage == .safety { shares[place].reached = signals }
        return [Decision.Stage.strategy, .safety, .risk].flatMap { stage in shares.filter { $0.stage == stage } }
    }
}

extension Decision {
    /// The checks up to the first that failed, each with its stage. Risk's begin with the first name that is none of
    /// strategy's rules.
    fileprivate var reached: [(Stage, DecisionCheck)] {
        var result: [(Stage, DecisionCheck)] = []
        var stage = Stage.strategy
        for check in checks {
            if SignalRule(rawValue: check.name) == nil { stage = .risk }
            result.append((stage, check))
            if !check.passed { break }
        }
        return result
    }
}
