/// All that a sequence brings.
public func all<Sequence: AsyncSequence>(_ sequence: Sequence) async throws -> [Sequence.Element] {
    var elements: [Sequence.Element] = []
    for try await element in sequence { elements.append(element) }
    return elements
}

/// Runs something for each element, so many at once, and returns what came of them in the same order.
public func forEach<Element: Sendable, Result: Sendable>(
    _ elements: some Collection<Element>, atOnce: Int = 16, _ run: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var left = elements.enumerated().makeIterator()
        func begin() {
            if let (index, element) = left.next() {
                group.addTask { (index, try await run(element)) }
            }
        }
        for _ in 0..<atOnce { begin() }
        var results = [Result?](repeating: nil, count: elements.count)
        while let (index, result) = try await group.next() {
            results[index] = result
            begin()
        }
        return results.map { $0! }
    }
}
