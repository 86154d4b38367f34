import Foundation
import QinceLeads

/// Notes the attempts that an observer sees.
public final class Attempts: @unchecked Sendable {
    private let lock = NSLock()
    private var seen: [Attempt] = []
    private var total = 0

    public init() {}

    public func note(_ attempt: Attempt) {
        lock.withLock {
            seen.append(attempt)
            total += 1
        }
    }

    /// How many were noted in all.
    public var count: Int { lock.withLock { total } }

    /// The attempts since this was asked last.
    public func take() -> [Attempt] {
        lock.withLock {
            defer { seen = [] }
            return seen
        }
    }

    /// The attempts since this was asked last, each as in `add unknown`.
    public func trace() -> [String] {
        take().map { "\($0.operation) \($0.outcome)" }
    }
}
