package qince.leads.client

import java.io.IOException
import java.net.SocketTimeoutException
import java.time.ZoneOffset
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.util.concurrent.ConcurrentHashMap
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Failure
import qince.leads.ModifyApaasLead
import qince.leads.ModifyLead
import qince.leads.NotSentException
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.RawReply
import qince.leads.RemoveLead
import qince.leads.TimestampForm
import qince.leads.Transport
import qince.leads.behaviour.AT_ONCE
import qince.leads.behaviour.EMPTY
import qince.leads.behaviour.OK
import qince.leads.behaviour.ONCE
import qince.leads.behaviour.REJECTED
import qince.leads.behaviour.account
import qince.leads.behaviour.reply
import qince.leads.behaviour.rows

/** The loop around a call, with a transport that does as it is told. */
@OptIn(ExperimentalCoroutinesApi::class)
class ClientTest {
    private val lead = AddLead(empName = "e", code = "L1")
    private val removal = RemoveLead(code = "c")

    @Test
    fun `a lead is found by its code`() = runBlocking {
        val found = rows(mapOf("id" to 1, "code" to "L10"), mapOf("id" to 2, "code" to " l1 "))
        val answers = Answers(says(found), says(EMPTY), says(found), says(EMPTY))
        val leads = Watched(answers).leads
        assertEquals("2", leads.find("L1")?.id)
        assertNull(leads.find("L1"))
        assertEquals("2", leads.findApaas("L1")?.id)
        assertNull(leads.findApaas("L1"))
        assertEquals(listOf("query", "query", "query_apaas", "query_apaas"), answers.operations)
        assertEquals(setOf("{\"code\":\"L1\"}"), answers.sent.map { it.body }.toSet())
        assertThrows<QinceException.InvalidPayload> { runBlocking { leads.find("") } }
        assertEquals(4, answers.sent.size)
    }

    @Test
    fun `what is ensured is added unless a lead has its code`() = runBlocking {
        val there = rows(mapOf("id" to 6, "code" to "L1"))
        val answers = Answers(says(there), says(EMPTY), says(OK), says(EMPTY), says(REJECTED), says(there))
        val leads = Watched(answers).leads
        val lead = AddApaasLead(companyName = "c", code = "L1")
        val receipts = List(3) { leads.ensureApaas(lead) }
        assertEquals(listOf("6" to true, "7" to false, "6" to true), receipts.map { it.id to it.existed })
        assertEquals(
            listOf("query_apaas", "query_apaas", "add_apaas", "query_apaas", "add_apaas", "query_apaas"),
            answers.operations,
        )
        assertThrows<QinceException.InvalidPayload> { runBlocking { leads.ensure(AddLead(empName = "e")) } }
        assertEquals(6, answers.sent.size)
    }

    @Test
    fun `every operation that writes sends its payload and returns a receipt`() = runBlocking {
        val answers = Answers(*Array(5) { says(OK) })
        val leads = Watched(answers).leads
        val ids = listOf(
            leads.add(AddLead(empName = "e")),
            leads.addApaas(AddApaasLead(companyName = "c")),
            leads.modify(ModifyLead(id = "7")),
            leads.modifyApaas(ModifyApaasLead(id = "7")),
            leads.remove(RemoveLead(id = "7")),
        ).map { it.id }
        assertEquals(List(5) { "7" }, ids)
        assertEquals(listOf("add", "add_apaas", "modify", "modify_apaas", "remove"), answers.operations)
        assertEquals("""{"company_name":"c"}""", answers.sent[1].body)
        assertEquals(5, answers.sent.map { it.msgId }.toSet().size)
    }

    @Test
    fun `a request is sent as the options say`() = runBlocking {
        val answers = Answers(says(OK))
        Watched(answers, timeout = 2.5.seconds, timestampForm = TimestampForm.COMPACT).leads.remove(removal)
        assertEquals(listOf(2.5.seconds), answers.timeouts.toList())
        assertEquals("20260101000000".length, answers.sent.single().timestamp.length)
        assertTrue(answers.sent.single().msgId.matches(Regex("[0-9a-f-]{32,36}")))
    }

    @Test
    fun `what can be repeated is tried again until it works`() = runBlocking {
        val answers = Answers(throws(SocketTimeoutException()), says(reply("", 503)), says(reply("<html>")), says(OK))
        val watched = Watched(answers)
        assertEquals("7", watched.leads.remove(removal).id)
        assertEquals(listOf("remove unknown", "remove http_status", "remove malformed", "remove ok"), watched.trace)
        assertEquals(listOf(1, 2, 3, 4), watched.attempts.map { it.number })
        assertEquals(4, answers.sent.map { it.msgId }.toSet().size)
    }

    @Test
    fun `delays are kept`() = runBlocking {
        val began = System.nanoTime()
        val policy = Policy(baseDelayMs = 60, maxDelayMs = 100, jitter = 0.0)
        Watched(Answers(throws(IOException()), throws(IOException()), says(OK)), policy).leads.remove(removal)
        assertTrue(System.nanoTime() - began >= 160_000_000) { "${System.nanoTime() - began} ns" }
    }

    @Test
    fun `attempts that are used up end in the last failure and its cause`() = runBlocking {
        val last = IOException("last")
        val watched = Watched(Answers(throws(IOException("first")), throws(last)), Policy(maxAttempts = 2, baseDelayMs = 0))
        val error = runCatching { watched.leads.remove(removal) }.exceptionOrNull() as QinceException.Transport
        assertEquals(Failure.UNKNOWN, error.failure)
        assertEquals("last", error.cause?.message)
        assertEquals("java.io.IOException: last", error.cause.toString())
    }

    @Test
    fun `a refusal is not tried again`() = runBlocking {
        val answers = Answers(says(REJECTED))
        val error = runCatching { Watched(answers).leads.add(lead) }.exceptionOrNull() as QinceException.Rejected
        assertEquals("no", error.returnMsg)
        assertEquals(1, answers.sent.size)
    }

    @Test
    fun `an invalid payload is refused before anything is sent`() = runBlocking {
        val answers = Answers()
        val watched = Watched(answers)
        assertTrue(runCatching { watched.leads.add(AddLead(cusName = "c")) }.exceptionOrNull() is QinceException.InvalidPayload)
        assertTrue(answers.sent.isEmpty() && watched.attempts.isEmpty())
    }

    @Test
    fun `an add is settled by a query and not sent again`() = runBlocking {
        val watched = Watched(Answers(throws(IOException()), says(rows(mapOf("id" to 6, "code" to "L1")))))
        assertEquals("6", watched.leads.add(lead).id)
        assertEquals(listOf("add unknown", "query ok"), watched.trace)
    }

    @Test
    fun `an add that was not carried out is sent again`() = runBlocking {
        val watched = Watched(Answers(throws(IOException()), says(EMPTY), says(OK)))
        assertEquals("7", watched.leads.add(lead).id)
        assertEquals(listOf("add unknown", "query ok", "add ok"), watched.trace)
    }

    @Test
    fun `an add of which nothing left this host is sent again`() = runBlocking {
        val watched = Watched(Answers(throws(NotSentException("refused")), says(OK)))
        assertEquals("7", watched.leads.add(AddLead(empName = "e")).id)
        assertEquals(listOf("add not_sent", "add ok"), watched.trace)
    }

    @Test
    fun `whatever else a transport throws may have arrived`() = runBlocking {
        val problems = listOf(
            IOException("broken"),
            IllegalStateException("anything"),
            java.net.ConnectException("says a transport that does not say NotSentException"),
            CancellationException("of the transport's own"),
            IOException("wrapped", NotSentException("inside")),
        )
        for (problem in problems) {
            val watched = Watched(Answers(throws(problem)))
            val error = runCatching { watched.leads.add(AddLead(empName = "e")) }.exceptionOrNull()
            assertTrue(error is QinceException.Uncertain) { "$problem: $error" }
            assertTrue(error?.cause is QinceException.Transport)
            assertEquals(listOf("add unknown"), watched.trace)
        }
    }

    @Test
    fun `a time-out of the transport's own is a failure like any other`() = runBlocking {
        val answers = Answers({
            withTimeout(5.milliseconds) {
                delay(10.seconds)
                OK
            }
        }, says(OK))
        val watched = Watched(answers)
        assertEquals("7", watched.leads.remove(removal).id)
        assertEquals(listOf("remove unknown", "remove ok"), watched.trace)
    }

    @Test
    fun `a transport that hangs is given up in time`() = runTest {
        val hanging = List(2) { Hanging() }
        val watched = Watched(Answers(hanging[0].answer, hanging[1].answer), Policy(maxAttempts = 2, baseDelayMs = 0))
        val error = runCatching { watched.leads.remove(removal) }.exceptionOrNull()
        assertTrue(error is QinceException.Transport) { "$error" }
        assertEquals(2 * 30.seconds.inWholeMilliseconds, currentTime)
        assertTrue(hanging.all { it.ended.isCompleted }) { "it must be cancelled" }
        assertEquals(listOf("remove unknown", "remove unknown"), watched.trace)
    }

    /** Whether a call waits that is told this; null where it ends instead, because the wait would end beyond the deadline. */
    private suspend fun waits(header: String, deadlineMs: Long?): Boolean? = coroutineScope {
        val answers = Answers(says(RawReply(429, ByteArray(0), header)), says(OK))
        val watched = Watched(answers, Policy(baseDelayMs = 0, maxDelayMs = 0, deadlineMs = deadlineMs))
        val call = async { runCatching { watched.leads.remove(removal) } }
        while (watched.attempts.isEmpty()) delay(1.milliseconds)
        val result = withTimeoutOrNull(400.milliseconds) { call.await() }
        call.cancel()
        when (val error = result?.exceptionOrNull()) {
            null -> result == null
            else -> null.also { assertEquals(429, (error as QinceException.HttpStatus).status) }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = ["7", " 7 ", "7.0", "6.5"])
    fun `a wait that the service asks for is kept`(header: String) = runBlocking {
        assertEquals(true, waits(header, deadlineMs = 7200))
        assertNull(waits(header, deadlineMs = 6300), "a wait beyond the deadline is not begun")
    }

    @Test
    fun `a wait until a date that the service names is kept`() = runBlocking {
        val date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(10))
        assertEquals(true, waits(date, deadlineMs = 11_000))
        assertNull(waits(date, deadlineMs = 8_000))
        val past = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).minusSeconds(10))
        assertEquals(false, waits(past, deadlineMs = 1000))
    }

    @Test
    fun `a wait longer than anybody waits is not begun`() = runBlocking {
        assertNull(waits("9".repeat(400), deadlineMs = 1000))
    }

    @Test
    fun `a header that says no time is passed over and the reply is not lost`() = runBlocking {
        val garbage = listOf(
            "", "soon", "-5", "1e5", "5 seconds", "NaN", "Infinity", "0x10", "\u0000", "\ud800", "٣",
            "Tue, 99 Nov 2023 22:13:30 GMT", "Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2024 99:99:99 GMT",
            "Mon, ".repeat(
                1000,
            ),
        )
        for (header in garbage) {
            assertEquals(false, waits(header, deadlineMs = 1000), header.take(30))
            val leads = Watched(Answers(says(RawReply(200, OK.body, header)))).leads
            assertEquals("7", leads.add(AddLead(empName = "e")).id)
        }
    }

    @Test
    fun `an observer that fails harms nothing`() = runBlocking {
        for (problem in listOf(IllegalStateException("observer"), CancellationException("observer"))) {
            val answers = Answers(throws(IOException()), says(OK))
            val leads = QinceLeads(account(), answers, policy = AT_ONCE, onAttempt = { throw problem })
            assertEquals("7", leads.remove(removal).id)
            assertEquals(2, answers.sent.size)
        }
    }

    @Test
    fun `a client with other options shares all else`() = runBlocking {
        val answers = Answers(throws(IOException()), says(OK))
        val watched = Watched(answers)
        val once = watched.leads.withOptions(timeout = 1.seconds, policy = ONCE)
        assertTrue(runCatching { once.remove(removal) }.exceptionOrNull() is QinceException.Transport)
        watched.leads.remove(removal)
        assertEquals(listOf(1.seconds, 30.seconds), answers.timeouts.toList())
        assertEquals(listOf("remove unknown", "remove ok"), watched.trace)
        assertSame(watched.leads.account, once.account)
    }

    @Test
    fun `options that make no sense are refused`() {
        for (timeout in listOf(Duration.ZERO, (-1).seconds)) {
            assertThrows<IllegalArgumentException> { QinceLeads(account(), Answers(), timeout = timeout) }
            assertThrows<IllegalArgumentException> { QinceLeads(account(), Answers()).withOptions(timeout = timeout) }
        }
    }

    @Test
    fun `many coroutines may use one client`() = runBlocking {
        val seen = ConcurrentHashMap<String, Int>()
        val transport = Transport { request, _ ->
            delay(1.milliseconds)
            val code = AddLead.fromJson(request.body).code!!
            if (seen.merge(code, 1, Int::plus) == 1) throw NotSentException("at first")
            reply("""{"return_code":"0","response_data":"$code"}""")
        }
        val watched = Watched(transport)
        val ids = withContext(Dispatchers.Default) {
            List(500) { n -> async { watched.leads.add(AddLead(empName = "e", code = "$n")).id } }.awaitAll()
        }
        assertEquals(List(500) { "$it" }, ids)
        assertEquals(1000, watched.attempts.size)
    }
}
