package qince.leads.sandbox

import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import qince.leads.AddLead
import qince.leads.ModifyLead
import qince.leads.QinceException

/** Calls that are given up in the middle: whoever does so learns what that leaves open. */
class InterruptionsTest : SandboxTest() {
    private fun saysUncertain(problem: Throwable): Boolean =
        generateSequence(problem) { it.cause }.any { each -> each.suppressed.any { it is QinceException.Uncertain } }

    /** Cancels a call once it is time for that, and returns what it threw. */
    private suspend fun cancelled(call: suspend () -> Any, isTime: () -> Boolean): Throwable = coroutineScope {
        val thrown = CompletableDeferred<Throwable>()
        val job = launch(Dispatchers.Default) { runCatching { call() }.onFailure(thrown::complete) }
        while (!isTime()) delay(5.milliseconds)
        job.cancelAndJoin()
        thrown.await().also { assertTrue(it is CancellationException) { "$it" } }
    }

    @ParameterizedTest
    @EnumSource
    fun `a cancelled add that was sent says that it is uncertain`(kind: Kind) = runBlocking {
        for (fault in listOf("slow", "late")) {
            Sandbox.forget()
            Sandbox.planNext(fault, slowMs = 300)
            val host = Host(kind)
            assertTrue(
                saysUncertain(
                    cancelled({ host.leads.add(AddLead(empName = "负责人", code = "C1")) }) {
                        Sandbox.requests() ==
                            1
                    },
                ),
            )
            Sandbox.awaitLateRequests()
            assertEquals(1, Sandbox.leads().size)
            // What was given up stays given up, and the client is as good as before.
            host.leads.add(AddLead(empName = "负责人", code = "C2"))
            assertEquals(listOf("add cancelled", "add ok"), host.trace())
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `an add that is cancelled while it is settled says that it is uncertain`(kind: Kind) = runBlocking {
        Sandbox.planNext("drop_after", "slow", slowMs = 600)
        val host = Host(kind)
        assertTrue(
            saysUncertain(
                cancelled({
                    host.leads.add(AddLead(empName = "负责人", code = "C1"))
                }) { Sandbox.requests() == 2 },
            ),
        )
        assertEquals(listOf("add unknown", "query cancelled"), host.trace())
    }

    @ParameterizedTest
    @EnumSource
    fun `a cancelled call that leaves nothing open says no more than that`(kind: Kind) = runBlocking {
        Sandbox.createLeads(1)
        Sandbox.planNext("too_many")
        val host = Host(kind)
        // While it waits to send again, nothing is under way.
        assertFalse(
            saysUncertain(
                cancelled({
                    host.leads.add(AddLead(empName = "负责人", code = "C1"))
                }) { host.attempts.size == 1 },
            ),
        )
        Sandbox.planNext("slow", slowMs = 300)
        assertFalse(
            saysUncertain(
                cancelled({ host.leads.modify(ModifyLead(code = "L1", linkman = "甲")) }) {
                    Sandbox.requests() ==
                        2
                },
            ),
        )
        assertEquals(listOf("L1"), Sandbox.leads().map { it.code })
    }

    @ParameterizedTest
    @EnumSource
    fun `of many adds that are cancelled at once each says what it leaves open`(kind: Kind) = runBlocking {
        Sandbox.plan("rate" to 1, "kinds" to listOf("slow"), "slow_ms" to 1500)
        val host = Host(kind)
        val thrown = java.util.concurrent.ConcurrentLinkedQueue<Throwable>()
        // OkHttp sends five requests to a host at once, unless it is told otherwise.
        val jobs = List(5) { n ->
            launch(Dispatchers.Default) {
                runCatching { host.leads.add(AddLead(empName = "负责人", code = "C$n")) }.onFailure(thrown::add)
            }
        }
        Sandbox.awaitRequests(5)
        jobs.forEach { it.cancel() }
        jobs.joinAll()
        assertEquals(5, thrown.size)
        assertTrue(thrown.all { it is CancellationException && saysUncertain(it) })
        assertEquals(5, Sandbox.leads().size)
    }
}
