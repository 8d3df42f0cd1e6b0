/// Broken messages of one kind through all decoders of that kind. That it ends without a trap is the result; what it
/// counts shows that it did something.
public struct FuzzRun {
    private var mutator: FrameMutator
    private let decoders: [(name: String, decode: Decoders.Decoder)]
    public private(set) var frames = 0
    public private(set) var bytes = 0
    /// Broken or not, taken for a message by the decoder.
    public private(set) var taken = 0
    /// By decoder: frames given and frames taken.
    public private(set) var counts: [(name: String, given: Int, taken: Int)]
    private var turn = 0
    /// By seed, the decoders that it is meant for.
    private let meant: [[Int]]

    public enum Kind: String, CaseIterable, Sendable {
        case frames
        case answers
        case forms
    }

    /// `largest` bounds the recorded files that are taken, in bytes.
    public init(_ kind: Kind, seed: UInt64, largest: Int = .max) throws {
        switch kind {
        case .frames:
            mutator = FrameMutator(try Corpus.frames(largest: largest), seed: seed)
            decoders = Decoders.frames
        case .answers:
            mutator = FrameMutator(try Corpus.answers(largest: largest), seed: seed)
            decoders = Decoders.answers
        case .forms:
            mutator = FrameMutator(Corpus.forms, seed: seed)
            decoders = Decoders.forms
        }
        counts = decoders.map { ($0.name, 0, 0) }
        let decoders = decoders
        meant = mutator.seeds.map { seed in decoders.indices.filter { decoders[$0].decode(seed) } }
    }

    /// Gives `count` frames.
    public mutating func run(_ count: Int) {
        for _ in 0..<count { _ = step() }
    }

    /// Gives one frame; its bytes and the decoder's name. Every other one goes to a decoder that its seed is meant for, the
    /// others to the decoder whose turn it is.
    public mutating func step() -> (bytes: [UInt8], decoder: String) {
        let (frame, seed) = mutator.next()
        turn += 1
        let fitting = turn % 2 == 0 ? meant[seed] : []
        let index = fitting.isEmpty ? turn / 2 % decoders.count : fitting[turn / 2 % fitting.count]
        frames += 1
        bytes += frame.count
        counts[index].given += 1
        if decoders[index].decode(frame) {
            taken += 1
            counts[index].taken += 1
        }
        return (frame, decoders[index].name)
    }
}
