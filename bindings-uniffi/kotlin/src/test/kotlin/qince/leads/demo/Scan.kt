package qince.leads.demo

import kotlinx.coroutines.flow.toList
import qince.leads.QueryLeads
import qince.leads.sandbox.Sandbox

private const val LEADS = 2500

/** A scan over more leads than a page holds. */
internal suspend fun showScan(stage: Stage) {
    val before = ids()
    Sandbox.createLeads(LEADS, codePrefix = "P")
    val created = ids() - before

    val query = QueryLeads(createTimeStart = "2026-01-01", createTimeEnd = "2026-01-01", page = 1, pageSize = 1000)
    val read = stage.leads.query(query).toList().map { it.id }
    val attempts = stage.attempts()
    Screen.line("query", "sent", stage.path(attempts.first()))
    Screen.line("", "", stage.bodyOf(query))
    Screen.line("", "came", "%,d leads in ${attempts.size} requests; the last page was empty".format(read.size))

    expect(read.size == LEADS) { "${read.size} leads were read" }
    expect(read.toSet().size == LEADS) { "a lead was handed out twice" }
    expect(read.toSet() == created) { "the leads read are not those that were created" }
    Screen.ok("every lead once, and just those that the sandbox has")
}

private fun ids(): Set<String?> = Sandbox.leads().map { it.id }.toSet()
