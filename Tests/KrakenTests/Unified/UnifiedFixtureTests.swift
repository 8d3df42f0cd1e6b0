import Kraken
import Market
import Testing
import Wire

@Suite(.enabled(if: RecordedFrames.isPresent, "needs ../shared/fixtures"))
struct UnifiedFixtureTests {
    /// A relative trigger, which derivatives do not document, is refused by name.
    static let refused = ["add_order_request_stop_loss_pct.json"]

    @Test(arguments: ["unified", "unified/spot_base"])
    func everySampleIsReadAndWritten(folder: String) throws {
        var count = 0
        for file in try RecordedFrames.files(folder) where file.name != "error_texts.json" {
            for bytes in try RecordedFrames.frames(file) {
                count += 1
                do {
                    if file.name.contains("request") {
                        let request = try Unified.Request(bytes)
                        #expect(!Self.refused.contains(file.name))
                        #expect(try Unified.Request(request.bytes) == request, "\(file.name)")
                    } else {
                        let frame = try Unified.Frame(bytes)
                        if case .unrecognised = frame { Issue.record("\(file.name) is not recognised") }
                        #expect(try Unified.Frame(frame.bytes) == frame, "\(file.name)")
                    }
                } catch let problem as Unified.RequestProblem {
                    #expect(Self.refused.contains(file.name), "\(file.name): \(problem.text)")
                    #expect(problem.text.contains("triggers.price_type"))
                } catch {
                    Issue.record("\(file.name): \(error)")
                }
            }
        }
        #expect(count >= 8)
    }

    @Test func documentedTextsAreUnderstood() throws {
        let file = try #require(try RecordedFrames.files("unified", prefix: "error_texts").first)
        let value = try JSONValue(file.bytes)
        for entry in value["unified_documentation"]?.array ?? [] {
            guard let text = entry["text"]?.string, text != "snapshot_too_large" else { continue }
            #expect(Unified.RefusalKind(text) == .bug, "\(text)")
        }
        let texts = (value["spot_v2_official_sdk_and_docs"]?.array ?? []).compactMap(\.string)
        #expect(texts.count > 4)
        let kinds = texts.map { Unified.RefusalKind($0) }
        #expect(
            kinds.prefix(7).elementsEqual([
                .staleToken, .staleToken, .credentials, .credentials, .credentials, .insufficientFunds, .invalidOrder,
            ]))
    }
}
