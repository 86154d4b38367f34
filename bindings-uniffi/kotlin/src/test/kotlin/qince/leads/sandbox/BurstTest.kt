package qince.leads.sandbox

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import qince.leads.AddLead
import qince.leads.QinceLeads

/** A whole file of leads at once, with nothing set. */
class BurstTest : SandboxTest() {
    @ParameterizedTest
    @EnumSource
    fun `two thousand adds at once all succeed and each is stored once`(kind: Kind) = runBlocking {
        val leads = QinceLeads(account(), kind.transport)
        val ids = List(2000) { n ->
            async(Dispatchers.Default) { leads.add(AddLead(empName = "负责人", cusName = "B$n")).id }
        }.awaitAll()
        assertEquals(2000, ids.toSet().size)
        assertEquals(ids.toSet(), Sandbox.leads().map { it.id }.toSet())
        assertEquals(2000, Sandbox.requests())
    }
}
