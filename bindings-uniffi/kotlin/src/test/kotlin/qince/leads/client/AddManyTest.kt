package qince.leads.client

import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.LeadOutcome
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.RawReply
import qince.leads.SignedRequest
import qince.leads.Transport
import qince.leads.behaviour.OK
import qince.leads.behaviour.ONCE
import qince.leads.behaviour.REJECTED
import qince.leads.behaviour.account

/** Many leads at a time, with a transport that does as it is told. */
@OptIn(ExperimentalCoroutinesApi::class)
class AddManyTest {
    private val told = CopyOnWriteArrayList<String?>()
    private val underWay = AtomicInteger()
    private val most = AtomicInteger()

    private fun lead(number: Int) = AddLead(empName = "e", code = "L$number")

    private fun leads(count: Int) = List(count, ::lead).asFlow()

    private fun client(answer: suspend (SignedRequest) -> RawReply): QinceLeads = sending {
        delay(1)
        answer(it)
    }

    /** A client whose adds succeed as soon as this has been waited for. */
    private fun answering(wait: suspend (SignedRequest) -> Unit): QinceLeads = sending {
        wait(it)
        OK
    }

    private fun sending(answer: suspend (SignedRequest) -> RawReply): QinceLeads {
        val transport = object : Transport {
            override suspend fun send(request: SignedRequest, timeout: Duration): RawReply {
                most.accumulateAndGet(underWay.incrementAndGet(), ::maxOf)
                try {
                    return answer(request)
                } finally {
                    underWay.decrementAndGet()
                }
            }
        }
        return QinceLeads(account(), transport, policy = ONCE, onUncertain = { told += it.leadCode }, logger = null)
    }

    @Test
    fun `each lead has an outcome and so many are under way`() = runBlocking {
        val outcomes = client { OK }.addMany(leads(50), atOnce = 4).toList().sortedBy { it.index }
        assertEquals(List(50) { it to "L$it" }, outcomes.map { it.index to it.lead.code })
        assertTrue(outcomes.all { it is LeadOutcome.Added && it.receipt.id == "7" && it.outcome == "ok" })
        assertEquals(4, most.get())
        val apaas = client { OK }.addManyApaas(flowOf(AddApaasLead(companyName = "c"))).toList()
        assertEquals(listOf("ok"), apaas.map { it.outcome })
    }

    @Test
    fun `no more is read than is under way`() = runBlocking {
        val read = AtomicInteger()
        val endless = flow { while (true) emit(lead(read.getAndIncrement())) }
        val many = client { OK }.addMany(endless, atOnce = 3)
        assertEquals(10, many.take(10).toList().size)
        assertTrue(read.get() <= 10 + 3, "${read.get()} were read")
    }

    @Test
    fun `what is wrong with one lead is its outcome`() = runBlocking {
        val given = listOf(lead(0), AddLead(empName = "e", code = "x".repeat(101)), AddLead(), lead(3))
        val leads = client { if ("\"L0\"" in it.body) OK else REJECTED }
        val outcomes = leads.addMany(given.asFlow()).toList().sortedBy { it.index }
        assertEquals(listOf("ok", "invalid_payload", "invalid_payload", "rejected"), outcomes.map { it.outcome })
        assertEquals(given, outcomes.map { it.lead })
        assertTrue((outcomes[3] as LeadOutcome.Failed).error is QinceException.Rejected)
    }

    @Test
    fun `what the source throws is thrown once what was begun is handed out`() = runBlocking {
        val broken = flow {
            repeat(3) { emit(lead(it)) }
            error("the file ends here")
        }
        val seen = ArrayList<String>()
        val problem = runCatching { client { OK }.addMany(broken).collect { seen += it.outcome } }.exceptionOrNull()
        assertEquals("the file ends here", problem?.message)
        assertEquals(listOf("ok", "ok", "ok"), seen)
    }

    @Test
    fun `leads that are cancelled for reasons of their own end after what was begun is handed out`() = runBlocking {
        val broken = flow {
            emit(lead(0))
            throw CancellationException("the file is closed")
        }
        val seen = ArrayList<String>()
        val problem = runCatching { client { OK }.addMany(broken).collect { seen += it.outcome } }.exceptionOrNull()
        assertEquals("the file is closed", problem?.message)
        assertEquals(listOf("ok"), seen)
    }

    @Test
    fun `an outcome on its way to a collector that is cancelled is unread`() = runBlocking {
        val gate = CompletableDeferred<Unit>()
        lateinit var collection: Job
        val many = answering {
            gate.await()
            // The outcome of L0 has just been sent, and the collector has not run since.
            if ("\"L1\"" in it.body) collection.cancel()
        }.addMany(leads(2))
        collection = launch { many.collect { fail("${it.index} was handed out") } }
        while (underWay.get() < 2) yield()
        gate.complete(Unit)
        collection.join()
        val unread = many.unread.sortedBy { it.index }
        assertEquals(listOf("L0" to "ok", "L1" to "uncertain"), unread.map { it.lead.code to it.outcome })
    }

    @Test
    fun `what was handed out is not unread`() = runBlocking {
        val gate = CompletableDeferred<Unit>()
        lateinit var collection: Job
        val many = answering { gate.await() }.addMany(leads(3))
        val seen = ArrayList<Int>()
        collection = launch {
            many.collect {
                seen += it.index
                // Whoever sent the second one has not run since.
                if (seen.size == 2) collection.cancel()
            }
        }
        while (underWay.get() < 3) yield()
        gate.complete(Unit)
        collection.join()
        assertEquals(listOf(0, 1, 2), (seen + many.unread.map { it.index }).sorted())
    }

    @Test
    fun `whoever ends early learns of what was under way`() = runBlocking {
        val many = client { if ("\"L0\"" in it.body) OK else awaitCancellation() }.addMany(leads(100), atOnce = 3)
        assertEquals("ok", many.first().outcome)
        assertTrue(many.unread.all { it.outcome == "uncertain" })
        val codes = many.unread.map { it.lead.code }.sortedBy { it }
        assertEquals(listOf("L1", "L2"), codes.take(2))
        assertEquals(codes, told.sortedBy { it })
    }

    @Test
    fun `a collection that is cancelled leaves no doubt untold`() = runBlocking {
        val many = client { awaitCancellation() }.addMany(leads(9), atOnce = 2)
        assertEquals(null, withTimeoutOrNull(100.milliseconds) { many.toList() })
        assertEquals(listOf("L0", "L1"), told.sortedBy { it })
        assertEquals(listOf("L0", "L1"), many.unread.map { it.lead.code }.sortedBy { it })
    }

    @Test
    fun `no more begin in a second than are allowed`() = runTest {
        val begun = ArrayList<Long>()
        val leads = client {
            begun += currentTime
            OK
        }
        assertEquals(5, leads.addMany(leads(5), perSecond = 2.0).toList().size)
        // The first begins at once, and the others half a second after the one before; the clock is rounded to milliseconds.
        val gaps = begun.zipWithNext { one, next -> next - one }
        assertEquals(4, gaps.size)
        assertTrue(gaps.all { it in 450..550 }, "$gaps")
    }

    @Test
    fun `what cannot be done is refused before anything is read`() {
        val unread: Flow<AddLead> = flow { error("read") }
        val leads = client { OK }
        assertThrows<IllegalArgumentException> { leads.addMany(unread, atOnce = 0) }
        for (perSecond in listOf(0.0, -1.0, Double.NaN)) {
            assertThrows<IllegalArgumentException> { leads.addMany(unread, perSecond = perSecond) }
        }
    }
}
