/// Why received bytes are not what they should be. Carries where, never the bytes of a credential.
public struct WireError: Error, Hashable, Sendable {
    public enum Problem: Hashable, Sendable {
        /// The text ends in the middle of a value.
        case truncated
        /// The byte at `offset` has no place in JSON there.
        case syntax
        /// A value of another kind than the field holds.
        case expected(String)
        /// A required field is not there.
        case missing
        /// A number with more digits than its type holds, or too large.
        case outOfRange
        /// Arrays and objects nested deeper than any message is.
        case tooDeep
    }

    public let problem: Problem
    /// The name of the field concerned, with the names around it: `data.bid`; empty for the whole text.
    public var field: String
    /// Where in the text the problem was found, in bytes.
    public let offset: Int

    public init(_ problem: Problem, field: String = "", offset: Int = 0) {
        self.problem = problem
        self.field = field
        self.offset = offset
    }

    public static func missing(_ field: String) -> WireError { WireError(.missing, field: field) }

    /// The same problem, seen from the object or array that holds the field.
    public func within(_ outer: String) -> WireError {
        var error = self
        error.field = field.isEmpty ? outer : outer + "." + field
        return error
    }
}

extension WireError: CustomStringConvertible {
    public var description: String {
        let place = field.isEmpty ? "at byte \(offset)" : "field '\(field)'"
        return switch problem {
        case .truncated: "the text ends in the middle of a value (byte \(offset))"
        case .syntax: "not JSON \(place)"
        case .expected(let what): "\(place): expected \(what)"
        case .missing: "\(place) is missing"
        case .outOfRange: "\(place): the number does not fit"
        case .tooDeep: "nested too deep \(place)"
        }
    }
}
