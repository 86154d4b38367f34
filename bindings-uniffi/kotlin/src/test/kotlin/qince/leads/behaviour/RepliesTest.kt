package qince.leads.behaviour

import java.io.ByteArrayOutputStream
import java.util.zip.GZIPOutputStream
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.AddLead
import qince.leads.Fault
import qince.leads.Json
import qince.leads.MAX_BODY
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.RawReply
import qince.leads.Receipt
import qince.leads.RemoveLead

internal fun gzip(bytes: ByteArray): ByteArray =
    ByteArrayOutputStream().also { out -> GZIPOutputStream(out).use { it.write(bytes) } }.toByteArray()

/** What becomes of an HTTP reply. */
class RepliesTest {
    private val found = body(listOf(mapOf("id" to "1", "cus_name" to "示例公司")))

    @Test
    fun `plain gzip and a byte order mark say the same`() {
        val bytes = found.toByteArray()
        for (form in listOf(bytes, gzip(bytes), "\ufeff$found".toByteArray())) {
            assertEquals("示例公司", QueryLeads.read(RawReply(200, form)).single().cusName)
        }
    }

    @Test
    fun `what was compressed otherwise or broken off is malformed`() {
        val whole = gzip(found.toByteArray())
        for (broken in listOf(
            whole.copyOf(whole.size / 2),
            whole.copyOf(3),
            whole.copyOf(whole.size - 1),
            byteArrayOf(0x78, 0x9c.toByte(), 1),
        )) {
            val error = assertThrows<QinceException.Malformed> { QueryLeads.read(RawReply(200, broken)) }
            assertArrayEquals(broken, error.body)
        }
    }

    @Test
    fun `a small body cannot unfold without bound`() {
        val piece = ByteArray(1 shl 20)
        val bomb = ByteArrayOutputStream().also { out -> GZIPOutputStream(out).use { zip -> repeat(65) { zip.write(piece) } } }
            .toByteArray()
        assertTrue(bomb.size < 1 shl 20)
        assertThrows<QinceException.Malformed> { QueryLeads.read(RawReply(200, bomb)) }
    }

    @Test
    fun `what is no UTF-8 is malformed and not mended`() {
        val broken =
            """{"return_code":"0","response_data":[{"id":"""".toByteArray() + byteArrayOf(0xff.toByte()) + "\"}]}".toByteArray()
        assertArrayEquals(broken, assertThrows<QinceException.Malformed> { QueryLeads.read(RawReply(200, broken)) }.body)
    }

    @Test
    fun `deep nesting ends in an error`() {
        for (depth in listOf(1_000, 100_000, 1_000_000)) {
            for ((open, close) in listOf("[" to "]", """{"a":""" to "}")) {
                val deep = """{"return_code":"0","response_data":[{"id":"1","new":${open.repeat(
                    depth,
                )}1${close.repeat(depth)}}]}"""
                runCatching { QueryLeads.read(reply(deep)) }.onFailure { assertTrue(it is QinceException.Malformed) { "$it" } }
            }
        }
        val endless = """{"return_code":"0","response_data":""" + "[".repeat(1_000_000)
        assertThrows<QinceException.Malformed> { QueryLeads.read(reply(endless)) }
    }

    @Test
    fun `a body longer than is read is malformed`() {
        assertEquals(64 shl 20, MAX_BODY)
        val padded = body("7").toByteArray().copyOf(MAX_BODY + 1)
        padded.fill(' '.code.toByte(), body("7").length)
        assertThrows<QinceException.Malformed> { AddLead.read(RawReply(200, padded)) }
        assertEquals("7", AddLead.read(RawReply(200, padded.copyOf(MAX_BODY))).id)
    }

    @Test
    fun `a write comes to a receipt`() {
        assertEquals(Receipt(msgId = "m", id = "7"), AddLead.read(reply(body("7", others = arrayOf("msg_id" to "m")))))
        assertEquals(Receipt(msgId = null, id = null), RemoveLead.read(reply(body())))
        val more = Json.parse("""{"id":"7","new":[1]}""")
        assertEquals(
            Receipt(msgId = null, id = "7", data = more),
            AddLead.read(reply(body(mapOf("id" to "7", "new" to listOf(1))))),
        )
    }

    @Test
    fun `ids that are numbers are text with every digit`() {
        assertEquals(
            "1234567890123456789012",
            AddLead.read(reply("""{"return_code":0,"response_data":1234567890123456789012}""")).id,
        )
        val lead = QueryLeads.read(reply("""{"return_code":"0","response_data":[{"id":4600000001586478077}]}""")).single()
        assertEquals("4600000001586478077", lead.id)
    }

    @Test
    fun `rows are found wherever the service puts them`() {
        val row = """[{"id":"1"}]"""
        for (data in listOf(
            row,
            "\"${row.replace("\"", "\\\"")}\"",
            """{"rows":$row}""",
            """{"list":$row}""",
            """{"data":$row}""",
        )) {
            assertEquals(listOf("1"), QueryLeads.read(reply("""{"return_code":"0","response_data":$data}""")).map { it.id })
        }
        for (nothing in listOf("null", "\"\"", "[]")) {
            assertEquals(emptyList<Any>(), QueryLeads.read(reply("""{"return_code":"0","response_data":$nothing}""")))
        }
    }

    @Test
    fun `a page is a list of its own records`() {
        val page = QueryApaasLeads.read(rows(mapOf("id" to 1), mapOf("id" to 2), mapOf("id" to 3)))
        assertEquals(3, page.size)
        assertEquals("2", page[1].id)
        assertEquals(listOf("3"), page.takeLast(1).map { it.id })
        assertThrows<IndexOutOfBoundsException> { page[3] }
        assertThrows<IndexOutOfBoundsException> { page[-1] }
        assertEquals(page, QueryApaasLeads.read(rows(mapOf("id" to 1), mapOf("id" to 2), mapOf("id" to 3))))
    }

    @Test
    fun `a refusal says what the service said`() {
        val refused = reply(body(code = 1, others = arrayOf("return_msg" to "线索不存在", "msg_id" to "m")))
        val error = assertThrows<QinceException.Rejected> { RemoveLead.read(refused) }
        assertEquals(Triple("1", "线索不存在", "m"), error.run { Triple(returnCode, returnMsg, echoedMsgId) })
        assertEquals("rejected", error.code)
        assertTrue("线索不存在" in error.message!!)
    }

    @ParameterizedTest
    @ValueSource(ints = [0, 100, 199, 300, 301, 404, 429, 500, 999, 65535])
    fun `another status without a reply of the service says so`(status: Int) {
        val error = assertThrows<QinceException.HttpStatus> { RemoveLead.read(reply("<html>", status)) }
        assertEquals(status to "http_status", error.status to error.code)
        assertEquals("<html>", error.body.decodeToString())
    }

    @Test
    fun `a reply of the service counts whatever the status`() {
        assertEquals("7", AddLead.read(reply(body("7"), 500)).id)
        assertThrows<QinceException.Rejected> { AddLead.read(reply(body(code = "9"), 500)) }
    }

    @ParameterizedTest
    @ValueSource(strings = ["", "<html>", "null", "5", "[]", "{}", "{\"return_code\":{}}", "\u0000", "{\"return_code\":\"0\"} x"])
    fun `what is no reply is malformed and kept as it came`(body: String) {
        val error = assertThrows<QinceException.Malformed> { AddLead.read(reply(body)) }
        assertEquals(body, error.body.decodeToString())
        assertEquals("malformed", error.code)
    }

    @Test
    fun `what is not as documented is told by its place and kept`() {
        val page = QueryLeads.read(
            reply("""{"return_code":"0","response_data":[{"id":"1"},7,{"id":"2","mobile":["x"]},{"id":"3","exts":[5]}]}"""),
        )
        assertEquals(listOf("1", "2", "3"), page.map { it.id })
        assertEquals(listOf("[1]", "[2].mobile", "[3].exts"), page.faults.map { it.path })
        assertEquals(listOf("an object", "text", "a list of objects"), page.faults.map { it.expected })
        assertEquals(
            listOf(emptyList(), listOf(Fault("mobile", "text")), listOf(Fault("exts", "a list of objects"))),
            page.map {
                it.faults
            },
        )
        assertNull(page[1].mobile)
        assertEquals(mapOf("mobile" to Json.parse("[\"x\"]")), page[1].extra)
    }

    @Test
    fun `a body that is changed later does not change what was read`() {
        val bytes = found.toByteArray()
        val page = QueryLeads.read(RawReply(200, bytes))
        bytes.fill(0)
        assertEquals("示例公司", page.single().cusName)
    }

    @Test
    fun `a large reply comes whole`() {
        val page = QueryLeads.read(rows(*Array(20_000) { mapOf("id" to it, "detail" to "详情".repeat(50)) }))
        assertEquals(20_000, page.size)
        assertEquals("19999", page.last().id)
        assertEquals("详情".repeat(50), page[12_345].detail)
    }
}
