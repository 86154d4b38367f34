package qince.leads.demo

import qince.leads.AddLead
import qince.leads.sandbox.Sandbox

private const val CODE = "D1"

/** An add is carried out, but its reply never comes. */
internal suspend fun showUncertain(stage: Stage) {
    Sandbox.planNext("drop_after")
    val receipt = stage.leads.add(AddLead(cusName = "示例公司", empName = "负责人", code = CODE))
    Sandbox.plan()

    val attempts = stage.attempts()
    for (attempt in attempts) {
        Screen.line(attempt.operation, "sent", stage.path(attempt))
        val came = attempt.status?.let { "HTTP $it" } ?: "the connection was closed without a reply"
        Screen.line("", "came", "$came in ${attempt.durationMs} ms: ${attempt.outcome}")
    }
    val seen = attempts.map { "${it.operation} ${it.outcome}" }
    expect(seen == listOf("add unknown", "query ok")) { "the attempts were $seen" }

    val stored = Sandbox.leadsWithCode(CODE)
    expect(stored.size == 1) { "${stored.size} leads have the code $CODE" }
    expect(receipt.id == stored[0].id) { "the query found another lead" }
    Screen.ok("found by its code $CODE: id ${receipt.id}, the only lead that has it")
}
