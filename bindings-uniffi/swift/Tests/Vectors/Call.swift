import Foundation
import QinceLeads
import TestSupport

/// Vectors that have a jitter expect this of it.
private let random = 0.5

/// The retry machine, event by event.
@Sendable func runCall(_ one: JSON) throws {
    try check(
        "the case", one,
        .head + [
            "op": Is.text, "account": Is.object, "payload": Is.anything, "policy": Is.object, "script": Is.list,
        ])
    try check("its account", one["account"]!, .account)
    try check(
        "its policy", one["policy"]!,
        [
            "max_attempts": Is.integer, "base_delay_ms": Is.integer, "max_delay_ms": Is.integer,
            "deadline_ms?": Is.orNull(Is.integer), "jitter": Is.number,
        ])
    let type = try operation(one.text("op"))
    let script = one["script"]!.elements!
    for (index, event) in script.enumerated() { try checkEvent(index, event, type) }
    guard script.last?["expect"] != nil else { throw NotUnderstood("the script does not end in an `expect`") }
    try run(one, script, type)
}

private func checkEvent(_ index: Int, _ event: JSON, _ type: any Payload.Type) throws {
    let kind = try choice(
        "event \(index)", event,
        ["expect": ["at": Is.integer, "expect": Is.object], "give": ["at": Is.integer, "give": Is.object]])
    if kind == "give" {
        _ = try choice(
            "what event \(index) gives", event["give"]!,
            [
                "failed": ["failed": Is.one(of: "not_sent", "unknown")],
                "status": ["status": Is.integer, "body": Is.text, "retry_after_ms?": Is.orNull(Is.integer)],
            ])
        return
    }
    let what = "what event \(index) expects"
    let expected = event["expect"]!
    switch try choice(
        what, expected,
        ["send": ["send": Is.object], "wait_until": ["wait_until": Is.integer], "done": ["done": Is.object]])
    {
    case "send": try check(what, expected["send"]!, ["op": Is.text, "msg_id": Is.text, "timestamp": Is.text])
    case "done": try checkOutcome(what, expected["done"]!, type)
    default: break
    }
}

private func run<P: Payload>(_ one: JSON, _ script: [JSON], _: P.Type) throws {
    let driver = Driver(
        Call(
            account: try account(one["account"]!), payload: try payload(P.self, one["payload"]!),
            policy: try policy(one["policy"]!)))
    for (index, event) in script.enumerated() {
        if let given = event["give"] {
            try driver.give(index, event.integer("at"), given)
        } else {
            try compare(event["expect"]!, try driver.next(event.integer("at")), "event \(index)")
        }
    }
}

private func policy(_ policy: JSON) throws -> Policy {
    guard let attempts = Int(exactly: policy.integer("max_attempts")), let jitter = Double(policy["jitter"]!.written)
    else { throw NotUnderstood("a policy of such numbers") }
    return Policy(
        maxAttempts: attempts, baseDelayMs: policy.integer("base_delay_ms"), maxDelayMs: policy.integer("max_delay_ms"),
        deadlineMs: policy["deadline_ms"]?.integer, jitter: jitter)
}

/// The host of a call: it counts what was sent.
private final class Driver<P: Payload> {
    private let call: Call<P>
    private var sent = 0
    private var isUnderWay = false

    init(_ call: Call<P>) {
        self.call = call
    }

    func give(_ index: Int, _ at: Int64, _ given: JSON) throws {
        guard isUnderWay else { throw NotUnderstood("event \(index): no request is under way") }
        isUnderWay = false
        if let failed = given["failed"]?.string {
            call.failed(nowMs: at, failure: failed == "not_sent" ? .notSent : .unknown)
            return
        }
        guard let status = Int(exactly: given.integer("status")) else { throw NotUnderstood("no status") }
        call.replied(
            nowMs: at, reply: RawReply(status: status, body: Data(given.text("body").utf8)),
            retryAfterMs: given["retry_after_ms"]?.integer)
    }

    /// The next step as vectors write it.
    func next(_ at: Int64) throws -> JSON {
        isUnderWay = false
        do {
            switch try call.step(nowMs: at, msgId: "m\(sent + 1)", random: random) {
            case .send(let request):
                sent += 1
                isUnderWay = true
                return [
                    "send": [
                        "op": .text(request.operation), "msg_id": .text(request.msgId),
                        "timestamp": .text(request.timestamp),
                    ]
                ]
            case .waitUntil(let timeMs): return ["wait_until": .number(String(timeMs))]
            case .done(let result): return ["done": ["ok": try dump(result)]]
            }
        } catch let error as QinceError {
            return ["done": ["error": dump(error)]]
        }
    }
}
