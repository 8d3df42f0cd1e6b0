import Kraken
import KrakenServer
import Market
import Operations
import Testing
import Trading
import World

/// The whole program on the surface that stays, where stops watch the index and no order can be asked for.
@Suite struct UnifiedWorldTests {
    @Test func aQuietNightOnTheUnifiedSurfaceTradesAndStaysReady() throws {
        var scenario = try Scenario.demo(days: 1)
        scenario.surface = .unified
        var world = try scenario.world(seed: 1)
        world.run(until: world.now + .hours(8))
        #expect(world.runtime?.phase == .ready)
        #expect(world.judge.violations == [])
        #expect(world.runtime?.trader?.trades ?? 0 > 1)
    }

    /// Cut lines, lost answers and frames in any order every few minutes: the position is protected all the same.
    @Test(arguments: [5, 6])
    func anUnrulyNetworkOnTheUnifiedSurfaceLeavesNothingUnprotected(seed: UInt64) throws {
        var scenario = try Scenario.demo(days: 1)
        scenario.surface = .unified
        scenario.faultEvery = .minutes(3)
        scenario.kinds = [
            .cutConnections, .refusedConnects, .halfOpen, .lossUpward, .lossDownward, .answersLost, .delaySpike,
            .killAfterSend, .killAfterAnswer, .gracefulRestart,
        ]
        scenario.exchangeKinds = [
            .serverError, .serverErrorWithEffect, .answerLost, .noAnswer, .delayedAnswer, .rateLimited,
            .authenticationRefused, .duplicateFrames, .reorderedFrames, .delayedFrames, .lostFrames,
            .resetConnections, .silentConnections, .partialFillBeforeCancel,
        ]
        var world = try scenario.world(seed: seed)
        world.run(until: world.now + .hours(5))
        #expect(world.judge.violations == [])
        #expect(world.runtime?.trader?.trades ?? 0 > 0)
    }
}
