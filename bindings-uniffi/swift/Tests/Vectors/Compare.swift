import TestSupport

/// Another result than was expected.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

private let longest = 400

/// Fails, saying both, where something else came than was expected; members that are null do not count, and faults and
/// violations stand in any order.
func compare(_ expected: JSON, _ came: JSON, _ what: String? = nil) throws {
    let (expected, came) = (inOrder(expected.withoutNulls), inOrder(came.withoutNulls))
    guard JSON.says(expected, came) else {
        let place = what.map { "\($0): " } ?? ""
        throw Unexpected(description: "\(place)expected \(expected.written)\ncame     \(came.written)")
    }
}

/// An outcome in which what stands in any order is sorted.
private func inOrder(_ outcome: JSON) -> JSON {
    guard let members = outcome.members else { return outcome }
    return .object(
        members.map { member in
            switch (member.name, member.value) {
            case ("done", let value), ("ok", let value): JSON.Member(member.name, inOrder(value))
            case ("faults", .list(let elements)), ("violations", .list(let elements)):
                JSON.Member(member.name, .list(elements.sorted { $0.written < $1.written }))
            default: member
            }
        })
}

/// A line that is short enough to read.
func cut(_ text: some StringProtocol) -> String {
    text.count > longest ? "\(text.prefix(longest))… (\(text.count) characters)" : String(text)
}
