import QinceLeads
import TestSupport

/// Payload to request.
@Sendable func runSign(_ one: JSON) throws {
    try check(
        "the case", one,
        .head + ["op": Is.text, "account": Is.object, "stamp": Is.object, "payload": Is.anything, "expect": Is.object])
    try check("its account", one["account"]!, .account)
    try check(
        "its stamp", one["stamp"]!,
        ["now_ms": Is.integer, "msg_id": Is.text, "form?": Is.orNull(Is.one(of: "epoch_ms", "compact"))])
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
    try compare(sorted(expected), sorted(signed(one, try operation(one.text("op")))))
}

private func signed(_ one: JSON, _ type: any Payload.Type) throws -> JSON {
    let stamp = one["stamp"]!
    do {
        let request = try account(one["account"]!).sign(
            payload(type, one["payload"]!),
            Stamp(
                nowMs: stamp.integer("now_ms"), msgId: stamp.text("msg_id"),
                form: stamp["form"]?.string == "compact" ? .compact : .epochMs))
        return ["url": .text(request.url), "body": .text(request.body)]
    } catch QinceError.invalidPayload(let invalid) {
        return ["violations": .list(invalid.violations.map { ["path": .text($0.path), "rule": .text($0.rule)] })]
    } catch let error as QinceError {
        return ["error": .text(error.code)]
    }
}

/// Violations stand in any order.
private func sorted(_ outcome: JSON) -> JSON {
    guard let violations = outcome["violations"]?.elements else { return outcome }
    return ["violations": .list(violations.sorted { $0.written < $1.written })]
}
