import Foundation
import QinceLeads
import QinceLeadsTesting
import TestSupport

/// Webhook body to event.
@Sendable func runPush(_ one: JSON) throws {
    let head: Shape = .head + ["now_ms": Is.integer, "max_age_ms?": Is.orNull(Is.integer), "expect": Is.object]
    if one["sign"] == nil {
        try check("the case", one, head + ["body": Is.text, "secrets": Is.list(of: Is.text)])
    } else {
        try check("the case", one, head + ["sign": Is.object, "secret": Is.text])
        try check(
            "what it signs", one["sign"]!,
            [
                "msg_id": Is.text, "data": Is.text, "data_type": Is.text, "timestamp_ms": Is.integer,
                "redelivery": Is.flag,
            ])
    }
    let expected = one["expect"]!
    let kind = try choice(
        "what it expects", expected, ["ok": ["ok": Is.object, "ack": Is.text], "error": ["error": Is.object]])
    if kind == "ok" {
        try check(
            "the expected event", expected["ok"]!,
            [
                "msg_id": Is.text, "data_id?": Is.orNull(Is.text), "data_version?": Is.orNull(Is.text),
                "data_source?": Is.orNull(Is.text), "data_type": Is.text, "tenant_id?": Is.orNull(Is.text),
                "timestamp_ms": Is.integer, "redelivery": Is.flag, "status_time?": Is.orNull(Is.text),
                "data?": Is.anything, "faults?": Is.orNull(Is.list(of: Is.text)),
            ])
    } else {
        try check("the expected error", expected["error"]!, ["kind": Is.text])
    }
    try compare(expected, try verified(one))
}

private func verified(_ one: JSON) throws -> JSON {
    do {
        let (body, secrets) = received(one)
        let event = try verifyPush(
            body, secrets: secrets, maxAgeMs: one["max_age_ms"]?.integer, nowMs: one.integer("now_ms"))
        return ["ok": try dump(event), "ack": .text(event.acknowledge())]
    } catch let error as QinceError {
        // The vectors call it a bad signature, too, where there is no secret by which to verify.
        let kind = error.code == "invalid_account" ? "bad_signature" : error.code
        return ["error": ["kind": .text(kind)]]
    }
}

/// The body that comes, which the SDK's own helper makes where the case says what to sign, and the secrets.
private func received(_ one: JSON) -> (body: Data, secrets: [String]) {
    guard let sign = one["sign"] else {
        return (Data(one.text("body").utf8), one["secrets"]!.elements!.map { $0.string! })
    }
    let secret = one.text("secret")
    let body = signPush(
        sign.text("data"), secret: secret, msgId: sign.text("msg_id"), dataType: sign.text("data_type"),
        timestampMs: sign.integer("timestamp_ms"), redelivery: sign["redelivery"]!.flag!)
    return (body, [secret])
}

private func dump(_ event: PushEvent) throws -> JSON {
    let (data, faults) =
        switch event.data {
        case .followUp(let followUp): (try JSON(kept: followUp.toJson()), followUp.faults)
        case .other(let json): (try JSON(kept: json.text), [])
        }
    return [
        "msg_id": .text(event.msgId), "data_id": text(event.dataId), "data_version": text(event.dataVersion),
        "data_source": text(event.dataSource), "data_type": .text(event.dataType), "tenant_id": text(event.tenantId),
        "timestamp_ms": .number(String(event.timestampMs)), "redelivery": .bool(event.redelivery),
        "status_time": text(event.statusTime), "data": data, "faults": dump(faults),
    ]
}
