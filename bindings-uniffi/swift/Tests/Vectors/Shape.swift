import TestSupport

/// What a case may say. A member that is missing, not known or of another kind is a failure.
struct Shape: ExpressibleByDictionaryLiteral, Sendable {
    typealias Test = @Sendable (JSON) -> Bool

    /// Members by name. One that may be left out has a name with `?`.
    let members: [(name: String, isRight: Test)]

    init(dictionaryLiteral members: (String, Test)...) {
        self.members = members.map { (name: $0.0, isRight: $0.1) }
    }

    private init(_ members: [(name: String, isRight: Test)]) {
        self.members = members
    }

    static func + (one: Shape, other: Shape) -> Shape {
        Shape(one.members + other.members)
    }

    /// What every case has.
    static let head: Shape = ["name": Is.text, "kind": Is.text]

    /// An account as vectors write it.
    private static let account: Shape = ["openid": Is.text, "app_key": Is.text, "base_url?": Is.orNull(Is.text)]

    /// The account of a case, or one that goes to a relay.
    static func account(of one: JSON) -> Shape {
        one["account"]?["relay_url"] == nil ? account : ["relay_url": Is.text]
    }

    /// A stamp as vectors write it.
    static let stamp: Shape = [
        "now_ms": Is.integer, "msg_id": Is.text, "form?": Is.orNull(Is.one(of: "epoch_ms", "compact")),
    ]

    /// An error as vectors write it.
    static let error: Shape = [
        "kind": Is.text, "code?": Is.orNull(Is.text), "message?": Is.orNull(Is.text), "msg_id?": Is.orNull(Is.text),
        "status?": Is.orNull(Is.integer),
    ]
}

/// What a member may be.
enum Is {
    @Sendable static func anything(_: JSON) -> Bool { true }
    @Sendable static func text(_ value: JSON) -> Bool { value.string != nil }
    @Sendable static func flag(_ value: JSON) -> Bool { value.flag != nil }
    @Sendable static func integer(_ value: JSON) -> Bool { value.integer != nil }
    @Sendable static func number(_ value: JSON) -> Bool { if case .number = value { true } else { false } }
    @Sendable static func object(_ value: JSON) -> Bool { value.members != nil }
    @Sendable static func list(_ value: JSON) -> Bool { value.elements != nil }
    @Sendable static func yes(_ value: JSON) -> Bool { value.flag == true }

    static func list(of isRight: @escaping Shape.Test) -> Shape.Test {
        { $0.elements?.allSatisfy(isRight) ?? false }
    }

    static func one(of choices: String...) -> Shape.Test {
        { $0.string.map(choices.contains) ?? false }
    }

    static func orNull(_ isRight: @escaping Shape.Test) -> Shape.Test {
        { if case .null = $0 { true } else { isRight($0) } }
    }
}

/// A vector that says something that the runner does not know.
struct NotUnderstood: Error, CustomStringConvertible {
    let description: String

    init(_ what: String) {
        description = "not understood: \(what)"
    }
}

/// Fails where a value is no object of this shape.
func check(_ what: String, _ value: JSON, _ shape: Shape) throws {
    guard let members = value.members else { throw NotUnderstood("\(what) is no object") }
    for (key, isRight) in shape.members {
        let name = key.hasSuffix("?") ? String(key.dropLast()) : key
        if let member = value[name] {
            guard isRight(member) else { throw NotUnderstood("\(name) of \(what) is of another kind") }
        } else if name == key {
            throw NotUnderstood("\(what) has no \(name)")
        }
    }
    for member in members
    where !shape.members.contains(where: { $0.name == member.name || $0.name == member.name + "?" }) {
        throw NotUnderstood("\(what) has a member \(member.name)")
    }
}

/// Which of several shapes an object has: the one whose name it holds. It must hold that of one alone.
func choice(_ what: String, _ value: JSON, _ shapes: KeyValuePairs<String, Shape>) throws -> String {
    let found = shapes.filter { value[$0.key] != nil }
    guard let (name, shape) = found.first, found.count == 1 else {
        throw NotUnderstood("\(what) must hold one of \(shapes.map(\.key).joined(separator: ", "))")
    }
    try check(what, value, shape)
    return name
}

extension JSON {
    /// A text that the shape makes sure of.
    func text(_ name: String) -> String { self[name]!.string! }

    /// An integer that the shape makes sure of.
    func integer(_ name: String) -> Int64 { self[name]!.integer! }
}
