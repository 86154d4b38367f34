import Foundation

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

    /// Puts another value in its place, and returns what it was.
    func replaced(by value: Value) -> Value {
        lock.withLock {
            defer { stored = value }
            return stored
        }
    }
}
