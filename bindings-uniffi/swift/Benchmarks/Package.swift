// swift-tools-version: 6.0

import PackageDescription

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "qince-leads", path: "..")],
    targets: [
        .executableTarget(name: "Benchmarks", dependencies: [.product(name: "QinceLeads", package: "qince-leads")])
    ],
    swiftLanguageModes: [.v6]
)
