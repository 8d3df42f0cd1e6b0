// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // The core is many small targets; their small functions must still be inlined into each other's loops.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A target of the pure core: values in, values out, no clock, no I/O.
func core(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, uses dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], resources: resources, swiftSettings: strict)
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle: [Target.Dependency] = [
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    .product(name: "UnixSignals", package: "swift-service-lifecycle"),
]
let tracing: [Target.Dependency] = [
    .product(name: "Tracing", package: "swift-distributed-tracing"),
    .product(name: "Instrumentation", package: "swift-distributed-tracing"),
]
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "trident",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "trident", targets: ["trident"])],
    traits: [
        .trait(name: "PostgreSQL", description: "The store can be in PostgreSQL; needs its client library, libpq."),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The pure core. Arrows point up this list only.
        core("Market"),
        core("Indicators", uses: ["Market"]),
        core("SmartMoney", uses: ["Market", "Indicators"]),
        core("Strategy", uses: ["Market", "Indicators", "SmartMoney"]),
        core("Venue", uses: ["Market"]),
        core("Risk", uses: ["Market", "Venue"]),
        core("Trading", uses: ["Market", "Strategy", "Venue", "Risk"]),
        core("Exchange", uses: ["Market", "Venue"]),
        core(
            "Research",
            uses: ["Market", "Indicators", "SmartMoney", "Strategy", "Venue", "Risk", "Trading", "Exchange"]),
        // The border: bytes to values and back, and both ends of the exchange's conversation as values without sockets.
        core("Wire", uses: ["Market"]),
        core("Kraken", uses: ["Market", "Venue", "Wire", crypto]),
        core("KrakenServer", uses: ["Market", "Venue", "Exchange", "Research", "Wire", "Kraken"]),
        // What a session writes down, in bytes that prove themselves.
        core("Journal", uses: ["Market", "Strategy", "Venue", "Risk", "Trading", crypto]),
        // The running program as a value: sessions, phases, protection, kill switch.
        core("Operations", uses: ["Market", "Strategy", "Venue", "Risk", "Trading", "Exchange", "Wire", "Kraken"]),
        // The venue of paper trading, and what a record of it must show.
        core("Paper", uses: ["Market", "Venue", "Risk", "Trading", "Exchange", "Kraken", "Journal", "Operations"]),
        // A session against the same hours run again as a backtest.
        core(
            "Attribution", uses: ["Market", "Strategy", "Venue", "Risk", "Trading", "Exchange"]),
        // What is told to people, to whom and when, in which words.
        core("Notices", uses: ["Market", "Venue", "Trading", "Wire", "Operations"]),
        // The running program and its exchange in one deterministic value.
        core(
            "World",
            uses: [
                "Market", "Strategy", "Venue", "Risk", "Trading", "Exchange", "Research", "Wire", "Kraken",
                "KrakenServer", "Journal", "Operations",
            ]),
        // A view of the data for users of a Python library; nothing in the core may use it.
        core("Compatibility"),

        // Effects: files and configuration.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CandleFiles", dependencies: ["Market", "CZlib"], swiftSettings: strict),
        .target(
            name: "TridentConfiguration",
            dependencies: [
                "Market", "SmartMoney", "Strategy", "Venue", "Risk", "Trading", "Exchange", "Research", "Wire",
                "Kraken", "Operations", "Notices", yams,
            ],
            swiftSettings: strict),
        .target(
            name: "Reports", dependencies: ["Market", "Strategy", "Venue", "Trading", "Research"],
            resources: [.embedInCode("Page/report.css"), .embedInCode("Page/report.js")], swiftSettings: strict),
        // Sockets, files of history.
        .target(name: "Sockets", dependencies: ["Market", "Wire", httpClient] + nio, swiftSettings: strict),
        // The client sessions on sockets, and the local exchange behind them.
        .target(
            name: "Driver",
            dependencies: ["Market", "Wire", "Kraken", "Sockets"],
            swiftSettings: strict),
        .target(
            name: "ExchangeService", dependencies: ["Market", "Wire", "KrakenServer", "Sockets"],
            swiftSettings: strict),
        // What can be asked about sessions afterwards, in a database; and who may run an account.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "Storage",
            dependencies: [
                "Market", "Strategy", "Venue", "Risk", "Trading", "Wire", "Journal", "Operations", grdb,
                .target(name: "CLibPQ", condition: .when(traits: ["PostgreSQL"])),
            ],
            swiftSettings: strict),
        // A running program as services: opened in order, closed in reverse.
        .target(name: "Lifecycle", dependencies: [logging] + lifecycle, swiftSettings: strict),
        // A session with its files around it.
        .target(
            name: "Sessions",
            dependencies: [
                "Market", "Strategy", "Venue", "Risk", "Trading", "Wire", "Kraken", "Sockets", "Driver", "Journal",
                "Operations",
            ],
            swiftSettings: strict),
        // What a running session tells the world: alerts, logs, figures, pages.
        .target(
            name: "Monitoring",
            dependencies: [
                "Market", "Strategy", "Venue", "Trading", "Wire", "Kraken", "Sockets", "Operations", "Notices", crypto,
                logging, metrics,
            ] + tracing + nio,
            swiftSettings: strict),
        .target(
            name: "History", dependencies: ["Market", "Venue", "Wire", "Kraken", "CandleFiles", "CZlib"],
            swiftSettings: strict),
        .executableTarget(
            name: "trident",
            dependencies: [
                "Market", "Indicators", "SmartMoney", "Strategy", "Venue", "Risk", "Trading", "Exchange", "Research",
                "Compatibility", "CandleFiles", "TridentConfiguration", "Reports", "Wire", "Kraken", "KrakenServer",
                "Sockets", "Driver", "ExchangeService", "History", "Journal", "Paper", "Operations", "Notices",
                "Monitoring", "Lifecycle", "Sessions", "Storage", "World", "Attribution", arguments, logging,
            ] + tracing,
            swiftSettings: strict),

        // `make bench`. Not part of the product.
        .target(name: "ReferenceLoops", path: "Benchmarks/Reference", linkerSettings: [.linkedLibrary("z")]),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Market", "Indicators", "SmartMoney", "Strategy", "Venue", "Risk", "Trading", "Exchange", "Research",
                "CandleFiles", "TridentConfiguration", "Reports", "Wire", "Kraken", "KrakenServer", "Sockets",
                "Driver", "ExchangeService", "Journal", "Operations", "ReferenceLoops", "CZlib", arguments,
            ] + nio,
            path: "Benchmarks/Sources", swiftSettings: strict),

        .target(name: "TestSupport", dependencies: ["Market"], path: "Tests/TestSupport", swiftSettings: strict),
        // Broken messages for every decoder: a short run in the tests, a long one in `Scripts/fuzz.sh`.
        .target(
            name: "FuzzSupport", dependencies: ["Market", "Venue", "Wire", "Kraken", "TestSupport"],
            path: "Tests/FuzzSupport", swiftSettings: strict),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzSupport", arguments], path: "Benchmarks/Fuzz", swiftSettings: strict),
        tests("LawTests", uses: []),
        tests(
            "SystemTests",
            uses: ["TridentConfiguration", "Reports", "Research", "Risk", "Strategy", "Trading", "Venue", "Market"]),
        tests("CommandTests", uses: ["trident", "Sessions", "Journal", "Sockets", "Wire", "Market"]),
        tests("MarketTests", uses: ["Market"]),
        tests("IndicatorsTests", uses: ["Indicators", "Market"]),
        tests("SmartMoneyTests", uses: ["SmartMoney", "Indicators", "Market", "CandleFiles"]),
        tests("StrategyTests", uses: ["Strategy", "SmartMoney", "Indicators", "Market", "CandleFiles"]),
        tests("VenueTests", uses: ["Venue", "Market"]),
        tests("RiskTests", uses: ["Risk", "Venue", "Market"]),
        tests("TradingTests", uses: ["Trading", "Risk", "Strategy", "Venue", "Market"]),
        tests("ExchangeTests", uses: ["Exchange", "Venue", "Market"]),
        tests("WireTests", uses: ["Wire", "Market"]),
        tests("KrakenTests", uses: ["Kraken", "FuzzSupport", "Wire", "Venue", "Market"]),
        tests(
            "KrakenServerTests", uses: ["KrakenServer", "Kraken", "Exchange", "Research", "Wire", "Venue", "Market"]),
        tests(
            "AttributionTests",
            uses: ["Attribution", "Exchange", "Trading", "Strategy", "Risk", "SmartMoney", "Venue", "Market"]),
        tests(
            "PaperTests",
            uses: [
                "Paper", "Operations", "Journal", "KrakenServer", "Kraken", "TridentConfiguration", "Research",
                "Exchange",
                "Trading", "Strategy", "Risk", "Wire", "Venue", "Market",
            ]),
        tests("NoticesTests", uses: ["Notices", "Operations", "Trading", "Strategy", "Wire", "Venue", "Market"]),
        tests(
            "SessionsTests",
            uses: ["Sessions", "Operations", "Journal", "Kraken", "Trading", "Risk", "Strategy", "Venue", "Market"]),
        tests(
            "StorageTests",
            uses: ["Storage", "Operations", "Journal", "Trading", "Risk", "Strategy", "Wire", "Venue", "Market"]),
        tests("JournalTests", uses: ["Journal", "Trading", "Strategy", "Venue", "Market"]),
        tests(
            "WorldTests",
            uses: [
                "World", "Storage", "Operations", "Journal", "KrakenServer", "Kraken", "Trading", "Risk", "Strategy",
                "Research",
                "TridentConfiguration", "Wire", "Venue", "Exchange", "Market",
            ]),
        tests("SocketsTests", uses: ["Sockets", "Wire", "Market", crypto]),
        tests(
            "DriverTests",
            uses: [
                "Driver", "ExchangeService", "Sockets", "KrakenServer", "Kraken", "Operations", "Trading", "Risk",
                "Strategy", "TridentConfiguration", "Exchange", "Research", "Wire", "Venue", "Market",
            ]),
        tests("LifecycleTests", uses: ["Lifecycle", logging] + lifecycle),
        tests(
            "MonitoringTests",
            uses: [
                "Monitoring", "Notices", "Operations", "Trading", "Strategy", "Sockets", "Kraken", "Wire", "Venue",
                "Market",
                crypto, logging, metrics,
            ] + tracing + nio),
        tests("HistoryTests", uses: ["History", "Kraken", "CandleFiles", "Wire", "Venue", "Market"]),
        tests("CompatibilityTests", uses: ["Compatibility"], resources: [.copy("Fixtures")]),
        tests("CandleFilesTests", uses: ["CandleFiles", "Market"]),
        tests(
            "ConfigurationTests",
            uses: ["Wire", "TridentConfiguration", "Notices", "Operations", "Research", "Risk", "Strategy", "Market"]),
        tests(
            "ResearchTests",
            uses: [
                "Research", "Reports", "CandleFiles", "Trading", "Exchange", "Risk", "Strategy", "Venue", "Market",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
