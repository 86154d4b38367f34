package qince.leads.behaviour

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Allowed
import qince.leads.FieldKind
import qince.leads.Json
import qince.leads.Lead
import qince.leads.LeadExtField
import qince.leads.LeadExtRow
import qince.leads.LeadFilter
import qince.leads.LeadFilterGroup
import qince.leads.LeadMobile
import qince.leads.LeadSort
import qince.leads.MapOrRows
import qince.leads.ModifyLead
import qince.leads.Operation
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.RemoveLead
import qince.leads.Stamp

/** What is sent: values that are immutable, compare by what they hold, and say the vendor's JSON. */
class PayloadsTest {
    private val full = AddApaasLead(
        code = "C1",
        companyName = "示例公司",
        mobile = LeadMobile(phone = "18812345678", code = "86"),
        exts = mapOf("field_b__c" to Json.of("乙"), "field_a__c" to Json.parse("[1,null]")),
        extra = mapOf("z" to Json.NULL, "a" to Json.of(1)),
    )

    private fun bodyOf(payload: qince.leads.Payload<*>) = account().sign(payload, Stamp(0, "m")).body

    @Test
    fun `all fields may be left out and none is the same`() {
        assertEquals(AddLead(), AddLead(cusName = null, exts = null))
        assertEquals("{}", AddLead().toJson())
        assertEquals(AddLead(), AddLead.fromJson("{}"))
        assertEquals(emptyMap<String, Json>(), AddLead().extra)
    }

    @Test
    fun `a body has the vendor's names in the order of the vendor's table and extra members last`() {
        assertEquals(
            """{"empName":"负责人","code":"C","cus_name":"示例公司","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":"v"}],"new":1}""",
            bodyOf(
                AddLead(
                    extra = mapOf("new" to Json.of(1)),
                    exts = listOf(LeadExtField(salesleadsExtKey = "k", salesleadsExtValue = "v")),
                    cusName = "示例公司",
                    code = "C",
                    empName = "负责人",
                ),
            ),
        )
        assertTrue(bodyOf(full).endsWith(""""exts":{"field_b__c":"乙","field_a__c":[1,null]},"z":null,"a":1}"""))
    }

    @Test
    fun `ids are text and go out as the service wants them`() {
        assertEquals(
            """{"id":4600000001586478077,"cus_name":"c"}""",
            bodyOf(ModifyLead(id = "4600000001586478077", cusName = "c")),
        )
        assertEquals("4600000001586478077", ModifyLead.fromJson("""{"id":4600000001586478077}""").id)
        assertEquals("""{"id":"7","reason_id":1000025}""", bodyOf(RemoveLead(id = "7", reasonId = "1000025")))
    }

    @Test
    fun `custom fields that are modified are a map or rows`() {
        val map = ModifyLead(id = "7", exts = MapOrRows.Map(mapOf("b" to Json.of("2"), "a" to Json.NULL)))
        val rows =
            ModifyLead(
                id = "7",
                exts = MapOrRows.Rows(listOf(LeadExtRow(salesleadsExtKey = "k", salesleadsExtValue = Json.of(5)))),
            )
        assertTrue(bodyOf(map).endsWith(""""exts":{"b":"2","a":null}}"""))
        assertTrue(bodyOf(rows).endsWith(""""exts":[{"salesleads_ext_key":"k","salesleads_ext_value":5}]}"""))
        for (payload in listOf(map, rows)) assertEquals(payload, ModifyLead.fromJson(payload.toJson()))
        assertNotEquals(map, rows)
    }

    @Test
    fun `parts inside parts are values`() {
        val query = QueryApaasLeads(
            sorts = listOf(LeadSort(fieldKey = "create_time", direction = "desc")),
            queryGroup = listOf(
                LeadFilterGroup(
                    connector = "OR",
                    filters = listOf(
                        LeadFilter(fieldKey = "code", operator = "EQ", fieldValues = listOf(Json.of("C1"), Json.of(2))),
                    ),
                ),
            ),
            page = 2,
            pageSize = 10,
        )
        val again = QueryApaasLeads.fromJson(query.toJson())
        assertEquals(query, again)
        assertEquals("EQ", again.queryGroup?.single()?.filters?.single()?.operator)
        assertEquals(listOf("\"C1\"", "2"), again.queryGroup?.single()?.filters?.single()?.fieldValues?.map { it.text })
        assertEquals(2 to 10, again.page to again.pageSize)
    }

    @Test
    fun `payloads are equal where they send the same and have one hash then`() {
        val again = AddApaasLead.fromJson(full.toJson())
        assertEquals(full, again)
        assertEquals(full.hashCode(), again.hashCode())
        assertNotEquals(full, full.copy(code = "C2"))
        assertNotEquals(full, full.copy(extra = emptyMap()))
        assertNotEquals(QueryLeads(code = "c") as Any, RemoveLead(code = "c"))
    }

    @Test
    fun `a changed copy leaves the original as it was`() {
        val copy = full.copy(code = null, companyName = "别的公司")
        assertEquals("C1" to "示例公司", full.code to full.companyName)
        assertNull(copy.code)
        assertFalse("\"code\":\"C1\"" in copy.toJson())
    }

    @Test
    fun `the order of extra members is kept`() {
        val names = (0 until 50).map { "n${it * 7 % 50}" }
        val payload = RemoveLead(code = "c", extra = names.associateWith { Json.of(it) })
        assertEquals(names, RemoveLead.fromJson(payload.toJson()).extra.keys.toList())
        assertEquals(
            names.joinToString(",") {
                "\"$it\":\"$it\""
            },
            bodyOf(payload).removePrefix("""{"code":"c",""").removeSuffix("}"),
        )
    }

    @Test
    fun `a known field in extra is refused`() {
        val broken = violations { RemoveLead(id = "7", extra = mapOf("code" to Json.of("c"))).validate() }
        assertEquals(listOf("extra.code" to "forbidden_if"), broken)
    }

    @Test
    fun `every text is kept as it is`() {
        val texts = listOf(
            "", " ", "\u0000", "\"", "\\", "\n\r\t\b\u000c", "\u007f\u0080", "\u2028\u2029", "é", "线索", "😀", "\ufeff", "\uffff",
        )
        for (text in texts) {
            val payload = AddLead(empName = "e", detail = text)
            assertEquals(text, AddLead.fromJson(payload.toJson()).detail)
            assertEquals(text, AddLead.fromJson(bodyOf(payload)).detail)
        }
    }

    @Test
    fun `an empty text is kept and does not count as given`() {
        assertEquals(listOf("" to "required_one_of"), violations { AddLead(empName = "").validate() })
        assertEquals("""{"empName":"e","code":""}""", bodyOf(AddLead(empName = "e", code = "")))
    }

    @Test
    fun `a violation says where which rule and what to do`() {
        val error = assertThrows<QinceException.InvalidPayload> { AddLead(empName = "e", cusName = "客".repeat(101)).validate() }
        val violation = error.violations.single()
        assertEquals("cus_name" to "max_length", violation.path to violation.rule)
        assertEquals("cus_name (客户名称): 101 characters, at most 100", violation.message)
        assertTrue(violation.message in error.message!!)
    }

    @Test
    fun `a violation is said in Chinese and as data too`() {
        val error = assertThrows<QinceException.InvalidPayload> {
            AddLead(empName = "e", cusName = "客".repeat(101), mobileRepeat = "9").validate()
        }
        val (length, choice) = error.violations
        assertEquals("客户名称：101个字符，最多100个" to "客户名称", length.messageZh to length.label)
        assertEquals(Triple(100, 101, emptyList<Allowed>()), length.run { Triple(limit, actual, allowed) })
        assertEquals(Triple(null, null, "mobile_repeat"), choice.run { Triple(limit, actual, path) })
        assertEquals(listOf("0", "1"), choice.allowed.map { it.value })
        assertTrue(choice.allowed.all { it.label.isNotEmpty() && it.label in choice.messageZh })
        assertEquals(0, error.more)

        val whole = assertThrows<QinceException.InvalidPayload> { RemoveLead().validate() }.violations.single()
        assertEquals("" to "", whole.path to whole.label)
    }

    @Test
    fun `tables are data`() {
        val fields = AddLead.fields.associateBy { it.name }
        val cusName = fields.getValue("cusName")
        assertEquals(
            listOf("cus_name", "客户名称", FieldKind.TEXT, 100, false),
            cusName.run { listOf(wireName, label, kind, maxChars, required) },
        )
        assertEquals(listOf("0", "1"), fields.getValue("mobileRepeat").allowed.map { it.value })
        val exts = fields.getValue("exts")
        assertEquals(FieldKind.PARTS to LeadExtField.fields, exts.kind to exts.parts)
        assertTrue(LeadSort.fields.first { it.wireName == "field_key" }.required)
        assertEquals(FieldKind.COUNT, QueryLeads.fields.first { it.name == "page" }.kind)
        assertEquals("id", Lead.fields.first().name)
        for (operation in Operation.ALL) assertTrue(operation.fields.isNotEmpty())
    }

    @Test
    fun `lengths are characters and not halves of them`() {
        AddLead(empName = "😀".repeat(100)).validate()
        assertEquals(listOf("empName" to "max_length"), violations { AddLead(empName = "😀".repeat(101)).validate() })
    }

    @Test
    fun `faults of parts are told by their place and all at once`() {
        val payload = QueryApaasLeads(
            createTimeStart = "2026-13-01",
            sorts = listOf(LeadSort(fieldKey = "a"), LeadSort(fieldKey = "b", direction = "up")),
            queryGroup = listOf(LeadFilterGroup(connector = "XOR", filters = listOf(LeadFilter(fieldKey = "f", operator = "")))),
            page = 0,
        )
        assertEquals(
            listOf(
                "create_time_start" to "format",
                "page" to "range",
                "query_group[0].connector" to "allowed_values",
                "query_group[0].filters[0].operator" to "required",
                "sorts[1].type" to "allowed_values",
            ),
            violations { payload.validate() },
        )
    }

    @ParameterizedTest
    @ValueSource(
        strings = [
            "", "null", "[]", "5", "\"x\"", "{", "{\"code\":\"c\"} x", "{'code':1}",
            "{\"code\":\"\\ud800\"}", "{\"cod\":\"c\"}", "{\"code\":5}",
        ],
    )
    fun `text that is no payload is refused when it is read or when it is signed`(json: String) {
        assertThrows<QinceException.InvalidPayload> { RemoveLead.fromJson(json).validate() }
    }

    @Test
    fun `an unknown member is told the nearest right one`() {
        val error =
            assertThrows<QinceException.InvalidPayload> { AddLead.fromJson("""{"cusname":"c","empName":"e"}""").validate() }
        assertEquals("unknown_field", error.violations.single().rule)
        assertTrue("cus_name" in error.violations.single().message)
    }

    @Test
    fun `pages are numbers from one and numbers beyond 32 bits are refused`() {
        assertEquals(
            listOf("page" to "range", "pageSize" to "range"),
            violations {
                QueryLeads(code = "c", page = 0, pageSize = -1).validate()
            },
        )
        assertEquals(
            listOf("page" to "range"),
            violations { QueryLeads.fromJson("""{"code":"c","page":2147483648}""").validate() },
        )
        assertEquals(Int.MAX_VALUE, QueryLeads.fromJson("""{"code":"c","page":2147483647}""").page)
    }

    @Test
    fun `the samples of the vendor's page are read and written and read again`() {
        for (operation in Operation.ALL) {
            val payload = operation.fromJson(qince.leads.sandbox.Environment.sample(operation.name))
            assertEquals(payload, operation.fromJson(payload.toJson()))
            payload.validate()
        }
    }
}
