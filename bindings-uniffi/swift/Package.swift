// swift-tools-version: 6.0

import PackageDescription

// The core is built by `cargo xtask`, which puts it in place: its library into `build`, and UniFFI's module and header into
// `Sources`. The package that is released has it as an XCFramework instead: see Package.release.swift.
let package = Package(
    name: "qince-leads",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [
        .library(name: "QinceLeads", targets: ["QinceLeads"]),
        .library(name: "QinceLeadsTesting", targets: ["QinceLeadsTesting"]),
    ],
    targets: [
        .target(
            name: "QinceLeads",
            dependencies: [
                "QinceLeadsCore",
                // What sends requests where there is no URLSession that can be trusted.
                .target(name: "QinceLeadsCurl", condition: .when(platforms: [.linux])),
            ],
            // UniFFI's module is nobody's business.
            swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        .target(
            name: "QinceLeadsCurl", dependencies: ["CCurl"],
            swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]),
        .systemLibrary(
            name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"]), .yum(["libcurl-devel"])]),
        .target(
            name: "QinceLeadsTesting",
            dependencies: ["QinceLeadsCore"],
            swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        .target(
            name: "QinceLeadsCore",
            dependencies: ["QinceLeadsFFI"],
            linkerSettings: [
                .unsafeFlags(["-L\(Context.packageDirectory)/build"]),
                .linkedLibrary("qince_leads_uniffi"),
            ]
        ),
        .systemLibrary(name: "QinceLeadsFFI", path: "Sources/QinceLeadsFFI/include"),
        .executableTarget(
            name: "qince-leads-benchmarks",
            dependencies: [
                "QinceLeads", "TestSupport", .target(name: "CCurl", condition: .when(platforms: [.linux])),
            ],
            path: "Benchmarks"),
        .target(name: "TestSupport", dependencies: ["QinceLeads"], path: "Tests/Support"),
        .target(
            name: "Vectors", dependencies: ["QinceLeads", "QinceLeadsTesting", "TestSupport"], path: "Tests/Vectors"),
        .executableTarget(
            name: "qince-leads-conformance", dependencies: ["TestSupport", "Vectors"], path: "Tests/Conformance"),
        .executableTarget(name: "qince-leads-demo", dependencies: ["QinceLeads", "TestSupport"], path: "Tests/Demo"),
        .executableTarget(
            name: "qince-leads-faults", dependencies: ["QinceLeads", "TestSupport"], path: "Tests/Faults"),
        .testTarget(
            name: "BehaviourTests", dependencies: ["QinceLeads", "QinceLeadsTesting", "TestSupport", "Vectors"],
            path: "Tests/Behaviour"),
        .testTarget(name: "ClientTests", dependencies: ["QinceLeads", "TestSupport"], path: "Tests/Client"),
        .testTarget(name: "SandboxTests", dependencies: ["QinceLeads", "TestSupport"], path: "Tests/Sandbox"),
        .target(name: "Rendering", path: "Tests/Documents/Rendering"),
        .executableTarget(name: "qince-leads-documents", dependencies: ["Rendering"], path: "Tests/Documents/Writer"),
        .testTarget(
            name: "DocumentTests", dependencies: ["QinceLeads", "QinceLeadsTesting", "Rendering", "TestSupport"],
            path: "Tests/Documents/Blocks"),
    ],
    swiftLanguageModes: [.v6]
)
