import Foundation

/// What the core leaves to its host: time and randomness.
enum Host {
    /// Milliseconds since the epoch.
    static func clockMs() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// An id for one request.
    static func randomId() -> String {
        let digits = Array("0123456789abcdef".utf8)
        return withUnsafeBytes(of: UUID().uuid) { octets in
            String(decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        }
    }

    /// What the client calls itself.
    static let userAgent = "qince-leads-swift/\(version) \(system)"

    private static var system: String {
        #if os(Linux)
            "linux"
        #elseif os(macOS)
            "macos"
        #else
            "ios"
        #endif
    }

    /// A number from 0 to 1, for the jitter of delays.
    static func randomFraction() -> Double {
        .random(in: 0...1)
    }
}
