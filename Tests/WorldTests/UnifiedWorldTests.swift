import Kraken
import Market
import Operations
import Testing
import Trading
import World

@Suite struct UnifiedWorldTests {
    /// The whole program on the surface that stays, where stops watch the index and no order can be asked for.
    @Test func aQuietNightOnTheUnifiedSurfaceTradesAndStaysReady() throws {
        var scenario = try Scenario.demo(days: 1)
        scenario.surface = .unified
        var world = try scenario.world(seed: 1)
        world.run(until: world.now + .hours(8))
        #expect(world.runtime?.phase == .ready)
        #expect(world.judge.violations == [])
        #expect(world.runtime?.trader?.trades ?? 0 > 1)
    }
}
