import QinceLeads
import TestSupport

/// What a server does for an app without a key.
@Sendable func runRelay(_ one: JSON) throws {
    try check(
        "the case", one,
        .head + [
            "account": Is.object, "stamp": Is.object, "allow": Is.list(of: Is.text), "path": Is.text, "body": Is.text,
            "expect": Is.object,
        ])
    try check("its account", one["account"]!, .account(of: one))
    try check("its stamp", one["stamp"]!, .stamp)
    let expected = one["expect"]!
    let kind = try choice(
        "what it expects", expected, ["url": ["url": Is.text, "body": Is.text], "error": ["error": Is.object]])
    if kind == "error" { try check("the expected error", expected["error"]!, ["kind": Is.text]) }
    try compare(expected, try relayed(one))
}

private func relayed(_ one: JSON) throws -> JSON {
    do {
        let relayed = try Relayed.read(
            path: one.text("path"), body: one.text("body"), allow: one["allow"]!.elements!.map { $0.string! })
        let stamp = stamp(one["stamp"]!)
        let request = try relayed.sign(account(one["account"]!), nowMs: stamp.nowMs, form: stamp.form)
        return ["url": .text(request.url), "body": .text(request.body)]
    } catch let error as QinceError {
        return ["error": ["kind": .text(error.code)]]
    }
}
