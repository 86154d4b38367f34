package qince.leads.sandbox

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Json
import qince.leads.LeadExtField
import qince.leads.LeadFilter
import qince.leads.LeadFilterGroup
import qince.leads.LeadSort
import qince.leads.ModifyApaasLead
import qince.leads.ModifyLead
import qince.leads.Payload
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.RemoveLead
import qince.leads.Stamp
import qince.leads.TimestampForm
import qince.leads.text.readJson

/** The seven operations, with the vendor's own samples and in every form in which the service replies. */
class OperationsTest : SandboxTest() {
    private val awkward = "“引号” \"quoted\" \\n \\u0041 </script> 100%+&=\t\n😀\u2028é"

    private fun bodyOf(payload: Payload<*>) = account().sign(payload, Stamp(0, "m")).body

    @ParameterizedTest
    @EnumSource
    fun `a classic lead is added modified found and removed`(kind: Kind) = runBlocking {
        val host = Host(kind)
        val add = AddLead.fromJson(Environment.sample("add"))
        val id = host.leads.add(add).id
        assertEquals(bodyOf(add), Sandbox.lead(id).lastBody)
        assertEquals(readJson(add.toJson()), Sandbox.lead(id).payload)

        val change = ModifyLead.fromJson(Environment.sample("modify")).copy(id = id)
        host.leads.modify(change)
        assertEquals(bodyOf(change), Sandbox.lead(id).lastBody)
        val found = host.find(QueryLeads(code = change.code)).single()
        assertEquals(
            listOf(id, change.markAddr, add.exts?.first()?.salesleadsExtKey),
            found.run {
                listOf(this.id, markAddr, exts?.first()?.extKey)
            },
        )

        val removal = host.leads.remove(RemoveLead(id = id, reasonId = "1000025", content = "重复"))
        assertTrue(Sandbox.lead(id).isRemoved)
        assertEquals(removal.msgId, Sandbox.lead(id).lastMsgId)
        assertEquals(emptyList<Any>(), host.find(QueryLeads(code = change.code)))
    }

    @ParameterizedTest
    @EnumSource
    fun `an aPaaS lead is added modified found and removed`(kind: Kind) = runBlocking {
        val host = Host(kind)
        val add = AddApaasLead.fromJson(Environment.sample("add_apaas"))
        val id = host.leads.addApaas(add).id
        val stored = host.find(QueryApaasLeads(id = id)).single()
        assertEquals(
            listOf(add.code, add.companyName, add.mobile?.phone, add.mssCity),
            stored.run {
                listOf(code, companyName, mobile?.phone, mssCity?.name)
            },
        )
        assertEquals(
            listOf(add.sourceType, add.marketName, add.responsiblePerson),
            stored.run {
                listOf(sourceTypeId?.label, marketId?.name, owner?.id)
            },
        )
        assertEquals(add.exts, stored.exts)

        val change = ModifyApaasLead.fromJson(Environment.sample("modify_apaas")).copy(id = id)
        host.leads.modifyApaas(change)
        assertEquals(bodyOf(change), Sandbox.lead(id).lastBody)
        assertTrue(Sandbox.lead(id).lastBody.startsWith("{\"id\":$id,"))
        assertEquals(change.companyName, host.find(QueryApaasLeads(id = id)).single().companyName)
        host.leads.remove(RemoveLead(id = id))
        assertTrue(Sandbox.lead(id).isRemoved)
        assertEquals(emptyList<Any>(), host.find(QueryApaasLeads(id = id)))
    }

    @ParameterizedTest
    @EnumSource
    fun `awkward text goes there and back unchanged`(kind: Kind) = runBlocking {
        val host = Host(kind)
        host.leads.add(AddLead(empName = "负责人", code = "A+%&=1", cusName = awkward, exts = listOf(LeadExtField("备注", awkward))))
        val classic = host.find(QueryLeads(code = "A+%&=1")).single()
        assertEquals(awkward to awkward, classic.cusName to classic.exts?.single()?.extValue)
        host.leads.addApaas(AddApaasLead(companyName = awkward, code = "A+%&=2", exts = mapOf("field_a__c" to Json.of(awkward))))
        val apaas = host.find(QueryApaasLeads(code = "A+%&=2")).single()
        assertEquals(awkward to awkward, apaas.companyName to apaas.exts?.get("field_a__c")?.stringOrNull)
    }

    @ParameterizedTest
    @EnumSource
    fun `ids of 19 digits are text without loss`(kind: Kind) = runBlocking {
        for (ids in listOf("text", "number")) {
            Sandbox.forget()
            Sandbox.quirks("ids" to ids)
            val host = Host(kind)
            val added = listOf(
                host.leads.add(AddLead(empName = "负责人", code = "I1")).id,
                host.leads.addApaas(AddApaasLead(companyName = "示例公司", code = "I2")).id,
            )
            assertEquals(Sandbox.leads().map { it.id }, added)
            assertTrue(added.all { it!!.length == 19 })
            host.leads.modify(ModifyLead(id = added[0], linkman = "甲"))
            host.leads.modifyApaas(ModifyApaasLead(id = added[1], linkman = "甲"))
            assertEquals(listOf(1, 1), Sandbox.leads().map { it.revision })
            assertEquals(added[0], host.find(QueryLeads(id = added[0])).single().id)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `what the service refuses is rejected and not sent again`(kind: Kind) = runBlocking {
        val host = Host(kind)
        host.leads.add(AddLead(empName = "负责人", code = "R1"))
        host.leads.addApaas(AddApaasLead(companyName = "示例公司", code = "R1"))
        host.trace()
        val refused: List<Triple<String, String, suspend () -> Any>> = listOf(
            Triple("add", "已存在") { host.leads.add(AddLead(empName = "负责人", code = "R1")) },
            Triple("add_apaas", "已存在") { host.leads.addApaas(AddApaasLead(companyName = "示例公司", code = "R1")) },
            Triple("add", "unknown") { host.leads.add(AddLead(empName = "负责人", extra = mapOf("unknown" to Json.of(1)))) },
            Triple("modify", "不存在") { host.leads.modify(ModifyLead(code = "R9", cusName = "某公司")) },
            Triple("modify_apaas", "不存在") {
                host.leads.modifyApaas(ModifyApaasLead(id = "1234567890123456789", companyName = "某公司"))
            },
            Triple("remove", "不存在") { host.leads.remove(RemoveLead(code = "R9")) },
            Triple("query", "unknown") { host.find(QueryLeads(code = "R1", extra = mapOf("unknown" to Json.of(1)))) },
            Triple("query_apaas", "unknown") { host.find(QueryApaasLeads(code = "R1", extra = mapOf("unknown" to Json.of(1)))) },
        )
        for ((operation, message, call) in refused) {
            val error = runCatching { call() }.exceptionOrNull() as QinceException.Rejected
            assertEquals("1", error.returnCode)
            assertTrue(message in error.returnMsg!! && error.returnMsg in error.message!!) { "$operation: $error" }
            assertEquals(listOf("$operation rejected"), host.trace())
        }
        assertEquals(2, Sandbox.leads().size)
    }

    @ParameterizedTest
    @EnumSource
    fun `wrong credentials are refused and never said`(kind: Kind) = runBlocking {
        for (wrong in listOf(account(appKey = "wrong-key-1"), account(openid = "wrong-openid-1"))) {
            val host = Host(kind, account = wrong)
            val error = runCatching { host.leads.add(AddLead(empName = "负责人")) }.exceptionOrNull()
            assertTrue(error is QinceException.Rejected)
            val shown = "${error!!.stackTraceToString()} ${host.leads} $wrong ${host.attempts}"
            for (secret in listOf("wrong-key-1", "wrong-openid-1", Environment.appKey)) assertFalse(secret in shown) { shown }
        }
        assertEquals(0, Sandbox.leads().size)
    }

    @ParameterizedTest
    @EnumSource
    fun `timestamps are accepted in both forms`(kind: Kind) = runBlocking {
        for (form in TimestampForm.entries) Host(kind, timestampForm = form).leads.add(AddLead(empName = "负责人", code = form.name))
        assertEquals(TimestampForm.entries.map { it.name }, Sandbox.leads().map { it.code })
    }

    @ParameterizedTest
    @EnumSource
    fun `every form of replies is read alike`(kind: Kind) = runBlocking {
        val quirks: List<List<Pair<String, Any?>>> =
            listOf("text", "array", "rows", "list", "data").map { listOf("response_data" to it) } + listOf(
                listOf("return_code" to "number"),
                listOf("ids" to "number"),
                listOf("gzip" to true),
                listOf("bom" to true),
                listOf("page_cap" to 7),
                listOf(
                    "response_data" to "list",
                    "return_code" to "number",
                    "ids" to "number",
                    "gzip" to true,
                    "bom" to true,
                    "page_cap" to 4,
                ),
            )
        Sandbox.createLeads(15)
        Sandbox.createLeads(15, "apaas", "A")
        val host = Host(kind)
        suspend fun all() = host.find(QueryLeads(createTimeStart = "2020-01-01", pageSize = 10)) to
            host.find(QueryApaasLeads(createTimeStart = "2020-01-01", pageSize = 10))
        val expected = all()
        assertEquals(15 to 15, expected.first.size to expected.second.size)
        for (quirk in quirks) {
            Sandbox.quirks(*quirk.toTypedArray())
            assertEquals(expected, all(), "$quirk")
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `sorts and filters reach the service`(kind: Kind) = runBlocking {
        Sandbox.createLeads(5, "apaas", "S")
        val host = Host(kind)
        val filter = LeadFilter(fieldKey = "code", operator = "EQ", fieldValues = listOf(Json.of("S2"), Json.of("S4")))
        val query = QueryApaasLeads(
            sorts = listOf(LeadSort(fieldKey = "code", direction = "desc")),
            queryGroup = listOf(LeadFilterGroup(connector = "AND", filters = listOf(filter))),
        )
        assertEquals(listOf("S4", "S2"), host.find(query).map { it.code })
    }

    @ParameterizedTest
    @EnumSource
    fun `a scan can be read by page left early and begun anew`(kind: Kind) = runBlocking {
        Sandbox.createLeads(25)
        val host = Host(kind)
        val query = QueryLeads(createTimeStart = "2026-01-01", pageSize = 10)
        assertEquals(listOf(10, 10, 5), host.leads.pages(query).map { it.size }.toList())
        val scan = host.leads.query(query)
        val first = scan.first()
        assertEquals(4 + 1, Sandbox.requests())
        assertEquals(first, scan.first())
        assertEquals(25, scan.toList().size)
        assertEquals(listOf(5), host.leads.pages(query.copy(page = 3)).map { it.size }.toList())
    }
}
