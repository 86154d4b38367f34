package qince.leads.client

import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import qince.leads.AddLead
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.RawReply
import qince.leads.RemoveLead
import qince.leads.Transport
import qince.leads.behaviour.OK
import qince.leads.behaviour.ONCE
import qince.leads.behaviour.account

/** Many calls at once, and the time that each has. */
@OptIn(ExperimentalCoroutinesApi::class)
class TurnsTest {
    private val lead = AddLead(empName = "e")

    /** Takes a while for each request, and notes how many there were at once. */
    private class Busy(private val takesMs: Long = 100) : Transport {
        private val now = AtomicInteger()
        var most = 0

        override suspend fun send(request: qince.leads.SignedRequest, timeout: kotlin.time.Duration): RawReply {
            most = maxOf(most, now.incrementAndGet())
            delay(takesMs.milliseconds)
            now.decrementAndGet()
            return OK
        }
    }

    @Test
    fun `ten requests run at once and the others wait without losing time`() = runTest {
        val busy = Busy(takesMs = 900)
        val leads = QinceLeads(account(), busy, timeout = 1.seconds, policy = ONCE)
        List(100) { async { leads.add(lead) } }.awaitAll()
        assertEquals(10, busy.most)
        assertEquals(9000, currentTime)
    }

    @Test
    fun `how many run at once may be said and a client with other options takes turns with the first`() = runTest {
        val busy = Busy()
        val leads = QinceLeads(account(), busy, maxConcurrent = 3)
        val others = leads.withOptions(timeout = 7.seconds)
        List(12) { n -> async { (if (n % 2 == 0) leads else others).add(lead) } }.awaitAll()
        assertEquals(3, busy.most)
        val own = leads.withOptions(maxConcurrent = 6)
        List(12) { async { own.add(lead) } }.awaitAll()
        assertEquals(6, busy.most)
        assertThrows<IllegalArgumentException> { QinceLeads(account(), busy, maxConcurrent = 0) }
    }

    @Test
    fun `a call that is cancelled before its turn sends nothing and leaves nothing open`() = runBlocking {
        val hanging = Hanging()
        val answers = Answers(hanging.answer)
        val leads = QinceLeads(account(), answers, maxConcurrent = 1)
        val first = launch { runCatching { leads.add(lead) } }
        hanging.began.await()
        val thrown = CompletableDeferred<Throwable?>()
        val second = launch { thrown.complete(runCatching { leads.add(lead) }.exceptionOrNull()) }
        repeat(3) { yield() }
        second.cancelAndJoin()
        val problem = thrown.await()
        assertTrue(problem is CancellationException && problem.suppressed.isEmpty()) { "$problem" }
        first.cancelAndJoin()
        assertEquals(1, answers.sent.size)
    }

    @Test
    fun `a request is stamped when its turn has come`() = runBlocking {
        val leads = QinceLeads(account(), Busy(takesMs = 300), maxConcurrent = 1)
        val sent = java.util.concurrent.CopyOnWriteArrayList<Long>()
        val noting = Transport { request, _ ->
            sent += System.currentTimeMillis() - request.timestamp.toLong()
            delay(200.milliseconds)
            OK
        }
        val one = QinceLeads(leads.account, noting, maxConcurrent = 1)
        List(4) { async { one.add(lead) } }.awaitAll()
        assertTrue(sent.all { it < 150 }) { "$sent" }
    }

    @Test
    fun `a wait takes virtual time in a test and no other`() = runTest {
        val answers = Answers(says(RawReply(429, ByteArray(0), "20")), says(OK))
        val began = System.nanoTime()
        assertEquals("7", Watched(answers, Policy()).leads.remove(RemoveLead(code = "c")).id)
        assertTrue(currentTime in 19_900..20_001) { "$currentTime" }
        assertTrue(System.nanoTime() - began < 2_000_000_000)
    }

    @Test
    fun `a long wait in virtual time counts towards the deadline`() = runTest {
        val answers = Answers(*Array(9) { says(RawReply(429, ByteArray(0), "25")) })
        val problem = runCatching {
            Watched(answers, Policy(maxAttempts = 9)).leads.remove(RemoveLead(code = "c"))
        }.exceptionOrNull()
        assertTrue(problem is QinceException.HttpStatus) { "$problem" }
        assertEquals(3, answers.sent.size)
    }
}
