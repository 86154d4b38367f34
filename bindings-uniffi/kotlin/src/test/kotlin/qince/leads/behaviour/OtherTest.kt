package qince.leads.behaviour

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.Json
import qince.leads.Other
import qince.leads.QinceException
import qince.leads.Receipt
import qince.leads.Stamp
import qince.leads.client.Answers
import qince.leads.client.Watched
import qince.leads.client.says

/** Requests to any endpoint of the vendor. */
class OtherTest {
    private val path = "customer/v1/queryCustomer"
    private val query = Other(path, Json.parse("""{"b":1.50,"a":null}"""))

    @Test
    fun `its payload is signed and sent as it stands`() {
        val request = account().sign(query, Stamp(1_617_206_400_000, "m1"))
        assertTrue("/api/$path/$OPENID/1617206400000/" in request.url) { request.redactedUrl }
        assertEquals("""{"b":1.50,"a":null}""", request.body)
        assertEquals("other", request.operation)
    }

    @Test
    fun `what comes back is the data`() {
        assertEquals(
            Receipt(msgId = "m", id = null, data = Json.parse("""[{"id":7}]""")),
            Other.read(reply(body(listOf(mapOf("id" to 7)), others = arrayOf("msg_id" to "m")))),
        )
        assertThrows<QinceException.Rejected> { Other.read(REJECTED) }
    }

    @ParameterizedTest
    @ValueSource(strings = ["", "/a", "a/", "a//b", "a/../b", "a?b", "客户", "a b", LONE])
    fun `a path that is none is refused`(path: String) {
        assertEquals(listOf("" to "format"), violations { Other(path, Json.parse("{}")).validate() })
    }

    @Test
    fun `a payload that is neither an object nor a list is refused`() {
        assertEquals(listOf("" to "type"), violations { Other(path, Json.of(5)).validate() })
        assertThrows<QinceException.InvalidPayload> { Other(path, Json.of(LONE)).validate() }
    }

    @Test
    fun `it is tried again unless it must not be carried out twice`() {
        val again = Hand(query)
        again.fail()
        again.reply(OK)
        assertEquals(listOf("other", "other"), again.operations)
        // Text is looked into once.
        assertEquals(Json.of(7), again.end().data)

        val once = Hand(query.copy(repeat = false))
        once.fail()
        once.error<QinceException.Uncertain>()
        assertFalse(once.call.isInDoubt)
    }

    @Test
    fun `the client sends it`() = runBlocking {
        val answers = Answers(says(OK), says(reply("", 503)))
        val leads = Watched(answers).leads
        assertEquals("7", leads.other(path, Json.parse("{}")).data?.text)
        val error = runCatching { leads.other(path, Json.parse("[]"), repeat = false) }.exceptionOrNull()
        assertEquals(answers.sent.last().msgId, (error as QinceException.Uncertain).msgId)
    }
}
