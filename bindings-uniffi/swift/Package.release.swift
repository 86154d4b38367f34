// swift-tools-version: 6.0

import PackageDescription

// The manifest of the package that is released, for Apple's platforms. scripts/xcframework.sh fills in URL and checksum.
// Neither has been run yet: no Apple machine was at hand.
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
            dependencies: ["QinceLeadsCore"],
            // UniFFI's module is nobody's business.
            swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        .target(
            name: "QinceLeadsTesting",
            dependencies: ["QinceLeadsCore"],
            swiftSettings: [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        .target(name: "QinceLeadsCore", dependencies: ["QinceLeadsFFI"]),
        .binaryTarget(name: "QinceLeadsFFI", url: "@URL@", checksum: "@CHECKSUM@"),
    ],
    swiftLanguageModes: [.v6]
)
