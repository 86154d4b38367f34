package qince.leads.behaviour

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.ApaasLead
import qince.leads.Fault
import qince.leads.FollowUp
import qince.leads.Json
import qince.leads.Lead
import qince.leads.LeadExt
import qince.leads.LeadPhone
import qince.leads.LeadRegion
import qince.leads.QinceException
import qince.leads.text.members
import qince.leads.text.readJson

/** What the service returns: values with all that it said. */
class RecordsTest {
    @Test
    fun `what is absent or null is null`() {
        val lead = Lead.fromJson("""{"id":"1","code":null}""")
        assertEquals("1", lead.id)
        assertNull(lead.code)
        assertNull(lead.exts)
        assertEquals(Lead(id = "1"), lead)
    }

    @Test
    fun `numbers and booleans are taken as their text`() {
        val lead = Lead.fromJson("""{"id":4600000001586478077,"mobile":1.50,"tel":true,"code":1e3}""")
        assertEquals(listOf("4600000001586478077", "1.50", "true", "1e3"), lead.run { listOf(id, mobile, tel, code) })
    }

    @Test
    fun `records inside records are values`() {
        val lead = ApaasLead.fromJson(
            """{"mobile":{"phone":"188","code":"86"},"mss_city":{"code":"1","name":"南京市"},"exts":{"b":1,"a":[null]},"card_photo":[{"path":"p"}]}""",
        )
        assertEquals(LeadPhone(phone = "188", code = "86"), lead.mobile)
        assertEquals(LeadRegion(code = "1", name = "南京市"), lead.mssCity)
        assertEquals(listOf("b" to Json.of(1), "a" to Json.parse("[null]")), lead.exts?.toList())
        assertEquals("p", lead.cardPhoto?.single()?.path)
    }

    @Test
    fun `members that are unknown are kept as they came in their order`() {
        val json = """{"id":"1","zulu":{"a":[1.0,null]},"alpha":12345678901234567890.10}"""
        val lead = Lead.fromJson(json)
        assertEquals(
            listOf("zulu" to """{"a":[1.0,null]}""", "alpha" to "12345678901234567890.10"),
            lead.extra.map {
                it.key to
                    it.value.text
            },
        )
        assertEquals(json, lead.toJson())
    }

    @Test
    fun `a follow-up keeps custom fields as text`() {
        val followUp = FollowUp.fromJson("""{"lead_ID":7,"ext_remark":5,"other":5}""")
        assertEquals("7", followUp.leadId)
        assertEquals(
            members("ext_remark" to "5", "other" to "5"),
            members(
                *followUp.extra.map {
                    it.key to readJson(it.value.text)
                }.toTypedArray(),
            ),
        )
    }

    @Test
    fun `records may be made for tests of one's own and compare by what they hold`() {
        val lead = Lead(id = "1", exts = listOf(LeadExt(extKey = "k", extValue = "v")), extra = mapOf("n" to Json.of("x")))
        val again = Lead.fromJson(lead.toJson())
        assertEquals(lead, again)
        assertEquals(lead.hashCode(), again.hashCode())
        assertNotEquals(lead, lead.copy(id = "2"))
        assertNotEquals(lead, lead.copy(extra = emptyMap()))
        assertEquals("1", lead.copy(code = "c").id)
    }

    @Test
    fun `records read from a page equal those read one by one`() {
        val row = """{"id":"1","cus_name":"示例公司","exts":[{"ext_key":"k"}],"new":[1]}"""
        val page = qince.leads.QueryLeads.read(reply("""{"return_code":"0","response_data":[$row,$row]}"""))
        assertEquals(listOf(Lead.fromJson(row), Lead.fromJson(row)), page)
    }

    @ParameterizedTest
    @ValueSource(strings = ["", "null", "[]", "5", "\"x\"", "{", "{} x"])
    fun `text that is no record is malformed`(json: String) {
        assertThrows<QinceException.Malformed> { Lead.fromJson(json) }
    }

    @ParameterizedTest
    @CsvSource(
        quoteCharacter = '\'',
        value = [
            "mobile, ['x'], text", "exts, {'a':1}, a list of objects", "labels, [5], a list of objects", "id, {'a':1}, text",
        ],
    )
    fun `a member of another shape is a fault and is kept`(name: String, quoted: String, expected: String) {
        val json = quoted.replace('\'', '"')
        val lead = Lead.fromJson("{\"code\":\"c\",\"$name\":$json}")
        assertEquals(listOf(Fault(name, expected)), lead.faults)
        assertEquals(mapOf(name to Json.parse(json)), lead.extra)
        assertEquals("c", lead.code)
        assertEquals(lead, Lead.fromJson(lead.toJson()))
    }

    @Test
    fun `the faults of a part are those of its record`() {
        val lead = ApaasLead.fromJson("""{"id":"1","mobile":{"phone":["x"],"code":"86"}}""")
        assertEquals(listOf(Fault("mobile.phone", "text")), lead.faults)
        assertEquals(emptyList<Fault>(), lead.mobile!!.faults)
        assertEquals(mapOf("phone" to Json.parse("""["x"]""")), lead.mobile!!.extra)
    }

    @Test
    fun `a record shows what it holds`() {
        assertTrue("示例公司" in Lead(cusName = "示例公司").toString())
    }
}
