package qince.leads.behaviour

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Call
import qince.leads.Failure
import qince.leads.Json
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QueryLeads
import qince.leads.Receipt
import qince.leads.RemoveLead
import qince.leads.Stamp
import qince.leads.Step
import qince.leads.TimestampForm

/** The retry machine, driven by hand: no clock, no network. */
class CallsTest {
    private val add = AddLead(empName = "e", code = "L1")
    private val remove = RemoveLead(id = "7")

    /** By what a request fails: a failure of the host, a status, or a body that is no reply. */
    private fun fail(hand: Hand<*>, how: String) {
        when (how) {
            "not_sent" -> hand.fail(Failure.NOT_SENT)
            "unknown" -> hand.fail(Failure.UNKNOWN)
            "no reply" -> hand.reply(reply("<html>"))
            else -> hand.reply(reply("", how.toInt()))
        }
    }

    @Test
    fun `a request is the one that sign makes`() {
        val call = Call(account(), remove, timestampForm = TimestampForm.COMPACT)
        val step = call.step(1_617_206_400_000, "m", 0.0) as Step.Send
        val signed = account().sign(remove, Stamp(1_617_206_400_000, "m", TimestampForm.COMPACT))
        assertEquals(signed.url to signed.body, step.request.url to step.request.body)
    }

    @Test
    fun `a call ends with what the reply says and says the same ever after`() {
        val hand = Hand(remove)
        hand.reply(OK)
        assertEquals("7", hand.end().id)
        hand.call.failed("m1", 1, Failure.UNKNOWN)
        hand.call.replied("m1", 1, reply(body(code = "9")))
        assertEquals("7", hand.end().id)
        assertFalse(hand.call.isInDoubt)
    }

    @Test
    fun `a query ends with a page`() {
        val hand = Hand(QueryLeads(code = "c"))
        hand.reply(rows(mapOf("id" to 1), mapOf("id" to 2)))
        assertEquals(listOf("1", "2"), hand.end().map { it.id })
    }

    @Test
    fun `an error is thrown again on every further step`() {
        val hand = Hand(remove)
        hand.reply(REJECTED)
        repeat(2) { assertEquals("5", hand.error<QinceException.Rejected>().returnCode) }
    }

    @Test
    fun `an invalid payload ends a call before anything is sent`() {
        val call = Call(account(), AddLead())
        repeat(2) { assertThrows<QinceException.InvalidPayload> { call.step(0, "m", 0.0) } }
        assertNull(call.lastAttempt)
        assertFalse(call.isInDoubt)
    }

    @Test
    fun `a stamp that cannot be written ends a call`() {
        for ((nowMs, msgId) in listOf(-1L to "m", 0L to "", Long.MAX_VALUE to "m", Long.MIN_VALUE to "m", 0L to LONE)) {
            val call = Call(account(), add)
            assertThrows<QinceException.InvalidStamp>("$nowMs") { call.step(nowMs, msgId, 0.0) }
            assertFalse(call.isInDoubt)
        }
    }

    @Test
    fun `what happens without a request under way changes nothing`() {
        val hand = Hand(add)
        hand.call.replied("m1", 0, OK)
        hand.call.failed("m1", 0, Failure.UNKNOWN, IllegalStateException("early"))
        assertNull(hand.call.lastAttempt)
        assertFalse(hand.call.isInDoubt)
        hand.reply(OK)
        assertEquals("7", hand.end().id)
    }

    @ParameterizedTest
    @ValueSource(strings = ["not_sent", "unknown", "408", "429", "500", "503", "no reply"])
    fun `what can be repeated is tried again`(failure: String) {
        for ((operation, payload) in VALID.filterKeys { !it.startsWith("add") }) {
            val hand = Hand(payload)
            fail(hand, failure)
            hand.reply(if (operation.startsWith("query")) EMPTY else OK)
            hand.end()
            assertEquals(listOf(operation, operation), hand.operations)
        }
    }

    @Test
    fun `what would fail again is not tried again`() {
        val query = QueryLeads(code = "c")
        Hand(query).apply { reply(REJECTED) }.error<QinceException.Rejected>()
        Hand(query).apply { reply(reply("", 404)) }.error<QinceException.HttpStatus>()
        Hand(query).apply { reply(reply("", 301)) }.error<QinceException.HttpStatus>()
        Hand(query).apply { reply(reply("<html>", 404)) }.error<QinceException.HttpStatus>()
    }

    @Test
    fun `a retry is signed anew`() {
        val hand = Hand(remove, Policy(baseDelayMs = 100, jitter = 0.0))
        hand.fail()
        hand.send()
        val (first, second) = hand.sent
        assertEquals(Triple("m2", "100", first.body), Triple(second.msgId, second.timestamp, second.body))
        assertNotEquals(first.url.split("/").dropLast(1).last(), second.url.split("/").dropLast(1).last())
    }

    @Test
    fun `delays double up to the longest`() {
        val hand = Hand(remove, Policy(maxAttempts = 6, baseDelayMs = 100, maxDelayMs = 500, deadlineMs = null, jitter = 0.0))
        val delays = List(5) {
            hand.fail()
            hand.delay()
        }
        assertEquals(listOf(100L, 200, 400, 500, 500), delays)
    }

    @ParameterizedTest
    @CsvSource(
        "0.5, 0.0, 1000",
        "0.5, 1.0, 500",
        "0.5, NaN, 1000",
        "1.0, 1.0, 0",
        "0.0, 1.0, 1000",
        "0.5, 7.0, 500",
        "0.5, -7.0, 1000",
    )
    fun `delays are shortened by jitter and never beyond their bounds`(jitter: Double, random: Double, delay: Long) {
        val hand = Hand(remove, Policy(baseDelayMs = 1000, jitter = jitter))
        hand.fail(random = random)
        assertEquals(delay, hand.delay())
    }

    @ParameterizedTest
    @ValueSource(doubles = [-0.1, 1.1, 7.0, Double.POSITIVE_INFINITY, Double.NaN])
    fun `a jitter that is no part of a delay is refused before anything is sent`(jitter: Double) {
        val call = Call(account(), remove, Policy(jitter = jitter))
        val error = assertThrows<QinceException.InvalidAccount> { call.step(0, "m", 0.5) }
        assertTrue("jitter" in error.message)
    }

    @Test
    fun `a wait that the service asks for replaces the delay`() {
        val hand = Hand(remove, Policy(baseDelayMs = 100, maxDelayMs = 100))
        hand.reply(reply("", 429, retryAfter = "7"))
        assertEquals(7000, hand.delay())
    }

    @Test
    fun `a wait beyond the deadline is not begun`() {
        val hand = Hand(remove, Policy(deadlineMs = 6999))
        hand.reply(reply("", 429, retryAfter = "7"))
        assertEquals(429, hand.error<QinceException.HttpStatus>().status)
    }

    @Test
    fun `attempts that are used up end in the last failure`() {
        val hand = Hand(remove, Policy(maxAttempts = 2, baseDelayMs = 0))
        val last = IllegalStateException("second")
        hand.fail(cause = IllegalStateException("first"))
        hand.fail(cause = last)
        val error = hand.error<QinceException.Transport>()
        assertEquals(Failure.UNKNOWN, error.failure)
        assertSame(last, error.cause)
        assertEquals(2, hand.sent.size)
    }

    @Test
    fun `a failure that is known not to have left says so`() {
        val hand = Hand(add, ONCE)
        hand.fail(Failure.NOT_SENT)
        assertEquals(Failure.NOT_SENT, hand.error<QinceException.Transport>().failure)
        assertFalse(hand.call.isInDoubt)
    }

    @ParameterizedTest
    @ValueSource(ints = [0, 1])
    fun `one request is sent whatever the policy says`(attempts: Int) {
        val hand = Hand(remove, Policy(maxAttempts = attempts))
        hand.fail()
        hand.error<QinceException.Transport>()
        assertEquals(1, hand.sent.size)
    }

    @Test
    fun `numbers below zero are refused`() {
        assertThrows<IllegalArgumentException> { Policy(maxAttempts = -1) }
        assertThrows<IllegalArgumentException> { Policy(baseDelayMs = -1) }
        assertThrows<IllegalArgumentException> { Policy(maxDelayMs = Long.MIN_VALUE) }
        assertThrows<IllegalArgumentException> { Policy(deadlineMs = -1) }
        assertThrows<IllegalArgumentException> { Policy(settleDelayMs = -1) }
    }

    @ParameterizedTest
    @ValueSource(strings = ["unknown", "408", "500", "no reply"])
    fun `an add whose outcome is unknown is settled by a query for its code`(failure: String) {
        for (payload in listOf(add, AddApaasLead(companyName = "c", code = "L1"))) {
            val hand = Hand(payload)
            fail(hand, failure)
            assertTrue(hand.call.isInDoubt)
            hand.reply(rows(mapOf("id" to 5, "code" to "L0"), mapOf("id" to 6, "code" to "L1")))
            assertEquals(Receipt(msgId = null, id = "6", settled = true), hand.end())
            assertEquals(if (payload is AddLead) listOf("add", "query") else listOf("add_apaas", "query_apaas"), hand.operations)
            assertTrue("\"code\":\"L1\"" in hand.sent[1].body)
            assertFalse(hand.call.isInDoubt)
        }
    }

    @Test
    fun `an add that was not carried out is sent again`() {
        val hand = Hand(add)
        hand.fail()
        hand.reply(EMPTY)
        hand.reply(OK)
        assertEquals("7", hand.end().id)
        assertEquals(listOf("add", "query", "add"), hand.operations)
    }

    @ParameterizedTest
    @ValueSource(strings = ["not_sent", "429"])
    fun `an add that surely was not carried out is sent again without a query`(failure: String) {
        val hand = Hand(AddLead(empName = "e"))
        fail(hand, failure)
        assertFalse(hand.call.isInDoubt)
        hand.reply(OK)
        assertEquals("7", hand.end().id)
        assertEquals(listOf("add", "add"), hand.operations)
    }

    @Test
    fun `an add without a code ends uncertain with the chain of causes`() {
        val hand = Hand(AddLead(empName = "e"))
        val cause = IllegalStateException("slow")
        hand.fail(cause = cause)
        val transport = hand.error<QinceException.Uncertain>().cause as QinceException.Transport
        assertEquals(Failure.UNKNOWN, transport.failure)
        assertSame(cause, transport.cause)
    }

    @Test
    fun `an add that was answered by no reply is uncertain because of it`() {
        val hand = Hand(AddLead(empName = "e"))
        hand.reply(reply("", 503))
        assertEquals(503, (hand.error<QinceException.Uncertain>().cause as QinceException.HttpStatus).status)
    }

    @Test
    fun `an add that cannot be settled is uncertain`() {
        val hand = Hand(add, Policy(maxAttempts = 2, baseDelayMs = 0))
        repeat(3) { hand.fail() }
        hand.error<QinceException.Uncertain>()
        assertEquals(listOf("add", "query", "query"), hand.operations)
    }

    @Test
    fun `an add that was sent again and is refused is looked up once more`() {
        fun refused(found: qince.leads.RawReply) = Hand(add).apply {
            fail()
            reply(EMPTY)
            reply(REJECTED)
            reply(found)
        }
        assertEquals(Receipt(msgId = null, id = "6", settled = true), refused(rows(mapOf("id" to 6, "code" to "L1"))).end())
        val hand = refused(EMPTY)
        // The first one may be stored and not shown yet.
        assertEquals("5", (hand.error<QinceException.Uncertain>().cause as QinceException.Rejected).returnCode)
        assertEquals(listOf("add", "query", "add", "query"), hand.operations)
    }

    @Test
    fun `a request that was lost track of counts as failed in an unknown way`() {
        val hand = Hand(add)
        hand.send()
        assertEquals("query", hand.send().operation)
        assertEquals("unknown", hand.call.lastAttempt?.outcome)
    }

    @Test
    fun `only an add can be in doubt and only while nobody knows`() {
        for ((operation, payload) in VALID) {
            val hand = Hand(payload)
            assertFalse(hand.call.isInDoubt)
            hand.send()
            assertEquals(operation.startsWith("add"), hand.call.isInDoubt)
            hand.call.replied("m1", 0, if (operation.startsWith("query")) EMPTY else OK)
            hand.end()
            assertFalse(hand.call.isInDoubt)
        }
    }

    @Test
    fun `an attempt is told with its number its outcome and its time`() {
        val hand = Hand(remove)
        hand.send()
        hand.call.replied("m1", 250, reply("", 503))
        val first = hand.call.lastAttempt!!
        assertEquals(
            listOf("remove", 1, "m1", 503, "http_status", 250L),
            first.run { listOf(operation, number, msgId, status, outcome, durationMs) },
        )
        hand.fail(Failure.NOT_SENT)
        val second = hand.call.lastAttempt!!
        assertEquals(listOf("remove", 2, null, "not_sent"), second.run { listOf(operation, number, status, outcome) })
        hand.reply(OK)
        assertEquals("ok", hand.call.lastAttempt?.outcome)
    }

    @Test
    fun `a clock that goes back makes no negative time`() {
        val call = Call(account(), remove)
        call.step(1000, "m", 0.0)
        call.replied("m", 400, OK)
        assertEquals(0, call.lastAttempt?.durationMs)
    }

    @Test
    fun `a status that is none is refused where it is given`() {
        for (status in listOf(-1, 70_000, Int.MAX_VALUE, Int.MIN_VALUE)) {
            assertThrows<IllegalArgumentException>("$status") { reply("", status) }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = ["-7", "", "soon", "7$LONE"])
    fun `a wait that is none changes nothing`(header: String) {
        val hand = Hand(remove)
        hand.reply(reply("", 429, header))
        assertEquals(0, hand.delay())
    }

    @Test
    fun `a reply or a failure that comes too late changes nothing`() {
        val hand = Hand(AddLead(empName = "e"))
        hand.fail(Failure.NOT_SENT)
        hand.send()
        hand.call.replied("m1", 0, REJECTED)
        hand.call.failed("m1", 0, Failure.UNKNOWN, IllegalStateException("late"))
        hand.call.failed("m$LONE", 0, Failure.UNKNOWN)
        assertEquals("m2", hand.call.progress.msgId)
        hand.call.failed("m2", 0, Failure.UNKNOWN)
        assertNull((hand.error<QinceException.Uncertain>().cause as QinceException.Transport).cause)
    }

    @Test
    fun `an error says which call it came of and how far that was`() {
        fun told(error: QinceException) = error.run { Triple(msgId, attempts, mayHaveBeenCarriedOut) }
        val refused = Hand(remove).apply { reply(REJECTED) }
        assertEquals(Triple("m1", 1, false), told(refused.error<QinceException.Rejected>()))
        val refusedAtLast = Hand(remove).apply {
            fail()
            reply(REJECTED)
        }
        assertEquals(Triple("m2", 2, true), told(refusedAtLast.error<QinceException.Rejected>()))
        val notFound = Hand(remove).apply { reply(reply("<html>", 404)) }
        assertEquals(Triple("m1", 1, false), told(notFound.error<QinceException.HttpStatus>()))
        val notSent = Hand(remove, ONCE).apply { fail(Failure.NOT_SENT) }
        assertEquals(Triple("m1", 1, false), told(notSent.error<QinceException.Transport>()))
        val malformed = Hand(remove, ONCE).apply { reply(reply("<html>")) }
        assertEquals(Triple("m1", 1, true), told(malformed.error<QinceException.Malformed>()))
        val uncertain = Hand(add, ONCE).apply { repeat(2) { fail() } }.error<QinceException.Uncertain>()
        assertEquals(Triple("m2", 2, true), told(uncertain))
        assertEquals(Triple("m2", 2, true), told(uncertain.cause as QinceException))
        assertEquals(Triple(null, 0, false), told(Hand(AddLead()).error<QinceException.InvalidPayload>()))
        assertEquals(Triple(null, 0, false), told(assertThrows<QinceException.Rejected> { RemoveLead.read(REJECTED) }))
    }

    @Test
    fun `a call that is given up says what it leaves open and is over`() {
        assertNull(Hand(add).call.giveUp(0))
        val removal = Hand(remove).apply { send() }
        assertNull(removal.call.giveUp(0))
        assertTrue(removal.call.progress.mayHaveBeenCarriedOut)

        val hand = Hand(add).apply { send() }
        val error = hand.call.giveUp(70) as QinceException.Uncertain
        assertEquals(Triple("m1", 1, true), error.run { Triple(msgId, attempts, mayHaveBeenCarriedOut) })
        assertEquals("cancelled" to 70L, hand.call.lastAttempt!!.run { outcome to durationMs })
        hand.call.replied("m1", 80, OK)
        hand.error<QinceException.Uncertain>()
        assertNull(hand.call.save())
    }

    @Test
    fun `an add in doubt is looked for as late as the policy says`() {
        val hand = Hand(add, Policy(baseDelayMs = 0, settleDelayMs = 3000))
        hand.fail()
        assertEquals(3000, hand.delay())
        assertEquals("query", hand.send().operation)
    }

    @Test
    fun `an add that is not to be sent again is uncertain once it was not found`() {
        val hand = Hand(add, AT_ONCE.copy(resendAdds = false))
        hand.fail()
        hand.reply(EMPTY)
        hand.error<QinceException.Uncertain>()
        assertEquals(listOf("add", "query"), hand.operations)
    }

    @Test
    fun `a refusal by which the service only asks for patience is tried again`() {
        val hand = Hand(add, AT_ONCE.copy(retryCodes = listOf("4", "5", LONE)))
        hand.reply(REJECTED)
        hand.reply(OK)
        assertEquals("7", hand.end().id)
        assertEquals(listOf("add", "add"), hand.operations)
    }

    @Test
    fun `a reply with another message id is another request's where the service echoes them`() {
        val hand = Hand(remove, AT_ONCE.copy(matchMsgId = true))
        hand.reply(reply(body("7", others = arrayOf("msg_id" to "m0"))))
        hand.reply(reply(body("8", others = arrayOf("msg_id" to "M2"))))
        assertEquals("8", hand.end().id)
    }

    @Test
    fun `the result of a call is one receipt whose parts are values`() {
        val hand = Hand(add)
        hand.reply(reply(body(mapOf("id" to 12_345_678_901_234_567L), others = arrayOf("msg_id" to "m9"))))
        val data = Json.parse("{\"id\":12345678901234567}")
        assertEquals(Receipt(msgId = "m9", id = "12345678901234567", data = data), hand.end())
    }
}
