import Foundation
import QinceLeads
import TestSupport

/// Vectors that have a jitter expect this of it.
private let random = 0.5

/// The retry machine, event by event.
@Sendable func runCall(_ one: JSON) throws {
    let other: Shape = one["op"]?.string == "other" ? ["path": Is.text, "repeat?": Is.flag] : [:]
    try check(
        "the case", one,
        .head + other + [
            "op": Is.text, "account": Is.object, "payload": Is.anything, "policy": Is.object, "script": Is.list,
        ])
    try check("its account", one["account"]!, .account(of: one))
    try check(
        "its policy", one["policy"]!,
        [
            "max_attempts": Is.integer, "base_delay_ms": Is.integer, "max_delay_ms": Is.integer,
            "deadline_ms?": Is.orNull(Is.integer), "jitter": Is.number, "settle_delay_ms?": Is.orNull(Is.integer),
            "resend_adds?": Is.flag, "retry_codes?": Is.list(of: Is.text), "match_msg_id?": Is.flag,
        ])
    let type = try operation(one.text("op"))
    let script = one["script"]!.elements!
    for (index, event) in script.enumerated() { try checkEvent(index, event, type) }
    guard script.last?["expect"] != nil else { throw NotUnderstood("the script does not end in an `expect`") }
    try run(one, script, called(one))
}

private func checkEvent(_ index: Int, _ event: JSON, _ type: any Callable.Type) throws {
    let kind = try choice(
        "event \(index)", event,
        [
            "expect": ["at": Is.integer, "expect": Is.object], "give": ["at": Is.integer, "give": Is.object],
            "resume": ["resume": Is.yes],
        ])
    switch kind {
    case "give":
        _ = try choice(
            "what event \(index) gives", event["give"]!,
            [
                "failed": ["failed": Is.one(of: "not_sent", "unknown"), "to?": Is.text],
                "status": [
                    "status": Is.integer, "body": Is.text, "retry_after?": Is.text, "retry_after_ms?": Is.integer,
                    "to?": Is.text,
                ],
            ])
        return
    case "resume": return
    default: break
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

private func run(_ one: JSON, _ script: [JSON], _ payload: some Callable) throws {
    let driver = Driver(payload, account: try account(one["account"]!), policy: try policy(one["policy"]!))
    for (index, event) in script.enumerated() {
        if let given = event["give"] {
            try driver.give(index, event.integer("at"), given)
        } else if event["resume"] != nil {
            try driver.resume(index)
        } else {
            try compare(event["expect"]!, try driver.next(event.integer("at")), "event \(index)")
        }
    }
}

private func policy(_ policy: JSON) throws -> Policy {
    guard let attempts = Int(exactly: policy.integer("max_attempts")), let jitter = Double(policy["jitter"]!.written)
    else { throw NotUnderstood("a policy of such numbers") }
    let usual = Policy.defaults
    return Policy(
        maxAttempts: attempts, baseDelayMs: policy.integer("base_delay_ms"), maxDelayMs: policy.integer("max_delay_ms"),
        deadlineMs: policy["deadline_ms"]?.integer, jitter: jitter,
        settleDelayMs: policy["settle_delay_ms"]?.integer ?? usual.settleDelayMs,
        resendAdds: policy["resend_adds"]?.flag ?? usual.resendAdds,
        retryCodes: policy["retry_codes"]?.elements?.map { $0.string! } ?? usual.retryCodes,
        matchMsgId: policy["match_msg_id"]?.flag ?? usual.matchMsgId)
}

/// The host of a call: it counts what was sent.
private final class Driver<Operation: Callable> {
    private let account: Account
    private let policy: Policy
    private var call: Call<Operation>
    private var sent = 0
    private var underWay: String?

    init(_ payload: Operation, account: Account, policy: Policy) {
        self.account = account
        self.policy = policy
        call = Call(account: account, payload: payload, policy: policy)
    }

    func give(_ index: Int, _ at: Int64, _ given: JSON) throws {
        guard let msgId = given["to"]?.string ?? underWay else {
            throw NotUnderstood("event \(index): no request is under way")
        }
        if given["to"] == nil { underWay = nil }
        if let failed = given["failed"]?.string {
            call.failed(msgId: msgId, nowMs: at, failure: failed == "not_sent" ? .notSent : .unknown)
            return
        }
        guard let status = Int(exactly: given.integer("status")) else { throw NotUnderstood("no status") }
        let retryAfter = given["retry_after"]?.string ?? given["retry_after_ms"]?.integer.map(seconds)
        let headers = retryAfter.map { ["Retry-After": $0] } ?? [:]
        let reply = RawReply(status: status, headers: headers, body: Data(given.text("body").utf8))
        call.replied(msgId: msgId, nowMs: at, reply: reply)
    }

    /// Goes on with the call from its text.
    func resume(_ index: Int) throws {
        guard let saved = call.save() else { throw NotUnderstood("event \(index): there is nothing to save") }
        call = try .resume(account: account, text: saved, policy: policy)
    }

    /// The next step as vectors write it.
    func next(_ at: Int64) throws -> JSON {
        underWay = nil
        do {
            switch try call.step(nowMs: at, msgId: "m\(sent + 1)", random: random) {
            case .send(let request):
                sent += 1
                underWay = request.msgId
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

/// A `Retry-After` header of so many milliseconds.
private func seconds(_ milliseconds: Int64) -> String {
    let fraction = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
}
