package qince.leads.sandbox

import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.LeadOutcome
import qince.leads.Policy

/** Many adds, and what is found by its code. */
class ManyTest : SandboxTest() {
    @ParameterizedTest
    @EnumSource
    fun `of many leads under faults each is added once`(kind: Kind) = runBlocking {
        val kinds = listOf("drop_before", "drop_after", "error_500", "error_500_after", "truncated", "slow", "gzip")
        Sandbox.plan("rate" to 0.3, "seed" to 5, "slow_ms" to 10, "kinds" to kinds)
        val patient = Policy(maxAttempts = 40, baseDelayMs = 2, maxDelayMs = 40, deadlineMs = null)
        val leads = (0 until 200).asSequence().map { AddApaasLead(companyName = "公司 $it", code = "M$it") }
        val host = Host(kind, patient)
        val added = host.leads.addManyApaas(leads.asFlow()).toList().map { it as LeadOutcome.Added }
        val stored = Sandbox.leads()
        assertEquals(200, stored.size)
        assertEquals(stored.associate { it.code to it.id }, added.associate { it.lead.code to it.receipt.id })
        assertTrue(host.trace().size > 240)
    }

    @ParameterizedTest
    @EnumSource
    fun `a lead is found by its code in its family`(kind: Kind) = runBlocking {
        Sandbox.createLeads(12)
        Sandbox.createLeads(1, "apaas", "A")
        val leads = Host(kind).leads
        assertEquals("L1", leads.find("L1")?.code)
        assertEquals(null, leads.find("L13"))
        assertEquals("A1", leads.findApaas("A1")?.code)
        assertEquals(null, leads.findApaas("L1"))
    }

    @ParameterizedTest
    @EnumSource
    fun `what is ensured twice existed the second time`(kind: Kind) = runBlocking {
        val leads = Host(kind).leads
        val classic = List(2) { leads.ensure(AddLead(empName = "负责人 $it", code = "C1")) }
        val apaas = List(2) { leads.ensureApaas(AddApaasLead(companyName = "示例公司", code = "C2")) }
        for (receipts in listOf(classic, apaas)) {
            assertEquals(listOf(false, true), receipts.map { it.existed })
            assertEquals(receipts[0].id, receipts[1].id)
        }
        assertEquals(listOf("C1" to classic[0].id, "C2" to apaas[0].id), Sandbox.leads().map { it.code to it.id })
        assertTrue("负责人 0" in "${Sandbox.lead(classic[0].id).payload}")
    }
}
