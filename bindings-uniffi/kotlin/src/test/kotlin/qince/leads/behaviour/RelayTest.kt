package qince.leads.behaviour

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.RawReply
import qince.leads.Relayed
import qince.leads.Stamp
import qince.leads.TimestampForm
import qince.leads.Transport

/** Apps without a key, and the server that signs for them. */
class RelayTest {
    private val relay = "https://crm.example.com/qince"
    private val app = Account.relay("$relay/")
    private val lead = AddLead(empName = "e", code = "\"L1\"", extra = mapOf("new" to qince.leads.Json.of(1)))

    private fun relayed(path: String, body: String = lead.toJson(), vararg allow: String = arrayOf("add")) =
        Relayed.read(path, body, allow.toList())

    @Test
    fun `an app's request has neither key nor signature`() {
        assertEquals(relay, app.baseUrl)
        // With escapes and without: both ways of signing.
        for (lead in listOf(lead, AddLead(empName = "e"))) {
            val request = app.sign(lead, Stamp(-1, "m 1"))
            assertEquals("$relay/salesleads/v1/addSalesLeads/m%201", request.url)
            assertEquals(request.url, request.redactedUrl)
            assertEquals(account().sign(lead, Stamp(0, "m")).body, request.body)
        }
    }

    @ParameterizedTest
    @ValueSource(strings = ["", "crm", "http://crm.example.com", "https://crm.example.com/?a", LONE])
    fun `a URL that is none is refused`(url: String) {
        assertThrows<QinceException.InvalidAccount> { Account.relay(url) }
    }

    @Test
    fun `the server signs what the app asked for`() {
        val asked = app.sign(lead, Stamp(0, "m1"))
        val relayed = relayed(asked.url.removePrefix("$relay/"), asked.body.replace("\"new\":1", "\"extra\":{\"new\":1}"))
        assertEquals(Triple("add", "m1", asked.body), relayed.run { Triple(operation, msgId, payload) })
        val signed = relayed.sign(account(), 1_617_206_400_000, TimestampForm.COMPACT)
        val expected = account().sign(lead, Stamp(1_617_206_400_000, "m1", TimestampForm.COMPACT))
        assertEquals(expected.url to expected.body, signed.url to signed.body)
    }

    @Test
    fun `the server refuses what it does not allow or understand`() {
        val path = "salesleads/v1/addSalesLeads/m1"
        assertEquals("add", assertThrows<QinceException.Forbidden> { relayed(path, allow = arrayOf("query", LONE)) }.operation)
        for (wrong in listOf("", "/", path.dropLast(2), "x/$path", "salesleads/v1/addsalesleads/m", "$path%zz", LONE)) {
            assertThrows<QinceException.Malformed>(wrong) { relayed(wrong) }
        }
        for (wrong in listOf("", "[]", "{}", LONE, "{\"empName\":\"$LONE\"}")) {
            assertThrows<QinceException.InvalidPayload>(wrong) { relayed(path, wrong) }
        }
        assertThrows<QinceException.InvalidStamp> { relayed(path, "{\"empName\":\"e\"}").sign(account(), -1) }
    }

    @Test
    fun `a client of an app goes through a server`() = runBlocking {
        val server = Transport { request, _ ->
            val signed = relayed(request.url.removePrefix("$relay/"), request.body).sign(account(), 0)
            RawReply(200, """{"return_code":"0","response_data":"${signed.msgId}"}""".toByteArray())
        }
        val receipt = QinceLeads(app, server).add(AddLead(empName = "e"))
        assertEquals(32, receipt.id?.length)
    }
}
