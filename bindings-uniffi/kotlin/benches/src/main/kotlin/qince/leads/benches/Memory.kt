package qince.leads.benches

import java.io.File
import kotlinx.coroutines.runBlocking
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.Call
import qince.leads.Json
import qince.leads.QinceLeads
import qince.leads.QueryLeads
import qince.leads.RawReply
import qince.leads.Stamp

/** How often, where the program is not told. */
private const val ROUNDS = 100_000

/** After so many rounds all buffers and pools have grown as far as they will. */
private const val FIRST_ROUNDS = 20_000

private const val MOST_GROWTH_KIB = 24 * 1024

private val receipt = RawReply(200, """{"return_code":"0","response_data":"7"}""".toByteArray())
private val page = RawReply(200, """{"return_code":"0","response_data":[{"id":"7","cus_name":"示例公司"}]}""".toByteArray())

/**
 * Signs by both lanes, reads and calls a hundred thousand times, also calls that are never finished, and fails where
 * memory has grown: the process as a whole, and so what the core holds, too. Nothing is closed.
 */
fun main(arguments: Array<String>) {
    val rounds = arguments.firstOrNull()?.toIntOrNull() ?: ROUNDS
    repeat(minOf(rounds, FIRST_ROUNDS), ::round)
    val before = residentKib()
    repeat(rounds, ::round)
    val growth = residentKib() - before
    println("$rounds rounds: $before KiB, and $growth KiB more")
    check(growth < MOST_GROWTH_KIB) { "memory has grown by $growth KiB" }
}

private fun round(number: Int) {
    val account = Account("1234567890", "2EV5i30kYI6r7Hz817")
    val lead = AddLead(cusName = "示例公司", empName = "负责人", code = "L$number")
    val stamp = Stamp(1_617_206_400_000 + number, "m$number")
    account.sign(lead, stamp)
    account.sign(lead.copy(extra = mapOf("number" to Json.of(number))), stamp)
    check(QueryLeads.read(page).single().id == "7")
    Call(account, lead).step(stamp.nowMs, stamp.msgId, 0.5)
    runBlocking { check(QinceLeads(account, { _, _ -> receipt }).add(lead).id == "7") }
}

/** How much memory the process has, once its garbage is gone. */
private fun residentKib(): Int {
    repeat(3) {
        System.gc()
        Thread.sleep(300)
    }
    val line = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
    return line.filter(Char::isDigit).toInt()
}
