import QinceLeads
import TestSupport

/// Payload to request.
@Sendable func runSign(_ one: JSON) throws {
    let path: Shape = one["op"]?.string == "other" ? ["path": Is.text] : [:]
    try check(
        "the case", one,
        .head + path + [
            "op": Is.text, "account": Is.object, "stamp": Is.object, "payload": Is.anything, "expect": Is.object,
        ])
    try check("its account", one["account"]!, .account(of: one))
    try check("its stamp", one["stamp"]!, .stamp)
    let expected = one["expect"]!
    let kind = try choice(
        "what it expects", expected,
        [
            "url": ["url": Is.text, "body": Is.text], "violations": ["violations": Is.list(of: Is.object)],
            "error": ["error": Is.text],
        ])
    if kind == "violations" {
        for violation in expected["violations"]!.elements! {
            try check("an expected violation", violation, ["path": Is.text, "rule": Is.text])
        }
    }
    try compare(expected, signed(one))
}

private func signed(_ one: JSON) throws -> JSON {
    do {
        let request = try account(one["account"]!).sign(called(one), stamp(one["stamp"]!))
        return ["url": .text(request.url), "body": .text(request.body)]
    } catch QinceError.invalidPayload(let invalid) {
        return ["violations": .list(invalid.violations.map { ["path": .text($0.path), "rule": .text($0.rule)] })]
    } catch let error as QinceError {
        return ["error": .text(error.code)]
    }
}
