package qince.leads.client

import java.io.IOException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import qince.leads.AddLead
import qince.leads.ModifyLead
import qince.leads.NotSentException
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.behaviour.OK

/** Calls that are given up, in every state. */
class CancellationTest {
    private val lead = AddLead(empName = "e", code = "L1")
    private val slow = Policy(baseDelayMs = 60_000, maxDelayMs = 60_000, deadlineMs = null, jitter = 0.0)

    /** What a call throws that is cancelled once it is time for that. */
    private suspend fun thrownBy(call: suspend () -> Any?, isTime: suspend () -> Unit): Throwable = coroutineScope {
        val thrown = CompletableDeferred<Throwable>()
        val job = launch(Dispatchers.Default) {
            try {
                call()
            } catch (problem: Throwable) {
                thrown.complete(problem)
                throw problem
            }
        }
        isTime()
        job.cancelAndJoin()
        assertTrue(thrown.isCompleted) { "it went on" }
        thrown.await().also { assertTrue(it is CancellationException) { "$it" } }
    }

    private fun saysUncertain(problem: Throwable): Boolean = generateSequence(problem) { it.cause }.any { each ->
        each is QinceException.Uncertain ||
            each.suppressed.any { it is QinceException.Uncertain }
    }

    private suspend fun Watched.awaitAttempts(count: Int) {
        while (attempts.size < count) kotlinx.coroutines.delay(1.milliseconds)
    }

    @Test
    fun `an add that is cancelled in flight says that its outcome is unknown and its request is cancelled`() = runBlocking {
        val hanging = Hanging()
        val watched = Watched(Answers(hanging.answer))
        val thrown = thrownBy({ watched.leads.add(lead) }) { hanging.began.await() }
        assertTrue(saysUncertain(thrown))
        assertTrue(hanging.ended.await() is CancellationException)
        assertEquals(listOf("add cancelled"), watched.trace)
    }

    @Test
    fun `what a cancelled add leaves open says which request it was`() = runBlocking {
        val hanging = Hanging()
        val answers = Answers(hanging.answer)
        val thrown = thrownBy({ Watched(answers).leads.add(lead) }) { hanging.began.await() }
        val open = thrown.suppressed.filterIsInstance<QinceException.Uncertain>().single()
        assertEquals(Triple(answers.sent.single().msgId, 1, true), open.run { Triple(msgId, attempts, mayHaveBeenCarriedOut) })
    }

    @Test
    fun `anything else that is cancelled says just that`() = runBlocking {
        val hanging = Hanging()
        val watched = Watched(Answers(hanging.answer))
        assertFalse(saysUncertain(thrownBy({ watched.leads.modify(ModifyLead(id = "7")) }) { hanging.began.await() }))
        assertTrue(hanging.ended.isCompleted)
    }

    @Test
    fun `an add that surely was not carried out is just cancelled`() = runBlocking {
        val watched = Watched(Answers(throws(NotSentException("refused"))), slow)
        assertFalse(saysUncertain(thrownBy({ watched.leads.add(lead) }) { watched.awaitAttempts(1) }))
    }

    @Test
    fun `an add that is cancelled before it is settled is uncertain`() = runBlocking {
        val watched = Watched(Answers(throws(IOException("lost"))), slow)
        assertTrue(saysUncertain(thrownBy({ watched.leads.add(lead) }) { watched.awaitAttempts(1) }))
    }

    @Test
    fun `an add that is cancelled while it is settled is uncertain`() = runBlocking {
        val hanging = Hanging()
        val watched = Watched(Answers(throws(IOException("lost")), hanging.answer))
        assertTrue(saysUncertain(thrownBy({ watched.leads.add(lead) }) { hanging.began.await() }))
        assertEquals(listOf("add unknown", "query cancelled"), watched.trace)
    }

    @Test
    fun `a call that is cancelled before it begins sends nothing`() = runBlocking {
        val answers = Answers(says(OK))
        val leads = Watched(answers).leads
        val job = launch(start = CoroutineStart.LAZY) { leads.add(lead) }
        job.cancelAndJoin()
        assertTrue(answers.sent.isEmpty())
    }

    @Test
    fun `a time-out of the caller's ends an add and says that it is uncertain`() = runBlocking {
        val hanging = Hanging()
        val leads = Watched(Answers(hanging.answer)).leads
        var seenInside: Throwable? = null
        val seenOutside = runCatching {
            withTimeout(300.milliseconds) {
                try {
                    leads.add(lead)
                } catch (cancelled: CancellationException) {
                    seenInside = cancelled
                    throw cancelled
                }
            }
        }.exceptionOrNull()
        assertTrue(seenOutside is TimeoutCancellationException) { "$seenOutside" }
        assertTrue(saysUncertain(seenInside!!))
        assertTrue(hanging.ended.isCompleted)
    }

    @Test
    fun `a time-out that gives null gives null`() = runBlocking {
        val leads = Watched(Answers(Hanging().answer)).leads
        assertNull(withTimeoutOrNull(20.milliseconds) { leads.add(lead) })
    }

    @Test
    fun `of several calls that are cancelled together each says what it leaves open itself`() = runBlocking {
        val (adding, modifying) = Hanging() to Hanging()
        val adds = Watched(Answers(adding.answer)).leads
        val modifications = Watched(Answers(modifying.answer)).leads
        var ofAdd: Throwable? = null
        var ofModify: Throwable? = null
        val parent = launch(Dispatchers.Default) {
            launch { runCatching { adds.add(lead) }.onFailure { ofAdd = it } }
            launch { runCatching { modifications.modify(ModifyLead(id = "7")) }.onFailure { ofModify = it } }
        }
        adding.began.await()
        modifying.began.await()
        parent.cancelAndJoin()
        assertTrue(saysUncertain(ofAdd!!))
        assertFalse(saysUncertain(ofModify!!)) { "a modification is never in doubt" }
    }

    @Test
    fun `one call that is cancelled leaves the others alone`() = runBlocking {
        val hanging = Hanging()
        val watched = Watched(Answers(hanging.answer, says(OK)))
        val job = launch(Dispatchers.Default) { watched.leads.add(lead) }
        hanging.began.await()
        assertEquals("7", watched.leads.add(lead).id)
        job.cancelAndJoin()
        assertEquals(listOf("add ok", "add cancelled"), watched.trace)
    }

    @Test
    fun `a cancelled wait ends at once`() = runBlocking {
        val watched = Watched(Answers(throws(NotSentException("refused"))), slow)
        withTimeout(5.seconds) { thrownBy({ watched.leads.add(lead) }) { watched.awaitAttempts(1) } }
        Unit
    }
}
