import Foundation

/// What was noted, from any thread.
public final class Noted<Element: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var elements: [Element] = []

    public init() {}

    public func note(_ element: Element) {
        lock.withLock { elements.append(element) }
    }

    public var all: [Element] { lock.withLock { elements } }

    public var count: Int { all.count }
}
