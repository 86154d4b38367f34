package qince.leads.sandbox

import java.util.Collections
import kotlin.math.abs
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import qince.leads.FollowUp
import qince.leads.PushData
import qince.leads.PushEvent
import qince.leads.text.Members
import qince.leads.text.Text
import qince.leads.text.readJson

/** The service pushes: each event is handled once, and nothing forged ever. */
class PushesTest : SandboxTest() {
    private val secrets = listOf(Environment.pushSecret)
    private val events: MutableList<PushEvent> = Collections.synchronizedList(ArrayList())

    private fun followUp(event: PushEvent): FollowUp = (event.data as PushData.FollowUp).followUp

    @Test
    fun `a follow-up is verified handled and acknowledged`() {
        val pushed = mapOf(
            "lead_code" to "D1",
            "lead_name" to "示例公司 & Co = 100%+",
            "activity_content" to "客户\n很感兴趣😀",
            "ext_remark" to "自定义",
        )
        val delivery = Webhook(secrets, events::add).use { Sandbox.push(it.url, "count" to 1, "follow_up" to pushed).single() }
        assertTrue(delivery.isAcknowledged && delivery.status == 200)
        val event = events.single()
        assertEquals("salesLeads_follow" to delivery.msgId, event.dataType to event.msgId)
        assertFalse(event.redelivery)
        assertNull(event.statusTime)
        assertEquals(
            listOf("D1", pushed["lead_name"], pushed["activity_content"]),
            followUp(event).run {
                listOf(leadCode, leadName, activityContent)
            },
        )
        assertEquals("自定义", followUp(event).extra["ext_remark"]?.stringOrNull)
        assertTrue(abs(event.timestampMs - System.currentTimeMillis()) < 60_000)
        assertEquals(Sandbox.journal().single().data, readJson(event.data.toJson()))
    }

    @Test
    fun `pushes that come twice in any order and with forged ones are handled once`() {
        val deliveries = Webhook(secrets, events::add).use { webhook ->
            Sandbox.push(webhook.url, "count" to 200, "repeat" to 0.3, "tamper" to 0.3, "shuffle" to true, "seed" to 5)
        }
        val (forged, genuine) = deliveries.partition { it.isForged }
        assertTrue(forged.size > 20 && genuine.size > 220)
        assertTrue(forged.all { it.status == 400 && it.answer == "" })
        assertTrue(genuine.all { it.isAcknowledged })
        assertEquals(genuine.map { it.msgId }.toSet().sorted(), events.map { it.msgId }.sorted())
        assertEquals(200, events.size)
        assertTrue(Sandbox.journal().all { it.isAcknowledged })
    }

    @Test
    fun `an event that could not be handled is refused and comes again`() {
        val webhook = Webhook(secrets) { event ->
            events += event
            check(events.size > 1) { "暂时无法处理" }
        }
        webhook.use {
            val first = Sandbox.push(it.url, "count" to 1).single()
            assertFalse(first.isAcknowledged)
            assertEquals(Text("暂时无法处理"), (readJson(first.answer!!) as Members)["return_msg"])
            assertTrue(Sandbox.redeliver().single().isAcknowledged)
            assertEquals(0, Sandbox.redeliver().size)
        }
        val (before, after) = events
        assertEquals(before.msgId to before.data, after.msgId to after.data)
        assertEquals(false to true, before.redelivery to after.redelivery)
        assertTrue(after.statusTime!!.matches(Regex("""\d{4}-\d\d-\d\d \d\d:\d\d:\d\d""")))
    }

    @Test
    fun `another data type comes as JSON`() {
        Webhook(secrets, events::add).use { Sandbox.push(it.url, "count" to 1, "data_type" to "another") }
        val event = events.single()
        assertEquals("another", event.dataType)
        assertEquals(Sandbox.journal().single().data, readJson((event.data as PushData.Other).json.text))
    }

    @Test
    fun `while one secret takes the place of another both are accepted`() {
        for ((inUse, status) in listOf(
            listOf("new", Environment.pushSecret) to 200,
            listOf("new") to 400,
            emptyList<String>() to 400,
        )) {
            val delivery = Webhook(inUse, events::add).use { Sandbox.push(it.url, "count" to 1).single() }
            assertEquals(status, delivery.status)
        }
        assertEquals(1, events.size)
    }
}
