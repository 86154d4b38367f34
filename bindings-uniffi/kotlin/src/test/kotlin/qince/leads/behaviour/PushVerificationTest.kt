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
import qince.leads.Fault
import qince.leads.FollowUp
import qince.leads.Json
import qince.leads.PushData
import qince.leads.PushEvent
import qince.leads.QinceException
import qince.leads.acknowledge
import qince.leads.refuse
import qince.leads.testing.signPush
import qince.leads.text.members
import qince.leads.text.readJson
import qince.leads.verifyPush

/** Pushes: form, signature, age, JSON, in this order. */
class PushVerificationTest {
    private val data = """{"lead_ID":4600000001586478077,"activity_content":"客户\n很感兴趣😀","ext_a":1}"""

    private fun verify(
        body: String,
        secrets: List<String> = listOf(PUSH_SECRET),
        nowMs: Long = 1000,
        maxAgeMs: Long? = 0,
    ): PushEvent = verifyPush(body.toByteArray(), secrets, nowMs, maxAgeMs)

    @Test
    fun `a push is verified and parsed`() {
        val others = arrayOf("dataId" to "d", "dataVersion" to "001", "dataSource" to "biz", "tenantId" to "t", "status" to "1")
        val event = verify(pushBody(data, others = others))
        assertEquals(listOf("m1", "d", "001", "biz", "t"), event.run { listOf(msgId, dataId, dataVersion, dataSource, tenantId) })
        assertEquals("salesLeads_follow" to 1000L, event.dataType to event.timestampMs)
        assertFalse(event.redelivery)
        val followUp = (event.data as PushData.FollowUp).followUp
        assertEquals("4600000001586478077" to "客户\n很感兴趣😀", followUp.leadId to followUp.activityContent)
        assertEquals("1", followUp.extra["ext_a"]?.stringOrNull)
    }

    @Test
    fun `what is absent is null and a redelivery says so`() {
        val event = verify(
            pushBody(
                data,
                others = arrayOf(
                    "status" to "2",
                    "statusTime" to "2026-01-01 00:00:00",
                    "unknown" to "x",
                ),
            ),
        )
        assertEquals(listOf(null, null, null, null), event.run { listOf(dataId, dataVersion, dataSource, tenantId) })
        assertEquals(true to "2026-01-01 00:00:00", event.redelivery to event.statusTime)
    }

    @Test
    fun `another push holds JSON`() {
        val event = verify(pushBody("[1.50,null]", dataType = "other"))
        assertEquals("[1.50,null]", (event.data as PushData.Other).json.text)
        assertEquals("[1.50,null]", event.data.toJson())
    }

    @Test
    fun `any of several secrets may have signed and no others`() {
        verify(pushBody(data), listOf("new", PUSH_SECRET))
        for (secrets in listOf(listOf("new"), listOf("", "new"), listOf(LONE, "new"), listOf(PUSH_SECRET.uppercase()))) {
            assertThrows<QinceException.BadSignature>("$secrets") { verify(pushBody(data), secrets) }
        }
        verify(pushBody(data), listOf(LONE, PUSH_SECRET))
    }

    @Test
    fun `a receiver without a secret is a mistake of configuration`() {
        for (secrets in listOf(emptyList(), listOf(""), listOf("", " "), listOf(LONE))) {
            for (signer in listOf("", PUSH_SECRET)) {
                val body = pushBody(data, secret = signer)
                val error = assertThrows<QinceException.InvalidAccount>("$secrets") { verify(body, secrets) }
                assertTrue("push secret" in error.message)
            }
        }
    }

    @Test
    fun `a push is signed whole`() {
        for (changed in listOf(
            pushBody(data).replace("timestamp=1000", "timestamp=1001"),
            pushBody(data).replace("4600", "4601"),
        )) {
            assertThrows<QinceException.BadSignature> { verify(changed, maxAgeMs = null) }
        }
    }

    @Test
    fun `the digest may be written in any case`() {
        val digest = Regex("digest=([0-9a-f]+)").find(pushBody(data))!!.groupValues[1]
        verify(pushBody(data).replace(digest, digest.uppercase()))
        assertThrows<QinceException.BadSignature> { verify(pushBody(data).replace(digest, digest.dropLast(1))) }
    }

    @Test
    fun `a push is stale in either direction and not at the limit`() {
        verify(pushBody(data), nowMs = 1500, maxAgeMs = 500)
        verify(pushBody(data), nowMs = 500, maxAgeMs = 500)
        for (nowMs in listOf(1501L, 499L)) {
            val stale = assertThrows<QinceException.Stale> { verify(pushBody(data), nowMs = nowMs, maxAgeMs = 500) }
            assertEquals(501L to 500L, stale.ageMs to stale.maxAgeMs)
            assertEquals("stale", stale.code)
        }
        verify(pushBody(data), nowMs = Long.MAX_VALUE, maxAgeMs = null)
        assertThrows<QinceException.Stale> { verify(pushBody(data), nowMs = Long.MIN_VALUE, maxAgeMs = Long.MAX_VALUE - 1) }
    }

    @Test
    fun `a limit below zero is refused`() {
        assertThrows<IllegalArgumentException> { verify(pushBody(data), maxAgeMs = -1) }
    }

    @ParameterizedTest
    @ValueSource(strings = ["", "x", "{\"msgId\":\"m\"}", "msgId=m", "=&=&", "%", "msgId=%zz", "msgId=%ff"])
    fun `what is no push is malformed whoever signed it`(body: String) {
        assertThrows<QinceException.Malformed> { verify(body) }
    }

    @Test
    fun `a parameter that is missing or comes twice is malformed`() {
        val whole = pushBody(data)
        for (name in listOf("msgId", "data", "timestamp", "digest", "dataType")) {
            val without = whole.split('&').filterNot { it.startsWith("$name=") }.joinToString("&")
            assertThrows<QinceException.Malformed>(name) { verify(without) }
            assertThrows<QinceException.Malformed>(name) { verify("$whole&$name=x") }
        }
    }

    @Test
    fun `data that is no JSON or no follow-up is malformed though it is signed`() {
        for (broken in listOf("", "{", "5", "[]", "null", "\"x\"")) {
            assertThrows<QinceException.Malformed>(broken) { verify(pushBody(broken)) }
        }
        assertThrows<QinceException.Malformed> { verify(pushBody("{", dataType = "other")) }
    }

    @Test
    fun `bytes that are no text are malformed`() {
        for (bytes in listOf(
            ByteArray(100) {
                it.toByte()
            },
            ByteArray(1 shl 20) { -1 },
            "data=".toByteArray() + byteArrayOf(-1),
        )) {
            assertThrows<QinceException.Malformed> { verifyPush(bytes, listOf(PUSH_SECRET), 0, null) }
        }
    }

    @Test
    fun `a push that a test signs is the one that the test itself signs`() {
        val others = arrayOf("dataFormat" to "json", "status" to "0")
        val expected = pushBody(data, others = others).split('&').toSet()
        // Spaces and the like may be written in two ways; here are none.
        assertEquals(expected, signPush(PUSH_SECRET, "m1", data, timestampMs = 1000).split('&').toSet())
    }

    @Test
    fun `a push that a test signs holds all that it is told`() {
        val body = signPush(
            PUSH_SECRET,
            msgId = "m&1",
            data = "[1.50]",
            dataType = "other",
            timestampMs = 1000,
            redelivery = true,
            dataId = "d",
            dataVersion = "001",
            dataSource = "api",
            statusTime = "2026-01-01 00:00:00",
            tenantId = "t",
        )
        val data = PushData.Other(Json.parse("[1.50]"))
        val expected = PushEvent("m&1", "d", "001", "api", "other", "t", 1000, true, "2026-01-01 00:00:00", data)
        assertEquals(expected, verify(body))
        assertThrows<QinceException.BadSignature> { verify(body, listOf("other")) }
        assertThrows<QinceException> { signPush(PUSH_SECRET, "m", LONE) }
    }

    @Test
    fun `a follow-up whose member has another shape lists it`() {
        val followUp = (verify(pushBody("""{"lead_ID":["x"],"lead_code":"L1"}""")).data as PushData.FollowUp).followUp
        assertEquals(listOf(Fault("lead_ID", "text")), followUp.faults)
        assertEquals(null to "L1", followUp.leadId to followUp.leadCode)
        assertEquals(Json.parse("""["x"]"""), followUp.extra["lead_ID"])
    }

    @Test
    fun `an event is acknowledged or refused by its message id alone`() {
        val event = verify(pushBody(data))
        assertEquals("""{"return_code":0,"return_msg":"","msg_id":"m1"}""", event.acknowledge())
        assertEquals(event.acknowledge(), acknowledge("m1"))
        assertEquals(event.refuse("否\"\n"), refuse("m1", "否\"\n"))
        assertEquals(members("return_code" to 1, "return_msg" to "否\"\n", "msg_id" to "m1"), readJson(event.refuse("否\"\n")))
    }

    @Test
    fun `half a character is refused in an answer`() {
        assertThrows<QinceException.InvalidStamp> { acknowledge(LONE) }
        assertThrows<QinceException.InvalidStamp> { refuse("m", LONE) }
    }

    @Test
    fun `an event may be made for tests of one's own and is a value`() {
        fun event(followUp: FollowUp = FollowUp(leadCode = "L1")) =
            PushEvent("m", null, null, null, "salesLeads_follow", null, 0, false, null, PushData.FollowUp(followUp))
        assertEquals(event(), event())
        assertNotEquals(event(), event(FollowUp(leadCode = "L2")))
        assertNotEquals(event(), event().copy(data = PushData.Other(Json.NULL)))
        assertNull(event().dataId)
        assertTrue("L1" in event().toString())
    }
}
