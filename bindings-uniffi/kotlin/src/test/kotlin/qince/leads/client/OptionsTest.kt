package qince.leads.client

import java.io.IOException
import java.lang.management.ManagementFactory
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.Attempt
import qince.leads.CallOptions
import qince.leads.Failure
import qince.leads.FollowUp
import qince.leads.Lead
import qince.leads.Logger
import qince.leads.Page
import qince.leads.Policy
import qince.leads.Progress
import qince.leads.PushData
import qince.leads.PushEvent
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.QueryLeads
import qince.leads.RawReply
import qince.leads.Receipt
import qince.leads.RemoveLead
import qince.leads.Transport
import qince.leads.behaviour.APP_KEY
import qince.leads.behaviour.AT_ONCE
import qince.leads.behaviour.EMPTY
import qince.leads.behaviour.OK
import qince.leads.behaviour.ONCE
import qince.leads.behaviour.OPENID
import qince.leads.behaviour.REJECTED
import qince.leads.behaviour.account
import qince.leads.behaviour.rows

/** What may be set of a client and of a call, and what they tell. */
class OptionsTest {
    private val lead = AddLead(empName = "e", code = "L1")
    private val removal = RemoveLead(code = "c")

    private class Log : Logger {
        val lines = CopyOnWriteArrayList<String>()

        override fun log(level: Logger.Level, line: String) {
            lines += "$level $line"
        }
    }

    @Test
    fun `one call may have a time and a policy and headers of its own`() = runBlocking {
        val answers = Answers(throws(IOException()), says(OK), throws(IOException()), says(OK))
        val leads = QinceLeads(account(), answers, policy = ONCE, headers = mapOf("X-A" to "1", "X-B" to "1"))
        leads.remove(removal, CallOptions(timeout = 7.seconds, policy = AT_ONCE, headers = mapOf("x-b" to "2")))
        assertTrue(runCatching { leads.remove(removal) }.exceptionOrNull() is QinceException.Transport)
        assertEquals(listOf(7, 7, 30), answers.timeouts.map { it.inWholeSeconds.toInt() })
        assertEquals(
            listOf("2", "2", "1"),
            answers.sent.map { sent ->
                sent.headers.entries.single { it.key.equals("x-b", true) }.value
            },
        )
        assertTrue(answers.sent.all { it.headers["X-A"] == "1" && it.headers["Content-Type"] == "application/json" })
    }

    @Test
    fun `options of a query hold for each of its pages`() = runBlocking {
        val answers = Answers(says(rows(mapOf("id" to 1))), says(EMPTY), says(rows(mapOf("id" to 1))))
        val leads = QinceLeads(account(), answers)
        leads.query(QueryLeads(code = "c"), CallOptions(timeout = 7.seconds)).toList()
        leads.pages(QueryLeads(code = "c"), CallOptions(timeout = 8.seconds)).first()
        assertEquals(listOf(7.seconds, 7.seconds, 8.seconds), answers.timeouts.toList())
    }

    @Test
    fun `a request says who sends it unless a header of one's own does`() = runBlocking {
        val answers = Answers(says(OK), says(OK))
        val leads = QinceLeads(account(), answers)
        leads.add(lead)
        leads.add(lead, CallOptions(headers = mapOf("user-agent" to "mine")))
        val told = answers.sent.map { sent -> sent.headers.filterKeys { it.equals("User-Agent", true) }.values.single() }
        assertTrue(Regex("""qince-leads-kotlin/\d+\.\d+\.\d+ jvm/\d+""").matches(told[0])) { told[0] }
        assertEquals("mine", told[1])
    }

    @Test
    fun `a hook before each request names it and adds headers`() = runBlocking {
        val answers = Answers(throws(IOException()), says(EMPTY), says(OK))
        val asked = ArrayList<Triple<String, String, Int>>()
        val leads = QinceLeads(account(), answers, policy = AT_ONCE, onRequest = { operation, msgId, number ->
            asked += Triple(operation, msgId, number)
            if (operation == "add") mapOf("traceparent" to "t$number") else null
        })
        leads.add(lead)
        assertEquals(listOf("add" to 1, "query" to 1, "add" to 2), asked.map { it.first to it.third })
        assertEquals(answers.sent.map { it.msgId }, asked.map { it.second })
        assertEquals(listOf("t1", null, "t2"), answers.sent.map { it.headers["traceparent"] })
    }

    @Test
    fun `what hooks throw is logged and passed over`() = runBlocking {
        val log = Log()
        val answers = Answers(throws(IOException()), throws(IOException()))
        val leads = QinceLeads(
            account(),
            answers,
            policy = ONCE,
            logger = log,
            onRequest = { _, _, _ -> error("first") },
            onAttempt = { error("second") },
            onUncertain = { error("third") },
        )
        assertTrue(runCatching { leads.add(AddLead(empName = "e")) }.exceptionOrNull() is QinceException.Uncertain)
        val said = log.lines.filter { "threw" in it }
        assertEquals(listOf("onRequest", "onAttempt", "onUncertain"), said.map { it.split(' ')[1] })
        val careless = leads.withOptions(onRequest = { _, _, _ -> mapOf("a b" to "c") }, logger = { _, _ -> error("log") })
        assertTrue(runCatching { careless.remove(removal) }.exceptionOrNull() is QinceException.Transport)
    }

    @Test
    fun `an Error of a hook is passed over too unless it is the machine's`() = runBlocking {
        val log = Log()
        val leads = QinceLeads(
            account(),
            Answers(says(OK), throws(IOException()), says(OK), says(OK)),
            policy = ONCE,
            logger = log,
            onRequest = { _, _, _ -> throw NoClassDefFoundError("a tracer") },
            onAttempt = { throw NotImplementedError("later") },
            onUncertain = { throw AssertionError("of a test") },
        )
        assertEquals("7", leads.add(lead).id)
        assertTrue(runCatching { leads.add(AddLead(empName = "e")) }.exceptionOrNull() is QinceException.Uncertain)
        assertEquals(
            listOf("onRequest", "onAttempt", "onRequest", "onAttempt", "onUncertain"),
            log.lines.filter { "threw" in it }.map { it.split(' ')[1] },
        )
        assertEquals("7", leads.withOptions(logger = { _, _ -> throw NotImplementedError("later") }).add(lead).id)
        val full = leads.withOptions(onAttempt = { throw OutOfMemoryError() })
        assertTrue(runCatching { full.add(lead) }.exceptionOrNull() is OutOfMemoryError)
    }

    @ParameterizedTest
    @ValueSource(strings = ["", "a b", "名", "Host", "content-type", "X:", "\uD83D"])
    fun `a header that cannot be sent is refused and its value not shown`(name: String) {
        val made = listOf<(Map<String, String>) -> Any>(
            { QinceLeads(account(), Answers(), headers = it) },
            { CallOptions(headers = it) },
        )
        for (make in made) {
            val problem = assertThrows<IllegalArgumentException> { make(mapOf(name to "secret")) }
            assertFalse("secret" in problem.message!!)
            assertThrows<IllegalArgumentException> { make(mapOf("X-A" to "two\nlines")) }
        }
    }

    @Test
    fun `each attempt is a line of the log and a doubt a warning without secrets`() = runBlocking {
        val log = Log()
        val leads = QinceLeads(account(), Answers(throws(IOException()), throws(IOException())), policy = ONCE, logger = log)
        val error = runCatching { leads.add(lead) }.exceptionOrNull() as QinceException.Uncertain
        assertEquals(
            listOf("DEBUG", "DEBUG", "WARNING").take(log.lines.size - 1) + "WARNING",
            log.lines.map {
                it.substringBefore(' ')
            },
        )
        assertTrue(log.lines[0].startsWith("DEBUG add attempt 1: unknown after ")) { log.lines[0] }
        val warning = log.lines.last()
        assertTrue(error.message in warning && "L1" in warning && error.msgId!! in warning && "add" in warning) { warning }
        for (line in log.lines) assertFalse(OPENID in line || APP_KEY in line) { line }
    }

    @Test
    fun `a log is given no line that it does not take`() = runBlocking {
        val lines = CopyOnWriteArrayList<String>()
        val deaf = object : Logger {
            override fun log(level: Logger.Level, line: String) {
                lines += "$level $line"
            }

            override fun takes(level: Logger.Level) = level == Logger.Level.WARNING
        }
        val leads = QinceLeads(account(), Answers(throws(IOException())), policy = ONCE, logger = deaf)
        runCatching { leads.add(AddLead(empName = "e")) }
        assertTrue(lines.single().startsWith("WARNING add: uncertain")) { "$lines" }
    }

    @Test
    fun `doubt is told wherever a call ends in it`() = runBlocking {
        val told = CopyOnWriteArrayList<QinceException.Uncertain>()
        fun leads(transport: Transport) = QinceLeads(account(), transport, policy = ONCE, onUncertain = told::add, logger = null)

        runCatching { leads(Answers(throws(IOException()))).add(AddLead(empName = "e")) }
        assertEquals(1, told.size)
        assertNull(withTimeoutOrNull(50.milliseconds) { leads(Answers(Hanging().answer)).add(lead) })
        assertEquals("L1", told[1].leadCode)
        supervisorScope {
            val hanging = Hanging()
            val job = async { leads(Answers(hanging.answer)).add(lead) }
            hanging.began.await()
            job.cancelAndJoin()
        }
        assertEquals(3, told.size)
        val failing: Transport = Transport { _, _ -> throw AssertionError("a mistake of the transport's") }
        assertThrows<AssertionError> { runBlocking { leads(failing).add(lead) } }
        assertEquals(4, told.size)
        runCatching { leads(Answers(says(REJECTED))).add(lead) }
        runCatching { leads(Answers(throws(IOException()))).remove(removal) }
        assertEquals(4, told.size, "a refusal and a removal are not in doubt")
    }

    @Test
    fun `results and errors have the reply as it came`() = runBlocking {
        val headers = mapOf("X-Trace" to listOf("t1"))
        fun with(reply: RawReply) = RawReply(reply.status, reply.body, headers)
        val page = with(rows(mapOf("id" to 1)))
        val answers = Answers(
            says(with(OK)),
            says(page),
            says(with(REJECTED)),
            says(RawReply(404, "<html>".toByteArray(), headers)),
            says(RawReply(404, "<html>".toByteArray(), headers)),
            throws(IOException()),
            says(RawReply(200, "x".toByteArray(), headers)),
        )
        val leads = QinceLeads(account(), answers, policy = ONCE)
        assertEquals("t1", leads.remove(removal).reply?.header("x-trace"))
        assertSame(page, leads.pages(QueryLeads(code = "c")).first().reply)

        suspend fun error() = runCatching { leads.remove(removal) }.exceptionOrNull() as QinceException
        assertEquals("t1", error().reply?.header("X-TRACE"))
        assertEquals(404, error().reply?.status)
        assertEquals("<html>", error().reply?.body?.decodeToString())
        assertNull(error().reply, "none came")
        assertEquals("x", error().reply?.body?.decodeToString())
        assertNotNull(RemoveLead.read(OK).reply)
        assertEquals(Receipt(null, "7"), RemoveLead.read(OK), "a reply makes no receipt another one")
    }

    @Test
    fun `a transport's own error is told and not attached`() = runBlocking {
        class Foreign(val request: Any) : IOException("lost")

        val answers = Answers({ throw Foreign(it).apply { addSuppressed(IOException("beside", Foreign(it))) } })
        val problem = runCatching { QinceLeads(account(), answers, policy = ONCE).remove(removal) }.exceptionOrNull()!!
        val all = generateSequence(listOf(problem)) { some ->
            some.flatMap { listOfNotNull(it.cause) + it.suppressed }.ifEmpty { null }
        }.flatten().toList()
        assertEquals(4, all.size)
        assertTrue(all.none { it is Foreign })
        assertTrue(problem.cause!!.stackTrace.any { "OptionsTest" in it.className }) { "where it was thrown is kept" }
        assertTrue("Foreign: lost" in problem.stackTraceToString())
    }

    @Test
    fun `an account comes of the environment where none is given`() {
        val all = mapOf("QINCE_OPENID" to "o", "QINCE_APP_KEY" to "k", "QINCE_BASE_URL" to "https://leads.example")
        assertEquals("https://leads.example", Account.of(all).baseUrl)
        assertEquals(account().baseUrl, Account.of(all - "QINCE_BASE_URL").baseUrl)
        for (name in listOf("QINCE_OPENID", "QINCE_APP_KEY")) {
            for (without in listOf(all - name, all + (name to ""))) {
                assertTrue(name in assertThrows<QinceException.InvalidAccount> { Account.of(without) }.message)
            }
        }
    }

    @Test
    fun `a test can make what the client gives`() {
        val progress = Progress(attempts = 2, msgId = "m", mayHaveBeenCarriedOut = true, leadCode = "L1")
        val lost = QinceException.Transport("lost", Failure.UNKNOWN)
        val made = listOf(
            QinceException.Rejected("refused", "5", "no", progress = progress), QinceException.Uncertain("doubt", lost, progress),
            QinceException.HttpStatus(
                "404",
                404,
            ),
            QinceException.Malformed("odd", "odd"), QinceException.InvalidAccount("account"),
            QinceException.InvalidPayload(
                "payload",
                emptyList(),
            ),
            QinceException.BadSignature("push"), QinceException.Stale("old", 2, 1),
            QinceException.Forbidden("no", "add"), QinceException.InvalidStamp("stamp"),
        )
        assertEquals(made.size, made.map { it.code }.toSet().size)
        assertEquals(Triple("m", 2, "L1"), made[1].run { Triple(msgId, attempts, leadCode) })
        assertEquals(
            "L1",
            PushEvent(msgId = "m", data = PushData.FollowUp(FollowUp(leadCode = "L1"))).let {
                (it.data as PushData.FollowUp).followUp.leadCode
            },
        )
        assertEquals("add", Attempt("add").operation)
        assertEquals(listOf("1"), Page(listOf(Lead(id = "1"))).map { it.id })
    }

    @Test
    fun `a long page is read elsewhere than on the thread of the caller`() = runBlocking {
        val long =
            rows(*Array(20_000) { mapOf("id" to 4_600_000_000_000_000_000 + it, "code" to "L$it", "cus_name" to "示例公司 $it") })
        val threads = ManagementFactory.getThreadMXBean()

        fun cpu(work: () -> Unit): Long = threads.currentThreadCpuTime.let { before ->
            work()
            threads.currentThreadCpuTime -
                before
        }
        val leads = QinceLeads(account(), { _, _ -> long }, logger = null)

        fun read() = runBlocking { assertEquals(20_000, leads.pages(QueryLeads(code = "c")).first().size) }
        repeat(9) {
            QueryLeads.read(long)
            read()
        }
        val here = cpu { repeat(9) { QueryLeads.read(long) } }
        val calling = cpu { repeat(9) { read() } }
        assertTrue(calling < here / 2) { "$calling ns of the caller's time, where reading takes $here" }
    }

    @Test
    fun `times that make no sense are refused`() {
        assertThrows<IllegalArgumentException> { QinceLeads(account(), Answers(), connectTimeout = Duration.ZERO) }
        assertThrows<IllegalArgumentException> { CallOptions(timeout = (-1).seconds) }
    }
}
