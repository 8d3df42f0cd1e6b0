import Foundation

/// The real market data beside the checkout; tests that need it skip when it is absent.
public enum SharedData {
    static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "shared/data")
    }

    public static func path(_ name: String) -> String { root.appending(path: name).path }

    /// For `@Test(.enabled(if: SharedData.isPresent, "needs ../shared/data"))`.
    public static var isPresent: Bool { FileManager.default.fileExists(atPath: path("sample")) }
}
