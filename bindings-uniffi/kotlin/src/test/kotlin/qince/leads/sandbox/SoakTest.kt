package qince.leads.sandbox

import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.Receipt

/** Hundreds of adds at once, against a service that fails at random: nothing is lost, and nothing doubled. */
class SoakTest : SandboxTest() {
    private val often =
        listOf("drop_before", "drop_after", "error_500", "error_500_after", "bad_gateway", "truncated", "slow", "gzip")

    // One asks for a second's wait, the other costs a time-out, so they come less often than the others.
    private val kinds = List(5) { often }.flatten() + listOf("too_many", "late", "late")
    private val timeout = 400.milliseconds
    private val slowMs = 800

    /** So many attempts that none but a broken call uses them up. */
    private val patient = Policy(maxAttempts = 40, baseDelayMs = 5, maxDelayMs = 80, deadlineMs = null)

    private suspend fun add(host: Host, name: String, withCode: Boolean = true): Result<Receipt> = runCatching {
        val code = if (withCode) name else null
        if (name.last().digitToInt() % 2 == 0) {
            host.leads.add(AddLead(empName = "负责人", cusName = name, code = code))
        } else {
            host.leads.addApaas(AddApaasLead(companyName = name, code = code))
        }
    }

    /** Ends the faults, waits for what was held back, and counts the faults. */
    private fun faultsMet(): Int {
        Sandbox.plan()
        Sandbox.awaitLateRequests()
        return Sandbox.faultsMet()
    }

    /** Holds what every call said against what is stored. */
    private fun judge(added: Map<String, Result<Receipt>>) {
        val stored = Sandbox.leads().groupBy { lead ->
            val name = lead.payload["cus_name"] ?: lead.payload["company_name"]
            (name as qince.leads.text.Text).value
        }
        assertEquals(emptySet<String>(), stored.keys - added.keys, "stored, but never added")
        val wrong = added.filter { (name, result) ->
            val ids = stored[name].orEmpty().map { it.id }
            val isRight = result.fold({
                ids == listOf(it.id)
            }, { if (it is QinceException.Uncertain) ids.size <= 1 else ids.isEmpty() })
            !isRight
        }
        assertEquals(emptyMap<String, Result<Receipt>>(), wrong)
    }

    @ParameterizedTest
    @EnumSource
    fun `of hundreds of adds under random faults none is lost and none doubled`(kind: Kind) = runBlocking {
        Sandbox.plan("rate" to 0.3, "seed" to 1, "kinds" to kinds, "slow_ms" to slowMs)
        val host = Host(kind, patient, timeout)
        val names = List(200) { "K$it" }
        val added = names.zip(forEach(names) { add(host, it) }).toMap()
        assertTrue(faultsMet() > 40)
        assertTrue(host.trace().size > 240)
        judge(added)
        assertEquals(emptyMap<String, Any>(), added.filterValues { it.isFailure })
        assertEquals(200, Sandbox.leads().size)
    }

    @ParameterizedTest
    @EnumSource
    fun `whatever impatient adds say is so`(kind: Kind) = runBlocking {
        // What is late may come after all that could be asked, so nothing is.
        Sandbox.plan("rate" to 0.6, "seed" to 1, "kinds" to often, "slow_ms" to slowMs)
        val host = Host(kind, Policy(maxAttempts = 2, baseDelayMs = 2, maxDelayMs = 5), timeout)
        val names = List(60) { "I$it" }
        val added = names.zip(forEach(names) { add(host, it) }).toMap()
        assertTrue(faultsMet() > 12)
        judge(added)
        assertTrue(added.values.any { it.exceptionOrNull() is QinceException.Uncertain })
    }

    @ParameterizedTest
    @EnumSource
    fun `adds without codes are never sent again where in doubt`(kind: Kind) = runBlocking {
        Sandbox.plan("rate" to 0.3, "seed" to 1, "kinds" to often, "slow_ms" to slowMs)
        val host = Host(kind, patient, timeout)
        val names = List(60) { "N$it" }
        val added = names.zip(forEach(names) { add(host, it, withCode = false) }).toMap()
        assertTrue(faultsMet() > 6)
        judge(added)
        assertTrue(
            added.values.any { it.isSuccess } &&
                added.values.all { it.isSuccess || it.exceptionOrNull() is QinceException.Uncertain },
        )
        assertTrue(host.trace().none { it.startsWith("query") })
    }
}
