package qince.leads.conformance

import qince.leads.PushData
import qince.leads.PushEvent
import qince.leads.QinceException
import qince.leads.testing.signPush
import qince.leads.text.Bool
import qince.leads.text.Members
import qince.leads.text.members
import qince.leads.text.readJsonOfService
import qince.leads.verifyPush

private val SHAPE = HEAD + mapOf(
    "body?" to text,
    "secrets?" to listOf(text),
    "sign?" to someMembers,
    "secret?" to text,
    "now_ms" to integer,
    "max_age_ms?" to nullOr(integer),
    "expect" to someMembers,
)
private val EXPECTED: Map<String, Shape> =
    mapOf("ok" to mapOf("ok" to someMembers, "ack" to text), "error" to mapOf("error" to someMembers))
private val UNSIGNED: Shape = mapOf(
    "msg_id" to text,
    "data" to text,
    "data_type" to text,
    "timestamp_ms" to integer,
    "redelivery?" to nullOr(flag),
    "data_id?" to nullOr(text),
    "data_version?" to nullOr(text),
    "data_source?" to nullOr(text),
    "status_time?" to nullOr(text),
    "tenant_id?" to nullOr(text),
)
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
    "faults?" to listOf(text),
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
    val (body, secrets) = bodyAndSecrets(case)
    val came = try {
        val event = verifyPush(body, secrets, case.long("now_ms"), case.longOrNull("max_age_ms"))
        members("ok" to dump(event), "ack" to event.acknowledge())
    } catch (error: QinceException) {
        // The vectors call it a bad signature, too, where there is no secret by which to verify.
        val kind = if (error is QinceException.InvalidAccount) "bad_signature" else error.code
        members("error" to members("kind" to kind))
    }
    compare(withSortedFaults(expected), withSortedFaults(came), "push")
}

/** What came, or what the package's own helper signs in its place. */
private fun bodyAndSecrets(case: Members): Pair<ByteArray, List<String>> {
    val given = setOf("body", "secrets", "sign", "secret").filter { case[it] != null }
    return when (given) {
        listOf("body", "secrets") -> bytesOf(case.text("body")) to case.texts("secrets")
        listOf("sign", "secret") -> {
            val secret = case.text("secret")
            signed(check("what it signs", case["sign"], UNSIGNED), secret).toByteArray() to listOf(secret)
        }
        else -> throw NotUnderstoodException("either body and secrets, or sign and secret must be given")
    }
}

private fun signed(push: Members, secret: String) = signPush(
    secret,
    msgId = push.text("msg_id"),
    data = push.text("data"),
    dataType = push.text("data_type"),
    timestampMs = push.long("timestamp_ms"),
    redelivery = push["redelivery"] == Bool(true),
    dataId = push.textOrNull("data_id"),
    dataVersion = push.textOrNull("data_version"),
    dataSource = push.textOrNull("data_source"),
    statusTime = push.textOrNull("status_time"),
    tenantId = push.textOrNull("tenant_id"),
)

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
    "data" to readJsonOfService(event.data.toJson()),
    "faults" to (event.data as? PushData.FollowUp)?.let { pathsOf(it.followUp.faults) },
)
