import FuzzSupport
import Testing

struct FuzzTests {
    /// A trap would end the test run; the long run is `Scripts/fuzz.sh`.
    @Test(arguments: [
        (FuzzRun.Kind.frames, 12_000, 1), (.frames, 12_000, 2), (.frames, 12_000, 3), (.answers, 12_000, 4),
        (.forms, 2_000, 5),
    ])
    func brokenMessagesAreRefused(kind: FuzzRun.Kind, count: Int, seed: UInt64) throws {
        var run = try FuzzRun(kind, seed: seed, largest: 4000)
        run.run(count)
        #expect(run.frames == count)
        // Some mutations leave a message whole, most do not.
        #expect(run.taken > count / 200)
        #expect(run.taken < count / 2)
    }
}
