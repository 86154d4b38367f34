import TestSupport

/// Another result than was expected.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

private let longest = 400

/// Fails, saying both, where something else came than was expected; members that are null do not count.
func compare(_ expected: JSON, _ came: JSON, _ what: String? = nil) throws {
    let (expected, came) = (expected.withoutNulls, came.withoutNulls)
    guard JSON.says(expected, came) else {
        let place = what.map { "\($0): " } ?? ""
        throw Unexpected(description: "\(place)expected \(expected.written)\ncame     \(came.written)")
    }
}

/// A line that is short enough to read.
func cut(_ text: some StringProtocol) -> String {
    text.count > longest ? "\(text.prefix(longest))… (\(text.count) characters)" : String(text)
}
