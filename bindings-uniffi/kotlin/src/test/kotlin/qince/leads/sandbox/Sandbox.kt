package qince.leads.sandbox

import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.time.Duration
import qince.leads.text.Bool
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Number
import qince.leads.text.Text
import qince.leads.text.Value
import qince.leads.text.members
import qince.leads.text.readJson
import qince.leads.text.writeJson

/** The sandbox from the outside: tells it what to do, and asks it what came of that. */
object Sandbox {
    private const val LISTED_AT_ONCE = 1000
    private val PATIENCE = Duration.ofSeconds(30)
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    /** A lead as the sandbox has it. */
    class Lead(private val value: Members) {
        val id get() = value.string("id")
        val code get() = value.stringOrNull("code")
        val family get() = value.string("family")
        val isRemoved get() = value.flag("removed")
        val revision get() = value.number("revision")

        /** The values now, under the names that the add has for them. */
        val payload get() = value["payload"] as Members
        val lastBody get() = writes.last().string("body")
        val lastMsgId get() = writes.last().string("msg_id")

        private val writes get() = value.list("writes")

        override fun toString() = writeJson(value)
    }

    /** What became of a push. */
    class Delivery(private val value: Members) {
        val msgId get() = value.string("msg_id")
        val isForged get() = value.flag("forged")
        val status get() = (value["http_status"] as? Number)?.text?.toInt()
        val isAcknowledged get() = value.flag("acknowledged")
        val answer get() = value.stringOrNull("answer")
    }

    /** What became of a genuine push over all its deliveries. */
    class Pushed(private val value: Members) {
        val msgId get() = value.string("msg_id")
        val attempts get() = value.number("attempts")
        val isAcknowledged get() = value.flag("acknowledged")
        val data get() = value["data"]!!
    }

    /** Forgets leads, pushes, faults, quirks and counts. */
    fun forget() {
        ask("DELETE", "state")
    }

    /** Sets the form of replies; what is left out is the default. */
    fun quirks(vararg quirks: Pair<String, Any?>) {
        ask("PUT", "quirks", members(*quirks))
    }

    /** Has the next requests meet these faults, one each. */
    fun planNext(vararg faults: String, slowMs: Int? = null) {
        val slow = if (slowMs == null) emptyArray() else arrayOf<Pair<String, Any?>>("slow_ms" to slowMs)
        plan("next" to faults.toList(), *slow)
    }

    /** Plans faults; without any, there are none. */
    fun plan(vararg plan: Pair<String, Any?>) {
        ask("PUT", "faults", members(*plan))
    }

    /** How many requests came since the state was forgotten. */
    fun requests(): Int = counts().number("requests")

    /** How many faults requests met since the state was forgotten. */
    fun faultsMet(): Int = (counts()["faults"] as Members).entries.values.sumOf { (it as Number).text.toInt() }

    /** Waits until so many requests have come since the state was forgotten. */
    fun awaitRequests(count: Int) = await { requests() >= count }

    /** Waits until every request that was held back is carried out, so that what is stored is what it stays. */
    fun awaitLateRequests() = await { counts().number("held_back") == 0 }

    fun createLeads(count: Int, family: String = "classic", codePrefix: String = "L") {
        val order = members(
            "count" to count,
            "family" to family,
            "code_prefix" to codePrefix,
            "create_date" to "2026-01-01",
        )
        ask("POST", "leads", order)
    }

    /** All leads of both families, removed ones too, in the order of their creation. */
    fun leads(): List<Lead> {
        val leads = ArrayList<Lead>()
        while (true) {
            val listing = ask("GET", "leads?limit=$LISTED_AT_ONCE&offset=${leads.size}") as Members
            val listed = listing.list("leads")
            leads += listed.map(::Lead)
            if (leads.size >= listing.number("total") || listed.isEmpty()) return leads
        }
    }

    fun leadsWithCode(code: String): List<Lead> {
        val listing = ask("GET", "leads?code=${URLEncoder.encode(code, Charsets.UTF_8)}") as Members
        return listing.list("leads").map(::Lead)
    }

    fun lead(id: String?): Lead = leads().single { it.id == id }

    /** Pushes follow-up records, and waits for what becomes of them. */
    fun push(url: String, vararg order: Pair<String, Any?>): List<Delivery> =
        (ask("POST", "follow-ups", members("url" to url, *order)) as Members).list("pushes").map(::Delivery)

    /** Pushes those again that were not acknowledged. */
    fun redeliver(): List<Delivery> = (ask("POST", "redeliver", members()) as Members).list("pushes").map(::Delivery)

    /** What became of every genuine push. */
    fun journal(): List<Pushed> = (ask("GET", "pushes") as Members).list("pushes").map(::Pushed)

    private fun counts() = ask("GET", "faults") as Members

    private fun await(isSo: () -> Boolean) {
        val deadline = System.nanoTime() + PATIENCE.toNanos()
        while (!isSo()) {
            check(System.nanoTime() < deadline) { "the sandbox was waited for in vain" }
            Thread.sleep(5)
        }
    }

    private fun ask(method: String, path: String, order: Value? = null): Value {
        val body = order?.let { HttpRequest.BodyPublishers.ofString(writeJson(it)) } ?: HttpRequest.BodyPublishers.noBody()
        val request = HttpRequest.newBuilder(URI("${Environment.baseUrl}/_sandbox/$path")).method(method, body)
            .timeout(PATIENCE).build()
        val answer = http.send(request, HttpResponse.BodyHandlers.ofString())
        if (answer.statusCode() !in 200..299) {
            throw AssertionError("the sandbox was asked to $method $path: HTTP ${answer.statusCode()} ${answer.body().take(300)}")
        }
        return readJson(answer.body().ifEmpty { "{}" })
    }

    private fun Members.string(name: String) = (get(name) as Text).value

    private fun Members.stringOrNull(name: String) = (get(name) as? Text)?.value

    private fun Members.number(name: String) = (get(name) as Number).text.toInt()

    private fun Members.flag(name: String) = (get(name) as Bool).value

    private fun Members.list(name: String) = (get(name) as Items).elements.map { it as Members }
}
