package qince.leads.demo

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds
import qince.leads.Account
import qince.leads.Attempt
import qince.leads.Payload
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.Stamp
import qince.leads.sandbox.Environment
import qince.leads.sandbox.Sandbox

/** What every step of the demo needs: an emptied sandbox, a client, and what was sent. */
internal class Stage {
    val baseUrl = Environment.baseUrl
    val pushSecret = Environment.pushSecret
    private val account = Account(Environment.openid, Environment.appKey, baseUrl)
    private val seen = ConcurrentLinkedQueue<Attempt>()
    private val requests = AtomicInteger()
    val leads = QinceLeads(account, timeout = 10.seconds, onAttempt = ::observe)

    init {
        Sandbox.forget()
    }

    /** The attempts that the observer saw since this was asked last. */
    fun attempts(): List<Attempt> = generateSequence(seen::poll).toList()

    /** The body in which a payload is sent. */
    fun bodyOf(payload: Payload<*>): String = account.sign(payload, Stamp(nowMs = 0, msgId = "m")).body

    /** Calls, and prints what was sent and what came back: a result, or an error of the package. */
    suspend fun <R> show(payload: Payload<*>, describe: (R) -> String, call: suspend () -> R): R {
        val result = try {
            call()
        } catch (error: QinceException) {
            tell(payload, error.message.orEmpty())
            throw error
        }
        tell(payload, describe(result))
        return result
    }

    /** Where an attempt went, without the base URL that the title names. */
    fun path(attempt: Attempt): String = attempt.url.removePrefix(baseUrl)

    fun summary() = "All as it should be: six steps, $requests requests, no lead lost, none doubled."

    private fun observe(attempt: Attempt) {
        seen += attempt
        requests.incrementAndGet()
    }

    private fun tell(payload: Payload<*>, came: String) {
        val attempts = attempts()
        expect(attempts.isNotEmpty()) { "nothing was sent: $came" }
        Screen.line(attempts.first().operation, "sent", path(attempts.first()))
        Screen.line("", "", bodyOf(payload))
        val last = attempts.last()
        Screen.line("", "came", "${last.status?.let { "HTTP $it" } ?: "nothing"} in ${last.durationMs} ms: $came")
    }
}
