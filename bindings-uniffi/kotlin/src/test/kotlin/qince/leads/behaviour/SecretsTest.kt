package qince.leads.behaviour

import java.io.IOException
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.Call
import qince.leads.Json
import qince.leads.NotSentException
import qince.leads.Pages
import qince.leads.QinceException
import qince.leads.QueryLeads
import qince.leads.RawReply
import qince.leads.RemoveLead
import qince.leads.SignedRequest
import qince.leads.Stamp
import qince.leads.Step
import qince.leads.client.Answers
import qince.leads.client.Watched
import qince.leads.client.throws
import qince.leads.verifyPush

/** What must never be shown, and where it must not be. */
class SecretsTest {
    private val request = account().sign(RemoveLead(code = "c"), Stamp(1000, "m"))
    private val digest = request.url.split('/').dropLast(1).last()

    private fun assertHidden(shown: String) {
        for (secret in SECRETS + digest) assertFalse(secret in shown) { shown }
    }

    @Test
    fun `the test itself knows what a request hides`() {
        assertTrue(OPENID in request.url && digest in request.url && digest.matches(Regex("[0-9a-f]{32}")))
    }

    @Test
    fun `nothing that has a secret shows it`() {
        val call = Call(account(), RemoveLead(code = "c"))
        val step = call.step(1000, "m", 0.0) as Step.Send
        assertTrue(step.request.url == request.url)
        call.replied("m", 1000, OK)
        val watched = Watched(Answers())
        for (shown in listOf(
            account(), request, request.redactedUrl, step, call, call.lastAttempt, watched.leads,
            Pages(
                QueryLeads(code = "c"),
            ),
            OK,
        )) {
            assertHidden("$shown")
        }
    }

    @Test
    fun `errors and their stack traces show no secret`() {
        val wrongs: List<() -> Any> = listOf(
            { Account(OPENID, "") },
            { Account("", APP_KEY) },
            { Account(OPENID, APP_KEY, "https://$OPENID:$APP_KEY@example.com") },
            { Account(OPENID + LONE, APP_KEY + LONE) },
            { account().sign(AddLead(), Stamp(0, "m")) },
            { account().sign(RemoveLead(code = "c"), Stamp(-1, "m")) },
            { account().sign(RemoveLead(code = "c"), Stamp(0, LONE)) },
            { RemoveLead.read(reply("<html>$OPENID $digest", 500)) },
            { RemoveLead.read(reply("<html>$OPENID $digest")) },
            { verifyPush("digest=$digest&data=$PUSH_SECRET".toByteArray(), listOf(PUSH_SECRET), 0, null) },
            { verifyPush(pushBody("{}", secret = "other").toByteArray(), listOf(PUSH_SECRET), 0, null) },
            { verifyPush(pushBody("{}").toByteArray(), listOf(PUSH_SECRET), 100_000, 1) },
            { Json.parse("$OPENID\"") },
        )
        for (wrong in wrongs) {
            val problem = runCatching(wrong).exceptionOrNull() ?: throw AssertionError("it was right")
            assertTrue(problem is QinceException) { "$problem" }
            assertHidden(shownBy(problem))
        }
    }

    @Test
    fun `what a transport throws is cleaned of openid and digest wherever it shows them`() = runBlocking {
        class Told(request: SignedRequest, cause: Throwable? = null) : IOException("could not reach ${request.url}", cause)
        class ToldNotSent(request: SignedRequest) : IllegalStateException("inside", NotSentException(request.url))

        val throwing: List<(SignedRequest) -> Exception> = listOf(
            { Told(it) },
            { Told(it, Told(it)) },
            { IOException("outside", Told(it)) },
            { IOException("outside").apply { addSuppressed(Told(it)) } },
            { NotSentException("refused at ${it.url}") },
            { ToldNotSent(it) },
        )
        for (make in throwing) {
            val urls = ArrayList<String>()
            val answers = Answers({
                urls += it.url
                throw make(it)
            })
            val problem = runCatching { Watched(answers, ONCE).leads.remove(RemoveLead(code = "c")) }.exceptionOrNull()!!
            assertTrue(problem is QinceException.Transport && problem.cause != null) { "$problem" }
            val digest = urls.single().split('/').dropLast(1).last()
            assertFalse(digest in shownBy(problem) || OPENID in shownBy(problem)) { shownBy(problem) }
        }
    }

    @Test
    fun `any text can be cleaned of what a request hides`() {
        val shown = "$OPENID at ${request.url} ($digest) $LONE"
        assertHidden(request.redact(shown))
        assertTrue("*** at https://openapi.waiqin365.com/api/" in request.redact(shown)) { request.redact(shown) }
        assertTrue(request.redact("connection reset") == "connection reset")
    }

    @Test
    fun `what shows no secret is kept as it is`() = runBlocking {
        val own = IOException("connection reset", IllegalStateException("inside"))
        val problem = runCatching { Watched(Answers(throws(own)), ONCE).leads.remove(RemoveLead(code = "c")) }.exceptionOrNull()
        assertTrue(generateSequence(problem) { it.cause }.any { it.message == "connection reset" && it is IOException })
        assertTrue(generateSequence(problem) { it.cause }.any { it.message == "inside" })
    }

    @Test
    fun `a body that is kept is not shown`() {
        val kept = runCatching {
            QueryLeads.read(RawReply(200, "secret of a customer".toByteArray()))
        }.exceptionOrNull() as QinceException.Malformed
        assertFalse("secret of a customer" in shownBy(kept))
    }
}
