package qince.leads.behaviour

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.Json
import qince.leads.QinceException
import qince.leads.RemoveLead
import qince.leads.text.Text
import qince.leads.text.readJson

/** JSON values, kept as their text. */
class JsonTest {
    @ParameterizedTest
    @ValueSource(
        strings = [
            "null", "true", "0", "-1.50e+30", "\"\"", "[]",
            "{\"b\":1,\"a\":[null,{}]}", "123456789012345678901234567890",
        ],
    )
    fun `what is JSON is kept word for word`(text: String) {
        assertEquals(text, Json.parse(text).text)
        assertEquals(text, Json.parse(" \n\t\r$text ").text)
        assertEquals(text, Json.parse(text).toString())
    }

    @Test
    fun `spaces and escapes that say nothing are dropped, as the core drops them`() {
        val json = Json.parse(" [ 1.0 , {\"a\" : \"\\u0041\\ud83d\\ude00\\u000a\"} ] ")
        assertEquals("[1.0,{\"a\":\"A😀\\n\"}]", json.text)
        val lead = RemoveLead(id = "1", extra = mapOf("json" to json))
        assertEquals(lead, RemoveLead.fromJson(lead.toJson()))
    }

    @ParameterizedTest
    @ValueSource(
        strings = [
            "", " ", "nul", "True", "01", "1.", ".5", "+1", "NaN", "Infinity", "'x'", "\"", "\"\n\"", "\"\\x\"",
            "\"\\ud800\"", "\"\\udc00\\ud800\"",
            "[1,]", "[,1]", "{\"a\"}", "{a:1}", "{\"a\":1,}", "1 2", "[1] x", "/*c*/1", "\u00a01", "\ufeff1", "1\u0000",
        ],
    )
    fun `what is no JSON is refused`(text: String) {
        assertThrows<QinceException.Malformed> { Json.parse(text) }
    }

    @Test
    fun `half a character is refused wherever it stands`() {
        for (text in listOf(LONE, "\"$LONE\"", "\"\udc00\"", "[\"a$LONE\"]", "{\"$LONE\":1}")) {
            assertThrows<QinceException.Malformed> { Json.parse(text) }
        }
    }

    @Test
    fun `nesting without end is refused`() {
        for (text in listOf("[".repeat(1_000_000), "[".repeat(1_000_000) + "]".repeat(1_000_000), "{\"a\":".repeat(1_000_000))) {
            assertThrows<QinceException.Malformed> { Json.parse(text) }
        }
    }

    @Test
    fun `values of Kotlin become what JSON writes for them`() {
        assertEquals("-9223372036854775808", Json.of(Long.MIN_VALUE).text)
        assertEquals("5", Json.of(5).text)
        assertEquals(listOf("true", "false"), listOf(true, false).map { Json.of(it).text })
        assertEquals("null", Json.NULL.text)
        assertEquals(Json.of("x"), Json.parse("\"x\""))
        assertNotEquals(Json.of("1"), Json.of(1))
        assertEquals(Json.of("x").hashCode(), Json.parse("\"x\"").hashCode())
    }

    @Test
    fun `a text comes back as it went in`() {
        for (text in listOf("", "\"", "\\", "a/b", "\u0000\u001f\u007f", "\b\u000c\n\r\t", "线索😀", "\u2028", "\ufeff")) {
            assertEquals(text, Json.of(text).stringOrNull)
            assertEquals(Text(text), readJson(Json.of(text).text))
            assertEquals(Json.of(text), Json.parse(Json.of(text).text))
            val payload = RemoveLead(code = "c", extra = mapOf("n" to Json.of(text)))
            assertEquals(payload, RemoveLead.fromJson(payload.toJson()))
        }
        assertEquals("A/😀\"", Json.parse("\"\\u0041\\/\\ud83d\\uDE00\\\"\"").stringOrNull)
        for (other in listOf("null", "5", "[\"x\"]", "{}")) assertNull(Json.parse(other).stringOrNull)
    }
}
