package qince.leads.behaviour

import io.kotest.property.Arb
import io.kotest.property.arbitrary.arbitrary
import io.kotest.property.arbitrary.choice
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.map
import io.kotest.property.arbitrary.of
import io.kotest.property.arbitrary.orNull
import io.kotest.property.arbitrary.string
import io.kotest.property.checkAll
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.FollowUp
import qince.leads.Json
import qince.leads.Lead
import qince.leads.LeadExt
import qince.leads.LeadExtField
import qince.leads.LeadMobile
import qince.leads.Pages
import qince.leads.PushData
import qince.leads.QinceException
import qince.leads.QueryLeads
import qince.leads.RemoveLead
import qince.leads.Stamp
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Text
import qince.leads.text.Value
import qince.leads.text.json
import qince.leads.text.members
import qince.leads.text.readJson
import qince.leads.text.writeJson
import qince.leads.verifyPush

/** What holds for any input. */
class PropertiesTest {
    private val times = 300

    /** Any text of whole characters: plain ones, what JSON escapes, and all of Unicode but surrogates. */
    private val text: Arb<String> = Arb.choice(
        Arb.string(0..12),
        Arb.of("\"", "\\", "\u0000", "\n", "\u007f", "\u2028", "é", "线索", "😀", "\ufeff", "\uffff", "a\"b", "\\u0041"),
        Arb.int(0..0x10FFFF)
            .map { if (it in 0xD800..0xDFFF) "s" else String(Character.toChars(it)) }
            .let { any -> Arb.list(any, 0..8).map { it.joinToString("") } },
    )

    private fun anyValue(depth: Int): Arb<Value> = arbitrary { source ->
        when (source.random.nextInt(if (depth == 0) 5 else 7)) {
            0 -> json(null)
            1 -> json(source.random.nextBoolean())
            2 -> readJson(listOf("0", "-0", "1.50", "1e400", "12345678901234567890", "-7").random(source.random))
            3, 4 -> Text(text.bind())
            5 -> Items(List(source.random.nextInt(4)) { anyValue(depth - 1).bind() })
            else -> Members(List(source.random.nextInt(4)) { text.bind() to anyValue(depth - 1).bind() }.toMap())
        }
    }

    private val values = anyValue(3)

    @Test
    fun `every text reaches the service and comes back`() = runBlocking {
        checkAll(times, text, text, text.orNull()) { one, other, third ->
            val payload = AddLead(empName = "e$one", detail = other, exts = third?.let { listOf(LeadExtField("k", it)) })
            assertEquals(payload, AddLead.fromJson(payload.toJson()))
            val body = account().sign(payload, Stamp(0, "m")).body
            assertEquals(payload, AddLead.fromJson(body))
            val exts = third?.let { listOf(mapOf("salesleads_ext_key" to "k", "salesleads_ext_value" to it)) }
            val given = listOf("empName" to "e$one", "detail" to other, "exts" to exts).filter { it.second != null }
            val expected = members(*given.toTypedArray())
            assertEquals(writeJson(readJson(body)), writeJson(expected))
        }
        Unit
    }

    @Test
    fun `a body is what JSON writes of its values in the shortest escapes`() = runBlocking {
        checkAll(times, text) { any ->
            val body = account().sign(RemoveLead(code = "c", content = any), Stamp(0, "m")).body
            assertEquals("""{"code":"c","content":${Json.of(any).text}}""", body)
            assertTrue(Json.of(any).text.none { it < ' ' })
        }
        Unit
    }

    @Test
    fun `any JSON is carried in extra and in custom fields as it is`() = runBlocking {
        checkAll(times, values, text) { value, name ->
            val json = Json.parse(writeJson(value))
            val payload =
                AddApaasLead(
                    companyName = "c",
                    mobile = LeadMobile(phone = "1"),
                    exts = mapOf(name to json),
                    extra = mapOf("x_$name" to json),
                )
            assertEquals(payload, AddApaasLead.fromJson(payload.toJson()))
            val body = readJson(account().sign(payload, Stamp(0, "m")).body) as Members
            assertEquals(value, (body["exts"] as Members)[name])
            assertEquals(value, body["x_$name"])
        }
        Unit
    }

    @Test
    fun `any JSON as a payload or a record ends in one or in an error of the package`() = runBlocking {
        val names = Arb.of("code", "id", "exts", "page", "extra", "cus_name", "new", "mobile", "labels")
        checkAll(times, Arb.list(names, 0..4), values, values) { given, one, other ->
            val text = writeJson(Members(given.mapIndexed { i, name -> name to if (i % 2 == 0) one else other }.toMap()))
            val reads = listOf<() -> Any>(
                { AddLead.fromJson(text).also { it.validate() } },
                { QueryLeads.fromJson(text).also { it.validate() } },
                { Lead.fromJson(text) },
            )
            for (read in reads) {
                runCatching(read).onFailure { assertTrue(it is QinceException) { "$text: $it" } }
            }
        }
        Unit
    }

    @Test
    fun `a record survives the way over the wire`() = runBlocking {
        checkAll(times, text, text.orNull(), values) { one, other, value ->
            val lead =
                Lead(
                    id = "1",
                    cusName = one,
                    detail = other,
                    exts = listOf(LeadExt(extKey = one)),
                    extra = mapOf("n" to Json.parse(writeJson(value))),
                )
            assertEquals(lead, Lead.fromJson(lead.toJson()))
            val page = QueryLeads.read(reply("""{"return_code":"0","response_data":[${lead.toJson()}]}"""))
            assertEquals(
                listOf(one, other, value),
                page.single().run {
                    listOf(cusName, detail, readJson(extra.getValue("n").text))
                },
            )
        }
        Unit
    }

    @Test
    fun `any follow-up that was signed is read and none that was changed`() = runBlocking {
        checkAll(times, text, text) { one, other ->
            val data = FollowUp(leadCode = one, activityContent = other).toJson()
            val body = pushBody(data)
            val event = verifyPush(body.toByteArray(), listOf(PUSH_SECRET), 0, null)
            assertEquals(FollowUp(leadCode = one, activityContent = other), (event.data as PushData.FollowUp).followUp)
            val changed = form(
                mapOf(
                    "msgId" to "m1",
                    "data" to "$data ",
                    "timestamp" to "1000",
                    "digest" to Regex("digest=(\\w+)").find(body)!!.groupValues[1],
                    "dataType" to "salesLeads_follow",
                ),
            )
            assertThrows<QinceException.BadSignature> { verifyPush(changed.toByteArray(), listOf(PUSH_SECRET), 0, null) }
        }
        Unit
    }

    @Test
    fun `a scan over any pages ends and hands out no lead twice in a row`() = runBlocking {
        checkAll(times, Arb.list(Arb.list(Arb.int(0..6), 0..5), 0..6)) { given ->
            val pages = Pages(QueryLeads(code = "c"))
            var before = emptyList<String?>()
            for (ids in given + listOf(emptyList())) {
                pages.nextQuery() ?: break
                val page = ids.distinct().map { Lead(id = "$it") }
                val taken = runCatching { pages.take(page) }.getOrElse {
                    assertTrue(it is QinceException.Malformed)
                    emptyList()
                }
                assertTrue(taken.none { it.id in before })
                before = page.map { it.id }
            }
            pages.nextQuery()?.let { pages.take(emptyList()) }
            assertEquals(null, pages.nextQuery())
        }
        Unit
    }
}
