package qince.leads.behaviour

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import qince.leads.AddLead
import qince.leads.Call
import qince.leads.Endpoint
import qince.leads.Failure
import qince.leads.Json
import qince.leads.Lead
import qince.leads.ModifyLead
import qince.leads.Other
import qince.leads.Pages
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.Receipt
import qince.leads.Step
import qince.leads.TimestampForm

/** Calls and scans that outlive the process. */
class ResumeTest {
    private val add = AddLead(empName = "负责人", code = "L1")

    /** What another process makes of a call that was saved. */
    private fun <R> resumed(operation: Endpoint<R>, call: Call<R>, policy: Policy = AT_ONCE): Hand<R> =
        Hand(Call.resume(operation, account(), call.save()!!, policy))

    @Test
    fun `an add whose host crashed while it was under way is settled by another`() {
        val crashed = Hand(add).apply { send() }
        val hand = resumed(AddLead, crashed.call)
        hand.reply(rows(mapOf("id" to 6, "code" to "L1")))
        assertEquals(Receipt(msgId = null, id = "6", settled = true), hand.end())
        assertEquals(listOf("query"), hand.operations)
        assertEquals(2, hand.call.progress.attempts)
    }

    @Test
    fun `an add without a code whose host crashed is uncertain and says which request it was`() {
        val crashed = Hand(AddLead(empName = "e")).apply { send() }
        val error = resumed(AddLead, crashed.call).error<QinceException.Uncertain>()
        assertEquals(Triple("m1", 1, true), error.run { Triple(msgId, attempts, mayHaveBeenCarriedOut) })
    }

    @Test
    fun `a call that has not begun is saved with all that it is to send`() {
        val call = Call(account(), add, timestampForm = TimestampForm.COMPACT)
        val step = resumed(AddLead, call).call.step(1_617_206_400_000, "m", 0.0) as Step.Send
        val whole = call.step(1_617_206_400_000, "m", 0.0) as Step.Send
        assertEquals(whole.request.url to whole.request.body, step.request.url to step.request.body)
        assertEquals("20210401000000", step.request.timestamp)
    }

    @Test
    fun `a wait goes on and attempts are counted on`() {
        val policy = Policy(maxAttempts = 2, baseDelayMs = 1000, jitter = 0.0)
        val saved = Hand(ModifyLead(id = "7"), policy).apply { fail() }
        val hand = resumed(ModifyLead, saved.call, policy)
        assertEquals(1000, hand.delay())
        hand.fail()
        assertEquals(2, hand.error<QinceException.Transport>().attempts)
    }

    @Test
    fun `a request to any endpoint is resumed too`() {
        val saved = Hand(Other("customer/v1/queryCustomer", Json.parse("[1.50]"))).apply { send() }
        val hand = resumed(Other, saved.call)
        assertEquals("[1.50]", hand.send().body)
        assertTrue("/api/customer/v1/queryCustomer/" in hand.sent.single().url)
    }

    @Test
    fun `what is over is not saved`() {
        val hand = Hand(add)
        hand.reply(OK)
        assertNull(hand.call.save())
        assertNull(Call(account(), AddLead()).save(), "a payload that breaks a rule")
    }

    @Test
    fun `a saved call holds no secret`() {
        val call = Hand(add).apply { send() }.call
        val digest = Hand(add).send().url.split('/').dropLast(1).last()
        val saved = call.save()!!
        for (secret in SECRETS + digest) assertFalse(secret in saved) { saved }
        assertFalse('\n' in saved)
    }

    @Test
    fun `a text that is damaged or of something else is malformed`() {
        val saved = Hand(add).apply { send() }.call.save()!!
        val scan = Pages(QueryLeads(code = "c")).save()!!
        val damaged = listOf(
            "",
            "x",
            LONE,
            scan,
            saved.dropLast(1),
            saved.replace("L1", "L2"),
            saved.replaceFirst(" 1 ", " 2 "),
        )
        for (text in damaged) {
            assertThrows<QinceException.Malformed>(text) { Call.resume(AddLead, account(), text) }
        }
        assertThrows<QinceException.Malformed> { Call.resume(ModifyLead, account(), saved) }
        for (text in listOf("", LONE, saved, scan.dropLast(1))) {
            assertThrows<QinceException.Malformed>(text) { Pages.resume(QueryLeads, text) }
        }
        assertThrows<QinceException.Malformed> { Pages.resume(QueryApaasLeads, scan) }
    }

    @Test
    fun `a scan goes on where it was saved and hands out no lead again`() {
        val begun = Pages(QueryLeads(code = "c", pageSize = 2))
        begun.take(listOf(Lead(id = "1"), Lead(id = "x")))
        val pages = Pages.resume(QueryLeads, begun.save()!!)
        assertEquals(QueryLeads(code = "c", page = 2, pageSize = 2), pages.nextQuery())
        assertEquals(listOf("2"), pages.take(listOf(Lead(id = "1"), Lead(id = "2"), Lead(id = "x"))).map { it.id })
        pages.take(emptyList())
        assertNull(pages.save())
    }

    @Test
    fun `a reply that comes for a call that was resumed is one to its own request only`() {
        val crashed = Hand(add).apply { send() }
        val hand = resumed(AddLead, crashed.call)
        val query = hand.send()
        hand.call.failed("m0", 0, Failure.NOT_SENT)
        assertEquals(query.msgId, hand.call.progress.msgId)
        hand.call.replied(query.msgId, 0, rows(mapOf("id" to 6, "code" to "L1")))
        assertEquals("6", hand.end().id)
    }
}
