import Wire

/// A vocabulary of the exchange: the words that are documented or were seen, by the text that travels.
public protocol WireWord: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// The word that other spellings stand for; nil when there is none.
    static func spelled(_ text: String) -> Self?
    /// Of vocabularies that stand in frequent frames; nil for the others.
    static var table: WordTable<Self>? { get }
}

extension WireWord {
    public static func spelled(_ text: String) -> Self? { nil }
    public static var table: WordTable<Self>? { nil }
}

/// A word of a vocabulary that may grow: a new one is kept as it came, for the data alarm, and never taken for another.
public enum Open<Word: WireWord>: Hashable, Sendable {
    case known(Word)
    case unrecognised(String)

    public init(_ word: Word) { self = .known(word) }

    public init(_ text: String) {
        if let word = Word(rawValue: text) ?? Word.spelled(text) {
            self = .known(word)
        } else {
            self = .unrecognised(text)
        }
    }

    init(_ text: JSONText) {
        if let word = Word.table?.word(text) {
            self = .known(word)
        } else {
            self.init(text.string)
        }
    }

    /// As it travels.
    public var text: String {
        switch self {
        case .known(let word): word.rawValue
        case .unrecognised(let text): text
        }
    }

    /// Nil when the exchange said something new.
    public var word: Word? {
        switch self {
        case .known(let word): word
        case .unrecognised: nil
        }
    }
}

extension Open: CustomStringConvertible {
    public var description: String { text }
}

extension JSONReader {
    mutating func word<Word: WireWord>(_: Word.Type = Word.self) throws(WireError) -> Open<Word> {
        Open(try string())
    }

    /// Nil when null or empty.
    mutating func filledWord<Word: WireWord>(_: Word.Type = Word.self) throws(WireError) -> Open<Word>? {
        if null() { return nil }
        let text = try string()
        return text.bytes.isEmpty ? nil : Open(text)
    }
}
