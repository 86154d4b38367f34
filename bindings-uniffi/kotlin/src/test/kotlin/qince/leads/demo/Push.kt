package qince.leads.demo

import qince.leads.PushData
import qince.leads.PushEvent
import qince.leads.sandbox.Sandbox
import qince.leads.sandbox.Webhook

private val FOLLOW_UP = mapOf(
    "lead_code" to "D1",
    "lead_name" to "示例公司",
    "activity_type" to "电话",
    "activity_content" to "客户很感兴趣",
    "create_by" to "张三",
    "create_at" to "2026-01-02 09:30",
)

/** The service pushes; the host's webhook verifies and acknowledges. */
internal suspend fun showPush(stage: Stage) {
    val events = ArrayList<PushEvent>()
    val deliveries = Webhook(listOf(stage.pushSecret), events::add).use { webhook ->
        Screen.line("webhook", "", webhook.url)
        Sandbox.push(webhook.url, "count" to 1, "tamper" to 1, "follow_up" to FOLLOW_UP)
    }
    expect(deliveries.map { it.isForged }.sorted() == listOf(false, true)) {
        "${deliveries.size} pushes came, not a genuine and a forged one"
    }
    took(events, deliveries.single { !it.isForged })
    turnedAway(deliveries.single { it.isForged })
}

private fun took(events: List<PushEvent>, delivery: Sandbox.Delivery) {
    val event = events.singleOrNull() ?: throw AssertionError("${events.size} events were handled")
    Screen.line("follow-up", "came", "msg_id ${event.msgId}")
    Screen.line("", "", describe(event))
    Screen.line("", "said", delivery.answer.orEmpty())
    expect(event.msgId == delivery.msgId) { "what was handled is not what was pushed" }
    val done = Sandbox.journal().map { it.isAcknowledged && it.attempts == 1 }
    expect(done == listOf(true)) { "the sandbox took the answer for no acknowledgement" }
    Screen.ok("verified, handled once, and acknowledged at once")
}

private fun turnedAway(delivery: Sandbox.Delivery) {
    Screen.line("forged", "came", "msg_id ${delivery.msgId}")
    Screen.line("", "said", "HTTP ${delivery.status} and nothing else")
    expect(delivery.status == 400 && delivery.answer == "" && !delivery.isAcknowledged) {
        "the forged push was answered with HTTP ${delivery.status} `${delivery.answer}`"
    }
    Screen.ok("turned away, and never handled")
}

private fun describe(event: PushEvent): String {
    val followUp = (event.data as? PushData.FollowUp)?.followUp ?: throw AssertionError("the push holds no follow-up")
    val told = with(followUp) { listOf(leadName, activityType, activityContent, createBy, createAt) }
    expect(null !in told) { "the push holds no whole follow-up" }
    return told.joinToString()
}
