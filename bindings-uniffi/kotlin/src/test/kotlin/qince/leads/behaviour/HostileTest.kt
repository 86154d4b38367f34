package qince.leads.behaviour

import java.util.concurrent.Callable
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Call
import qince.leads.Failure
import qince.leads.Json
import qince.leads.Lead
import qince.leads.LeadExtField
import qince.leads.LeadFilter
import qince.leads.LeadFilterGroup
import qince.leads.LeadMobile
import qince.leads.LeadSort
import qince.leads.MapOrRows
import qince.leads.ModifyLead
import qince.leads.Operation
import qince.leads.Pages
import qince.leads.Payload
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.RawReply
import qince.leads.RemoveLead
import qince.leads.Stamp

/** Whatever is handed over ends in a result or in an error of the package, from any number of threads. */
class HostileTest {
    private fun refused(payload: Payload<*>) {
        assertThrows<QinceException.InvalidPayload>("$payload") { account().sign(payload, Stamp(0, "m")) }
        assertThrows<QinceException.InvalidPayload>("$payload") { payload.validate() }
        assertThrows<QinceException.InvalidPayload>("$payload") { Call(account(), payload).step(0, "m", 0.0) }
    }

    @Test
    fun `half a character is refused in every text of every payload`() {
        for (half in listOf("\ud800", "\udbff", "\udc00", "\udfff", "a\ud800b", "\udc00\ud800", "😀\ud83d", "\ude00😀")) {
            refused(AddLead(empName = half))
            refused(AddLead(empName = "e", exts = listOf(LeadExtField(half))))
            refused(AddLead(empName = "e", exts = listOf(LeadExtField("k", half))))
            refused(AddApaasLead(companyName = "c", mobile = LeadMobile(phone = half)))
            refused(AddApaasLead(companyName = "c", exts = mapOf(half to Json.NULL)))
            refused(AddApaasLead(companyName = "c", exts = mapOf("k" to Json.of(half))))
            refused(ModifyLead(id = half))
            refused(ModifyLead(id = "7", exts = MapOrRows.Map(mapOf("k" to Json.of(half)))))
            refused(RemoveLead(code = "c", extra = mapOf("n" to Json.of(half))))
            refused(RemoveLead(code = "c", extra = mapOf(half to Json.NULL)))
            refused(QueryLeads(createTimeStart = half))
            refused(QueryApaasLeads(code = "c", sorts = listOf(LeadSort(half))))
            refused(QueryApaasLeads(queryGroup = listOf(LeadFilterGroup(filters = listOf(LeadFilter("f", half))))))
            refused(
                QueryApaasLeads(
                    queryGroup = listOf(LeadFilterGroup(filters = listOf(LeadFilter("f", "EQ", listOf(Json.of(half)))))),
                ),
            )
        }
    }

    @Test
    fun `half a character ends the reading of JSON in an error of the package`() {
        for (operation in Operation.ALL) {
            assertThrows<QinceException.InvalidPayload> { operation.fromJson("{\"code\":\"$LONE\"}").validate() }
            assertThrows<QinceException.InvalidPayload> { operation.fromJson(LONE).validate() }
        }
        assertEquals("\ufffd", Lead.fromJson("{\"code\":\"$LONE\"}").code)
        assertThrows<QinceException> { Pages(QueryLeads(code = LONE)).nextQuery()?.validate() }
    }

    @Test
    fun `texts of any length are refused or carried`() {
        val long = "长".repeat(1_000_000)
        assertEquals(listOf("cus_name" to "max_length"), violations { AddLead(empName = "e", cusName = long).validate() })
        val request = account().sign(RemoveLead(code = "c", extra = mapOf("n" to Json.of(long))), Stamp(0, "m"))
        assertTrue(request.body.length > 1_000_000)
    }

    @Test
    fun `of very many violations some are listed and the rest is counted`() {
        val wrong = List(20_000) { LeadExtField("") }
        val error = assertThrows<QinceException.InvalidPayload> { AddLead(empName = "e", exts = wrong).validate() }
        assertEquals(100 to 19_900, error.violations.size to error.more)
    }

    @Test
    fun `deep values are carried or refused`() {
        for (depth in listOf(10, 100, 1_000, 100_000)) {
            val outcome = runCatching {
                val deep = Json.parse("[".repeat(depth) + "]".repeat(depth))
                account().sign(RemoveLead(code = "c", extra = mapOf("n" to deep)), Stamp(0, "m")).body
            }
            assertTrue((outcome.isSuccess && depth <= 1_000) || outcome.exceptionOrNull() is QinceException) {
                "$depth: $outcome"
            }
        }
    }

    @Test
    fun `clocks of any time end in a request or in an error of the package`() {
        for (nowMs in listOf(Long.MIN_VALUE, -1, 0, 1, 253_402_300_799_999, 253_402_300_800_000, Long.MAX_VALUE)) {
            val call = Call(account(), RemoveLead(code = "c"))
            runCatching { call.step(nowMs, "m", 0.0) }.onFailure { assertTrue(it is QinceException.InvalidStamp) { "$it" } }
            call.failed("m", nowMs, Failure.UNKNOWN)
            call.replied("m", Long.MIN_VALUE, reply("", 503, retryAfter = "9".repeat(400)))
            runCatching { call.step(Long.MAX_VALUE, "m", Double.NaN) }.onFailure { assertTrue(it is QinceException) { "$it" } }
        }
    }

    @Test
    fun `bodies of any bytes end in a result or in an error of the package`() {
        val random = java.util.Random(1)
        repeat(3000) {
            val bytes = ByteArray(random.nextInt(200)).also(random::nextBytes)
            for (operation in listOf(AddLead, QueryLeads)) {
                runCatching { operation.read(RawReply(random.nextInt(600), bytes)) }
                    .onFailure { assertTrue(it is QinceException) { "$it" } }
            }
        }
    }

    @Test
    fun `any damage to a reply ends in a result or in an error of the package`() {
        val random = java.util.Random(2)
        val whole = rows(
            mapOf(
                "id" to 1,
                "cus_name" to "示例公司",
                "exts" to listOf(mapOf("ext_key" to "k")),
                "new" to listOf(1, null),
            ),
        ).body
        val packed = gzip(whole)
        repeat(3000) { n ->
            val damaged = (if (n % 3 == 0) packed else whole).copyOf()
            repeat(1 + random.nextInt(3)) { damaged[random.nextInt(damaged.size)] = random.nextInt(256).toByte() }
            runCatching { QueryLeads.read(RawReply(200, damaged)) }.onFailure { assertTrue(it is QinceException) { "$it" } }
        }
    }

    @Test
    fun `many threads may use one account one page and one payload`() {
        val payload = AddLead(empName = "负责人", code = "\"C\"", exts = List(20) { LeadExtField("k$it", "值") })
        val page = QueryLeads.read(rows(*Array(200) { mapOf("id" to it, "cus_name" to "公司$it") }))
        val account = account()
        val expected = account.sign(payload, Stamp(0, "m")).url
        val threads = Executors.newFixedThreadPool(16)
        val work = List(64) { n ->
            Callable {
                repeat(50) { assertEquals(expected, account.sign(payload, Stamp(0, "m")).url) }
                assertEquals("公司$n", page[n].cusName)
                account.sign(RemoveLead(code = "$n"), Stamp(0, "m")).body
            }
        }
        assertEquals(List(64) { "{\"code\":\"$it\"}" }, threads.invokeAll(work).map { it.get() })
        threads.shutdown()
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS))
    }

    @Test
    fun `a call that many threads drive at once comes to one end`() {
        val call = Call(account(), RemoveLead(code = "c"))
        val threads = Executors.newFixedThreadPool(8)
        threads.invokeAll(
            List(200) { n ->
                Callable {
                    runCatching {
                        call.step(n.toLong(), "m", 0.5)
                        call.replied("m", n.toLong(), OK)
                        call.isInDoubt
                    }
                }
            },
        )
            .forEach { outcome -> outcome.get().exceptionOrNull()?.let { assertTrue(it is QinceException) { "$it" } } }
        threads.shutdown()
    }
}
