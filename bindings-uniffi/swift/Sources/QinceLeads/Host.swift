import Foundation

/// What the core leaves to its host: time and randomness.
enum Host {
    /// Milliseconds since the epoch.
    static func clockMs() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// An id for one request.
    static func randomId() -> String {
        UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
    }

    /// A number from 0 to 1, for the jitter of delays.
    static func randomFraction() -> Double {
        .random(in: 0...1)
    }
}

/// A value that several threads may use.
final class Locked<Value: Sendable>: @unchecked Sendable {
    // The lock is held whenever `stored` is touched.
    private let lock = NSLock()
    private var stored: Value

    init(_ value: Value) {
        stored = value
    }

    var value: Value {
        get { lock.withLock { stored } }
        set { lock.withLock { stored = newValue } }
    }
}
