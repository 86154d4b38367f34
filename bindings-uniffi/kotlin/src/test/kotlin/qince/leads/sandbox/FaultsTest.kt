package qince.leads.sandbox

import java.net.InetAddress
import java.net.ServerSocket
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.measureTime
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.Arguments
import org.junit.jupiter.params.provider.Arguments.arguments
import org.junit.jupiter.params.provider.EnumSource
import org.junit.jupiter.params.provider.MethodSource
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Failure
import qince.leads.ModifyApaasLead
import qince.leads.ModifyLead
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.RemoveLead

/** A service that misbehaves: what is promised of every operation. */
class FaultsTest : SandboxTest() {
    /** Has each operation's first request meet a fault, and returns what was attempted for it. */
    private suspend fun eachOperation(host: Host, fault: String): Map<String, List<String>> {
        val traces = LinkedHashMap<String, List<String>>()

        suspend fun <T> meeting(operation: String, call: suspend () -> T): T {
            Sandbox.planNext(fault, slowMs = 30)
            try {
                return call()
            } finally {
                traces[operation] = host.trace()
            }
        }
        meeting("add") { host.leads.add(AddLead(empName = "负责人", code = "C1")) }
        meeting("add_apaas") { host.leads.addApaas(AddApaasLead(companyName = "示例公司", code = "C2")) }
        meeting("modify") { host.leads.modify(ModifyLead(code = "C1", linkman = "甲")) }
        meeting("modify_apaas") { host.leads.modifyApaas(ModifyApaasLead(code = "C2", linkman = "乙")) }
        assertEquals(listOf("甲"), meeting("query") { host.find(QueryLeads(code = "C1")) }.map { it.linkman })
        assertEquals(listOf("乙"), meeting("query_apaas") { host.find(QueryApaasLeads(code = "C2")) }.map { it.linkman })
        try {
            meeting("remove") { host.leads.remove(RemoveLead(code = "C1")) }
        } catch (rejected: QinceException.Rejected) {
            assertTrue(fault in AFTER) { "$fault: $rejected" }
        }
        return traces
    }

    /** What each operation is to attempt where its first request meets this fault. */
    private fun promised(fault: String): Map<String, List<String>> {
        val outcome = (IN_DOUBT + HARMLESS + ("too_many" to "http_status")).getValue(fault)
        val traces = LinkedHashMap<String, List<String>>()
        for (write in listOf("add", "add_apaas", "modify", "modify_apaas", "remove")) {
            traces[write] = if (fault in HARMLESS) listOf("$write ok") else listOf("$write $outcome", "$write ok")
        }
        for (query in listOf("query", "query_apaas")) {
            // A scan ends with an empty page.
            traces[query] = (if (fault in HARMLESS) emptyList() else listOf("$query $outcome")) + List(2) { "$query ok" }
        }
        if (fault in AFTER) traces["remove"] = listOf("remove $outcome", "remove rejected")
        if (fault in IN_DOUBT) {
            for ((add, query) in listOf("add" to "query", "add_apaas" to "query_apaas")) {
                traces[add] = listOf("$add $outcome", "$query ok") + if (fault in AFTER) emptyList() else listOf("$add ok")
            }
        }
        return traces
    }

    @ParameterizedTest
    @MethodSource("kindsAndFaults")
    fun `every operation that meets a fault ends as promised`(kind: Kind, fault: String) = runBlocking {
        assertEquals(promised(fault), eachOperation(Host(kind), fault))
        val (classic, apaas) = Sandbox.leads()
        assertEquals(listOf("C1", true, "C2", false), listOf(classic.code, classic.isRemoved, apaas.code, apaas.isRemoved))
        assertEquals(2, Sandbox.leads().size)
    }

    @ParameterizedTest
    @EnumSource
    fun `a service that is busy is asked again when it says`(kind: Kind) = runBlocking {
        Sandbox.createLeads(3)
        Sandbox.createLeads(2, "apaas", "A")
        Sandbox.planNext(*Array(7) { "too_many" })
        val host = Host(kind)
        val calls: List<suspend () -> Any> = listOf(
            { host.leads.add(AddLead(empName = "负责人", code = "T")) },
            { host.leads.addApaas(AddApaasLead(companyName = "示例公司", code = "T")) },
            { host.leads.modify(ModifyLead(code = "L1", linkman = "甲")) },
            { host.leads.modifyApaas(ModifyApaasLead(code = "A1", linkman = "乙")) },
            { host.leads.remove(RemoveLead(code = "L2")) },
            { host.find(QueryLeads(code = "L3")).single() },
            { host.find(QueryApaasLeads(code = "A2")).single() },
        )
        val taken = measureTime { calls.map { async { it() } }.awaitAll() }
        assertTrue(taken >= 1000.milliseconds) { "$taken" }
        val trace = host.trace()
        for ((operation, promise) in promised("too_many")) {
            assertEquals(
                promise,
                trace.filter {
                    it.substringBefore(' ') ==
                        operation
                },
            )
        }
        assertEquals(2, Sandbox.leadsWithCode("T").size)
    }

    @ParameterizedTest
    @MethodSource("kindsAndDoubts")
    fun `an add without a code whose outcome is unknown is uncertain`(kind: Kind, fault: String) = runBlocking {
        val host = Host(kind)
        val adds: List<Pair<String, suspend () -> Any>> = listOf(
            "add" to { host.leads.add(AddLead(empName = "负责人")) },
            "add_apaas" to { host.leads.addApaas(AddApaasLead(companyName = "示例公司")) },
        )
        for ((operation, add) in adds) {
            Sandbox.planNext(fault)
            val cause = (runCatching { add() }.exceptionOrNull() as QinceException.Uncertain).cause
            assertEquals(listOf("$operation ${IN_DOUBT[fault]}"), host.trace())
            when (IN_DOUBT[fault]) {
                "unknown" -> assertTrue((cause as QinceException.Transport).failure == Failure.UNKNOWN && cause.cause != null)
                "http_status" -> assertTrue((cause as QinceException.HttpStatus).status >= 500)
                else -> assertTrue((cause as QinceException.Malformed).body.decodeToString().startsWith("{"))
            }
        }
        assertEquals(if (fault in AFTER) 2 else 0, Sandbox.leads().size)
    }

    @ParameterizedTest
    @EnumSource
    fun `the query that settles an add is asked again until it is answered`(kind: Kind) = runBlocking {
        Sandbox.planNext("drop_after", "drop_before", "error_500", "truncated", "none")
        val host = Host(kind)
        val id = host.leads.add(AddLead(empName = "负责人", code = "C1")).id
        assertEquals(listOf("add unknown", "query unknown", "query http_status", "query malformed", "query ok"), host.trace())
        assertEquals(listOf(id), Sandbox.leads().map { it.id })
    }

    @ParameterizedTest
    @EnumSource
    fun `an add that cannot be settled in time is uncertain`(kind: Kind) = runBlocking {
        Sandbox.planNext("drop_after", "drop_before", "drop_before")
        val host = Host(kind, Policy(maxAttempts = 2, baseDelayMs = 2))
        assertTrue(
            runCatching {
                host.leads.add(AddLead(empName = "负责人", code = "C1"))
            }.exceptionOrNull() is QinceException.Uncertain,
        )
        assertEquals(listOf("add unknown", "query unknown", "query unknown"), host.trace())
        assertEquals(1, Sandbox.leads().size)
    }

    @ParameterizedTest
    @EnumSource
    fun `an add whose reply or whose carrying out comes too late is added once`(kind: Kind) = runBlocking {
        for (fault in listOf("slow", "late")) {
            Sandbox.plan("rate" to 1, "kinds" to listOf(fault), "operations" to listOf("add"), "slow_ms" to 700)
            val host = Host(kind, timeout = 300.milliseconds)
            val id = host.leads.add(AddLead(empName = "负责人", code = fault)).id
            assertEquals("add unknown", host.trace().first())
            Sandbox.plan()
            Sandbox.awaitLateRequests()
            assertEquals(listOf(id), Sandbox.leadsWithCode(fault).map { it.id })
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `an add that its first request overtakes is settled by another query`(kind: Kind) = runBlocking {
        Sandbox.planNext("late", "none", "too_many", slowMs = 700)
        val host = Host(kind, timeout = 300.milliseconds)
        val id = host.leads.add(AddLead(empName = "负责人", code = "C1")).id
        assertEquals(listOf("add unknown", "query ok", "add http_status", "add rejected", "query ok"), host.trace())
        assertEquals(listOf(id), Sandbox.leads().map { it.id })
    }

    @ParameterizedTest
    @EnumSource
    fun `a host that cannot be reached was sent nothing`(kind: Kind) = runBlocking {
        val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
        val host = Host(kind, Policy(maxAttempts = 3, baseDelayMs = 1), account = account(baseUrl = "http://127.0.0.1:$port"))
        for (code in listOf(null, "C1")) {
            val error = runCatching {
                host.leads.add(AddLead(empName = "负责人", code = code))
            }.exceptionOrNull() as QinceException.Transport
            assertEquals(Failure.NOT_SENT, error.failure)
            assertTrue(error.cause != null)
            assertEquals(List(3) { "add not_sent" }, host.trace())
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `an address where the service is not ends at once`(kind: Kind) = runBlocking {
        val host = Host(kind, account = account(baseUrl = "${Environment.baseUrl}/elsewhere"))
        val error = runCatching { host.leads.add(AddLead(empName = "负责人", code = "C1")) }.exceptionOrNull()
        assertEquals(404, (error as QinceException.HttpStatus).status)
        assertEquals(listOf("add http_status"), host.trace())
    }

    @ParameterizedTest
    @EnumSource
    fun `failures show no secret whatever goes wrong`(kind: Kind) = runBlocking {
        val host = Host(kind, Policy(maxAttempts = 1))
        for (fault in IN_DOUBT.keys) {
            Sandbox.planNext(fault)
            val shown = runCatching {
                host.leads.modify(ModifyLead(id = "1234567890123456789", linkman = "甲"))
            }.exceptionOrNull()!!.stackTraceToString()
            for (secret in listOf(Environment.appKey, Environment.openid)) {
                assertFalse(secret in "$shown ${host.attempts}") {
                    shown
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a scan under faults hands out each lead once`(kind: Kind) = runBlocking {
        Sandbox.createLeads(300)
        Sandbox.quirks("page_cap" to 20)
        val expected = Sandbox.leads().map { it.id }.sorted()
        Sandbox.plan("rate" to 0.3, "seed" to 11, "kinds" to (IN_DOUBT + HARMLESS).keys, "slow_ms" to 10)
        val host = Host(kind)
        assertEquals(expected, host.find(QueryLeads(createTimeStart = "2026-01-01")).map { it.id!! }.sorted())
        assertTrue(host.trace().size > 16)
    }

    @ParameterizedTest
    @EnumSource
    fun `modifications and removals under faults are all carried out`(kind: Kind) = runBlocking {
        Sandbox.createLeads(25)
        Sandbox.plan("rate" to 0.3, "seed" to 13, "kinds" to (IN_DOUBT + HARMLESS).keys, "slow_ms" to 10)
        val host = Host(kind)
        forEach(Sandbox.leads()) { lead ->
            host.leads.modify(ModifyLead(id = lead.id, cusName = "N${lead.id}"))
            try {
                host.leads.remove(RemoveLead(id = lead.id))
            } catch (_: QinceException.Rejected) {
                // Its first request was carried out, and the reply lost.
            }
        }
        for (lead in Sandbox.leads()) {
            assertTrue(lead.isRemoved)
            assertTrue("\"N${lead.id}\"" in "$lead")
        }
    }

    companion object {
        // By kind of fault: what the observer sees of the request that meets it.
        private val BEFORE = mapOf("drop_before" to "unknown", "error_500" to "http_status", "bad_gateway" to "http_status")
        private val AFTER = mapOf("drop_after" to "unknown", "error_500_after" to "http_status", "truncated" to "malformed")
        private val HARMLESS = mapOf("slow" to "ok", "late" to "ok", "gzip" to "ok")
        private val IN_DOUBT = BEFORE + AFTER

        @JvmStatic
        fun kindsAndFaults(): List<Arguments> = Kind.entries.flatMap { kind ->
            (IN_DOUBT + HARMLESS).keys.map { arguments(kind, it) }
        }

        @JvmStatic
        fun kindsAndDoubts(): List<Arguments> = Kind.entries.flatMap { kind -> IN_DOUBT.keys.map { arguments(kind, it) } }
    }
}
