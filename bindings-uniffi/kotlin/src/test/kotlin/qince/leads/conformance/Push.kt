package qince.leads.conformance

import qince.leads.PushEvent
import qince.leads.QinceException
import qince.leads.text.Members
import qince.leads.text.members
import qince.leads.text.readJson
import qince.leads.verifyPush

private val SHAPE = HEAD + mapOf(
    "body" to text,
    "secrets" to listOf(text),
    "now_ms" to integer,
    "max_age_ms?" to nullOr(integer),
    "expect" to someMembers,
)
private val EXPECTED: Map<String, Shape> =
    mapOf("ok" to mapOf("ok" to someMembers, "ack" to text), "error" to mapOf("error" to someMembers))
private val EVENT: Shape = mapOf(
    "msg_id" to text,
    "data_id?" to nullOr(text),
    "data_version?" to nullOr(text),
    "data_source?" to nullOr(text),
    "data_type" to text,
    "tenant_id?" to nullOr(text),
    "timestamp_ms" to integer,
    "redelivery" to flag,
    "status_time?" to nullOr(text),
    "data?" to anything,
)

/** Webhook body to event. */
internal fun runPush(case: Members) {
    check("the case", case, SHAPE)
    val expected = case.members("expect")
    if (choice("what it expects", expected, EXPECTED) == "ok") {
        check("the expected event", expected["ok"], EVENT)
    } else {
        check("the expected error", expected["error"], mapOf("kind" to text))
    }
    val came = try {
        val body = bytesOf(case.text("body"))
        val event = verifyPush(body, case.texts("secrets"), case.long("now_ms"), case.longOrNull("max_age_ms"))
        members("ok" to dump(event), "ack" to event.acknowledge())
    } catch (error: QinceException) {
        members("error" to members("kind" to error.code))
    }
    compare(expected, came, "push")
}

private fun dump(event: PushEvent) = members(
    "msg_id" to event.msgId,
    "data_id" to event.dataId,
    "data_version" to event.dataVersion,
    "data_source" to event.dataSource,
    "data_type" to event.dataType,
    "tenant_id" to event.tenantId,
    "timestamp_ms" to event.timestampMs,
    "redelivery" to event.redelivery,
    "status_time" to event.statusTime,
    "data" to readJson(event.data.toJson()),
)
