package qince.leads.behaviour

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.Operation
import qince.leads.QinceException
import qince.leads.RemoveLead
import qince.leads.Stamp
import qince.leads.TimestampForm

/** Who signs, and what a signed request is. */
class AccountsTest {
    @Test
    fun `openid and app key must not be empty`() {
        assertThrows<QinceException.InvalidAccount> { Account("", "k") }
        assertThrows<QinceException.InvalidAccount> { Account("o", "") }
    }

    @ParameterizedTest
    @ValueSource(
        strings = [
            "", "openapi.example.com", "ftp://example.com", "http://example.com", "https://", "https://u:p@example.com",
            "https://example.com?x=1", "https://example.com#x", "https://exa mple.com", "\u0000", "//example.com",
        ],
    )
    fun `the base URL must be absolute and safe`(baseUrl: String) {
        assertThrows<QinceException.InvalidAccount> { Account("o", "k", baseUrl) }
    }

    @Test
    fun `a base URL keeps its path and loses its slash`() {
        assertEquals("https://example.com/proxy", Account("o", "k", "https://example.com/proxy/").baseUrl)
        for (loopback in listOf("http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1")) {
            assertEquals(loopback, Account("o", "k", loopback).baseUrl)
        }
    }

    @Test
    fun `without a base URL the vendor's own is taken`() {
        assertEquals("https://openapi.waiqin365.com", Account("o", "k").baseUrl)
    }

    @Test
    fun `half a character is refused in every text`() {
        assertThrows<QinceException.InvalidAccount> { Account(LONE, "k") }
        assertThrows<QinceException.InvalidAccount> { Account("o", LONE) }
        assertThrows<QinceException.InvalidAccount> { Account("o", "k", "https://$LONE") }
    }

    @Test
    fun `a request says all that is needed to send it`() {
        val request = account().sign(RemoveLead(code = "c"), Stamp(1_617_206_400_000, "m1"))
        assertEquals("POST", request.method)
        assertEquals(mapOf("Content-Type" to "application/json"), request.headers)
        assertEquals("""{"code":"c"}""", request.body)
        assertEquals(Triple("remove", "m1", "1617206400000"), request.run { Triple(operation, msgId, timestamp) })
        assertTrue(request.url.startsWith("https://openapi.waiqin365.com/")) { request.url }
        assertTrue(request.redactedUrl.endsWith("/***/1617206400000/***/m1")) { request.redactedUrl }
    }

    @Test
    fun `every operation has a path of its own`() {
        val urls = VALID.map { (operation, payload) ->
            assertEquals(operation, payload.operation.name)
            account().sign(payload, Stamp(0, "m")).redactedUrl
        }
        assertEquals(VALID.size, urls.toSet().size)
        assertEquals(VALID.keys.toList(), Operation.ALL.map { it.name }.sortedBy { VALID.keys.indexOf(it) })
    }

    @Test
    fun `a compact timestamp is a time of China`() {
        val request = account().sign(RemoveLead(code = "c"), Stamp(1_617_206_400_000, "m", TimestampForm.COMPACT))
        assertEquals("20210401000000", request.timestamp)
        assertTrue("/20210401000000/" in request.url)
    }

    @Test
    fun `a stamp that cannot be written is refused`() {
        for (stamp in listOf(Stamp(-1, "m"), Stamp(0, ""), Stamp(Long.MAX_VALUE, "m"), Stamp(0, LONE), Stamp(0, "a$LONE"))) {
            assertThrows<QinceException.InvalidStamp>("$stamp") { account().sign(RemoveLead(code = "c"), stamp) }
        }
    }

    @Test
    fun `a message id is encoded as one segment of the path`() {
        val plain = account().sign(RemoveLead(code = "c"), Stamp(0, "a-._~1"))
        assertTrue(plain.url.endsWith("/a-._~1"))
        val odd = account().sign(RemoveLead(code = "c"), Stamp(0, "a/b c?é😀"))
        assertEquals("a/b c?é😀", odd.msgId)
        assertTrue(odd.url.endsWith("/a%2Fb%20c%3F%C3%A9%F0%9F%98%80")) { odd.redactedUrl }
        assertEquals("0", odd.timestamp)
    }

    @Test
    fun `a long message id and a long address are signed as well`() {
        val (long, path) = "m".repeat(5000) to "p".repeat(5000)
        val request = Account("o", "k", "https://example.com/$path").sign(RemoveLead(code = "c"), Stamp(0, long))
        assertTrue(request.url.endsWith("/$long") && path in request.url)
    }

    @Test
    fun `two accounts sign differently and one the same again`() {
        val stamp = Stamp(0, "m")
        fun url(openid: String, appKey: String, baseUrl: String? = null) =
            Account(openid, appKey, baseUrl).sign(RemoveLead(code = "c"), stamp).url
        val urls = listOf(url("o", "k"), url("o", "l"), url("p", "k"), url("o", "k", "https://example.com"))
        assertEquals(urls.size, urls.toSet().size)
        assertEquals(url("o", "k"), urls[0])
        assertNotEquals(url("o", "k"), Account("o", "k").sign(RemoveLead(code = "d"), stamp).url)
    }

    @Test
    fun `accounts that come and go sign each for itself`() {
        // The core's places for accounts are used again: none may sign in the name of one that is gone.
        val stamp = Stamp(0, "m")
        val expected = List(5) { Account("o$it", "k$it").sign(RemoveLead(code = "c"), stamp).url }
        repeat(2000) {
            assertEquals(expected[it % 5], Account("o${it % 5}", "k${it % 5}").sign(RemoveLead(code = "c"), stamp).url)
        }
        System.gc()
        repeat(2000) {
            assertEquals(expected[it % 5], Account("o${it % 5}", "k${it % 5}").sign(RemoveLead(code = "c"), stamp).url)
        }
    }

    @Test
    fun `what is signed by either way is the same`() {
        // A quote needs an escape and goes the slow way, a plain text the fast one.
        val stamp = Stamp(5, "m")
        for (text in listOf("plain", "线索😀", "\"quoted\"", "\\", "\n", "\u007f", "\u2028")) {
            val request = account().sign(AddLead(empName = text), stamp)
            assertEquals(text, AddLead.fromJson(request.body).empName)
            assertFalse("extra" in request.body)
        }
    }

    @Test
    fun `a payload that breaks rules is refused with all of them`() {
        val broken = violations { account().sign(AddLead(cusName = "客".repeat(101), mobileRepeat = "2"), Stamp(0, "m")) }
        assertEquals(listOf("" to "required_one_of", "cus_name" to "max_length", "mobile_repeat" to "allowed_values"), broken)
    }
}
