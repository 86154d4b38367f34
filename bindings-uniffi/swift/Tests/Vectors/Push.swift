import Foundation
import QinceLeads
import TestSupport

/// Webhook body to event.
@Sendable func runPush(_ one: JSON) throws {
    try check(
        "the case", one,
        .head + [
            "body": Is.text, "secrets": Is.list(of: Is.text), "now_ms": Is.integer,
            "max_age_ms?": Is.orNull(Is.integer), "expect": Is.object,
        ])
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
                "data?": Is.anything,
            ])
    } else {
        try check("the expected error", expected["error"]!, ["kind": Is.text])
    }
    try compare(expected, try verified(one))
}

private func verified(_ one: JSON) throws -> JSON {
    do {
        let event = try verifyPush(
            Data(one.text("body").utf8), secrets: one["secrets"]!.elements!.map { $0.string! },
            maxAgeMs: one["max_age_ms"]?.integer, nowMs: one.integer("now_ms"))
        return ["ok": try dump(event), "ack": .text(event.acknowledge())]
    } catch let error as QinceError {
        return ["error": ["kind": .text(error.code)]]
    }
}

private func dump(_ event: PushEvent) throws -> JSON {
    let data =
        switch event.data {
        case .followUp(let followUp): try JSON(followUp.toJson())
        case .other(let json): try JSON(json.text)
        }
    return [
        "msg_id": .text(event.msgId), "data_id": text(event.dataId), "data_version": text(event.dataVersion),
        "data_source": text(event.dataSource), "data_type": .text(event.dataType), "tenant_id": text(event.tenantId),
        "timestamp_ms": .number(String(event.timestampMs)), "redelivery": .bool(event.redelivery),
        "status_time": text(event.statusTime), "data": data,
    ]
}
