import Foundation
import QinceLeads

/// The sandbox that the environment names, and as whom to connect.
public struct Environment: Sendable {
    public let baseUrl: String
    public let openid: String
    public let appKey: String
    public let pushSecret: String

    public init() throws {
        func variable(_ name: String) throws -> String {
            guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
                throw Wrong("\(name) is not set; start the sandbox with `cargo run -p qince-sandbox`")
            }
            return value
        }
        baseUrl = try variable("QINCE_BASE_URL")
        openid = try variable("QINCE_OPENID")
        appKey = try variable("QINCE_APP_KEY")
        pushSecret = try variable("QINCE_PUSH_SECRET")
    }

    /// The account that the sandbox knows.
    public func account() throws -> Account {
        try Account(openid: openid, appKey: appKey, baseUrl: baseUrl)
    }

    /// The sandbox's port on this machine.
    var port: UInt16 {
        get throws {
            guard let port = URLComponents(string: baseUrl)?.port.flatMap(UInt16.init(exactly:)) else {
                throw Wrong("\(baseUrl) is no sandbox of this machine")
            }
            return port
        }
    }
}

/// What is not as it should be.
public struct Wrong: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// The repository's root.
public let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// A sample of the vendor's page.
public func sample(_ name: String) throws -> String {
    try String(contentsOf: repository.appendingPathComponent("tests/samples/\(name).json"), encoding: .utf8)
}

/// Milliseconds since the epoch.
public func nowMs() -> Int64 {
    Int64(Date().timeIntervalSince1970 * 1000)
}
