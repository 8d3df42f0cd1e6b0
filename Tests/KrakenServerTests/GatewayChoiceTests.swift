import Kraken
import Market
import Testing
import Venue

@Suite struct GatewayChoiceTests {
    private let before = Timestamp(seconds: 1_785_542_400)
    private let near = Timestamp(seconds: 1_803_000_000)
    private let after = Timestamp(seconds: 1_803_859_200)

    @Test func eachSurfaceGivesItsGatewayAndFeed() throws {
        let credentials = try Credentials(key: "key", secret: "c2VjcmV0")
        let fees = FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5))
        for surface in Surface.allCases {
            let choice = try GatewayChoice(surface, at: before)
            let gateway = choice.gateway(credentials: credentials, nonces: NonceSource(), fees: fees)
            #expect(gateway.capabilities.surface == surface)
            #expect(choice.warning == nil)
        }
        #expect(try GatewayChoice(.unified, at: after).marketFeed([]) is UnifiedMarketFeed)
        #expect(try GatewayChoice(.derivatives, at: before).marketFeed([]) is DerivativesMarketFeed)
        #expect(Surface.unified.key == .spot && Surface.derivatives.key == .derivatives)
    }

    @Test func aSurfaceThatEndsSoonWarnsAndOneThatIsOffIsRefused() throws {
        let choice = try GatewayChoice(.derivatives, at: near)
        #expect(choice.ending == after)
        #expect(choice.warning?.contains("derivatives") == true && choice.warning?.contains("2027-03-01") == true)
        let refusal = #expect(throws: SurfaceRefusal.self) { try GatewayChoice(.derivatives, at: after) }
        #expect(refusal?.switchedOff == after)
        #expect(refusal?.description.contains("choose unified") == true)
        #expect(try GatewayChoice(.unified, at: after).warning == nil)
    }
}
