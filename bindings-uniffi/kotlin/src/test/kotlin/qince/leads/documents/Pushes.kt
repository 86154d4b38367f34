package qince.leads.documents

import java.net.URLEncoder
import java.security.MessageDigest
import qince.leads.text.Members
import qince.leads.text.Number
import qince.leads.text.Text
import qince.leads.text.readJson

/** What the service reads of an answer to a push. */
internal data class Answer(val status: Int, val returnCode: String? = null, val msgId: String? = null) {
    companion object {
        fun of(status: Int, body: String): Answer {
            if (status != 200) return Answer(status)
            val answer = readJson(body) as Members
            return Answer(status, (answer["return_code"] as Number).text, (answer["msg_id"] as Text).value)
        }
    }
}

private const val DATA = """{"lead_ID": "4600000001586478077", "lead_code": "L1", "activity_content": "电话沟通 100% & 更多"}"""

/** The raw body of a push, not signed by the SDK; `changes` replace parameters after it is signed. */
internal fun push(msgId: String, secret: String, data: String = DATA, vararg changes: Pair<String, String>): ByteArray {
    val timestamp = "${System.currentTimeMillis()}"
    val digest = MessageDigest.getInstance("MD5").digest("$data|$secret|$timestamp".toByteArray()).joinToString("") {
        "%02x".format(it)
    }
    val members = linkedMapOf(
        "msgId" to msgId,
        "dataType" to "salesLeads_follow",
        "dataSource" to "biz",
        "status" to "1",
        "tenantId" to "1",
        "timestamp" to timestamp,
        "data" to data,
        "digest" to digest,
    ) + changes
    return members.entries.joinToString("&") { "${it.key}=${URLEncoder.encode(it.value, Charsets.UTF_8)}" }.toByteArray()
}

/** What any receiver has to make of what comes: name, raw body and answer of each case. */
internal fun pushCases(secret: String): List<Triple<String, ByteArray, Answer>> {
    val good = push("good", secret)
    return listOf(
        Triple("a good push", good, Answer(200, "0", "good")),
        Triple("the same push again", good, Answer(200, "0", "good")),
        Triple(
            "a redelivery",
            push("good", secret, DATA, "status" to "2", "statusTime" to "2026-01-01 00:00:00"),
            Answer(200, "0", "good"),
        ),
        Triple("a push of another type", push("other", secret, DATA, "dataType" to "other"), Answer(200, "0", "other")),
        Triple(
            "a push with large integers",
            push("large", secret, """{"lead_code":"L3","new":{"id":4600000001586478077}}"""),
            Answer(200, "0", "large"),
        ),
        Triple("a push signed with another secret", push("forged", "not $secret"), Answer(400)),
        Triple(
            "a push changed after signing",
            push("changed", secret).decodeToString().replace("L1", "L2").toByteArray(),
            Answer(400),
        ),
        Triple("a push whose data is broken JSON", push("broken", secret, "{\"lead_ID\":"), Answer(400)),
        Triple("what is no form", "{\"msgId\":\"json\"}".toByteArray(), Answer(400)),
        Triple("an empty body", ByteArray(0), Answer(400)),
    )
}
