package qince.leads.behaviour

import java.net.URLEncoder
import java.security.MessageDigest
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.assertThrows
import qince.leads.Account
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Call
import qince.leads.Failure
import qince.leads.ModifyApaasLead
import qince.leads.ModifyLead
import qince.leads.Payload
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.RawReply
import qince.leads.RemoveLead
import qince.leads.Request
import qince.leads.SignedRequest
import qince.leads.Step
import qince.leads.text.members
import qince.leads.text.writeJson

internal const val OPENID = "openid-8f3a"
internal const val APP_KEY = "app-key-5c1e"
internal const val PUSH_SECRET = "push-secret-77aa"
internal val SECRETS = listOf(OPENID, APP_KEY, PUSH_SECRET)

/** Half of a surrogate pair: no encoding can write it. */
internal const val LONE = "\ud800"

internal val AT_ONCE = Policy(baseDelayMs = 0, maxDelayMs = 0)
internal val ONCE = Policy(maxAttempts = 1)

/** The shortest payload of each operation that breaks no rule. */
internal val VALID: Map<String, Payload<*>> = mapOf(
    "add" to AddLead(empName = "e"),
    "add_apaas" to AddApaasLead(companyName = "c"),
    "modify" to ModifyLead(id = "7"),
    "modify_apaas" to ModifyApaasLead(id = "7"),
    "remove" to RemoveLead(id = "7"),
    "query" to QueryLeads(code = "c"),
    "query_apaas" to QueryApaasLeads(code = "c"),
)

internal fun account(baseUrl: String? = null) = Account(OPENID, APP_KEY, baseUrl)

/** The body of a reply of the service. */
internal fun body(data: Any? = null, code: Any = "0", vararg others: Pair<String, Any?>): String {
    val known = members("return_code" to code, *others).entries
    return writeJson(members(*(known + if (data == null) emptyMap() else mapOf("response_data" to data)).toList().toTypedArray()))
}

internal fun reply(body: String, status: Int = 200, retryAfter: String? = null) = RawReply(status, body.toByteArray(), retryAfter)

/** The reply to a query that finds these rows. */
internal fun rows(vararg leads: Map<String, Any?>): RawReply = reply(body(leads.toList()))

internal val OK = reply(body("7"))
internal val EMPTY = rows()
internal val REJECTED = reply(body(code = "5", others = arrayOf("return_msg" to "no")))

/** Path and rule of all that a payload breaks. */
internal fun violations(make: () -> Unit): List<Pair<String, String>> =
    assertThrows<QinceException.InvalidPayload> { make() }.violations.map { it.path to it.rule }
        .sortedWith(compareBy({ it.first }, { it.second }))

/** The body of a push that was signed with this secret. */
internal fun pushBody(
    data: String,
    secret: String = PUSH_SECRET,
    timestamp: String = "1000",
    dataType: String = "salesLeads_follow",
    vararg others: Pair<String, String>,
): String {
    val digest = MessageDigest.getInstance("MD5").digest("$data|$secret|$timestamp".toByteArray())
        .joinToString("") { "%02x".format(it) }
    val members = linkedMapOf(
        "msgId" to "m1",
        "data" to data,
        "timestamp" to timestamp,
        "digest" to digest,
        "dataType" to dataType,
    )
    return form(members + others)
}

internal fun form(members: Map<String, String>): String =
    members.entries.joinToString("&") { (name, value) -> "$name=${URLEncoder.encode(value, Charsets.UTF_8)}" }

/** All that an exception shows: message, text, stack trace, causes and what is suppressed. */
internal fun shownBy(problem: Throwable): String = problem.toString() + problem.stackTraceToString()

/** A call that is driven by hand, with a clock of its own. */
internal class Hand<R>(val call: Call<R>) {
    constructor(request: Request<R>, policy: Policy = AT_ONCE) : this(Call(account(), request, policy))

    val sent = ArrayList<SignedRequest>()
    var nowMs = 0L
        private set

    val operations get() = sent.map { it.operation }

    /** Steps until a request is to be sent; the clock is set to where a wait ends. */
    fun send(random: Double = 0.0): SignedRequest {
        while (true) {
            when (val step = call.step(nowMs, "m${sent.size + 1}", random)) {
                is Step.Send -> return step.request.also(sent::add)
                is Step.WaitUntil -> nowMs = step.timeMs
                is Step.Done -> throw AssertionError("the call is over: ${step.result}")
            }
        }
    }

    fun reply(reply: RawReply) {
        call.replied(send().msgId, nowMs, reply)
    }

    fun fail(failure: Failure = Failure.UNKNOWN, cause: Throwable? = null, random: Double = 0.0) {
        call.failed(send(random).msgId, nowMs, failure, cause)
    }

    /** What the call comes to. */
    fun end(): R {
        val step = call.step(nowMs, "last", 0.0)
        assertTrue(step is Step.Done) { "the call goes on: $step" }
        return (step as Step.Done).result
    }

    /** What the call ends with. */
    inline fun <reified E : QinceException> error(): E = assertThrows<E> { end() }

    /** How long it waits now. */
    fun delay(): Long = when (val step = call.step(nowMs, "m", 0.0)) {
        is Step.WaitUntil -> (step.timeMs - nowMs).also { nowMs = step.timeMs }
        is Step.Send -> 0
        is Step.Done -> throw AssertionError("the call is over")
    }
}
