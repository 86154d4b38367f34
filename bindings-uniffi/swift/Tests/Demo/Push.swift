import Foundation
import QinceLeads
import TestSupport

/// The service pushes; the host's webhook verifies and acknowledges.
func showPush(_ stage: Stage) async throws {
    let handled = Noted<PushEvent>()
    let webhook = try Webhook(secrets: [stage.pushSecret]) { handled.note($0) }
    defer { webhook.end() }
    Screen.line("webhook", "", webhook.url)
    let deliveries = try await stage.sandbox.push(
        to: webhook.url,
        [
            "count": 1, "tamper": 1,
            "follow_up": [
                "lead_code": "D1", "lead_name": "示例公司", "activity_type": "电话", "activity_content": "客户很感兴趣",
                "create_by": "张三", "create_at": "2026-01-02 09:30",
            ],
        ])
    guard deliveries.count == 2, let genuine = deliveries.first(where: { !$0.isForged }),
        let forged = deliveries.first(where: \.isForged)
    else { throw Wrong("\(deliveries.count) pushes came, not a genuine and a forged one") }
    try await took(stage, handled.all, genuine)
    try turnedAway(forged)
}

private func took(_ stage: Stage, _ events: [PushEvent], _ delivery: Delivery) async throws {
    try expect(events.count == 1, "\(events.count) events were handled")
    Screen.line("follow-up", "came", "msg_id \(events[0].msgId)")
    Screen.line("", "", try describe(events[0]))
    Screen.line("", "said", delivery.answer ?? "")
    try expect(events[0].msgId == delivery.msgId, "what was handled is not what was pushed")
    let done = try await stage.sandbox.journal().map {
        $0["acknowledged"]?.flag == true && $0["attempts"]?.integer == 1
    }
    try expect(done == [true], "the sandbox took the answer for no acknowledgement")
    Screen.ok("verified, handled once, and acknowledged at once")
}

private func turnedAway(_ delivery: Delivery) throws {
    Screen.line("forged", "came", "msg_id \(delivery.msgId ?? "")")
    Screen.line("", "said", "HTTP \(delivery.status ?? 0) and nothing else")
    try expect(
        delivery.status == 401 && delivery.answer == "" && !delivery.isAcknowledged,
        "the forged push was answered with HTTP \(delivery.status ?? 0) `\(delivery.answer ?? "")`")
    Screen.ok("turned away, and never handled")
}

private func describe(_ event: PushEvent) throws -> String {
    guard case .followUp(let followUp) = event.data, let name = followUp.leadName, let kind = followUp.activityType,
        let content = followUp.activityContent, let author = followUp.createBy, let time = followUp.createAt
    else { throw Wrong("the push holds no whole follow-up") }
    return "\(name), \(kind), \(content), \(author), \(time)"
}
