package qince.leads.conformance

import qince.leads.ApaasLead
import qince.leads.Lead
import qince.leads.Pages
import qince.leads.QinceException
import qince.leads.Query
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.QueryOperation
import qince.leads.RawReply
import qince.leads.Record
import qince.leads.text.Members
import qince.leads.text.Value
import qince.leads.text.members
import qince.leads.text.writeJson

private val SHAPE = HEAD + mapOf("op" to text, "payload" to anything, "script" to someItems)
private val EVENT: Map<String, Shape> =
    mapOf(
        "expect" to mapOf("expect" to someMembers),
        "give" to mapOf("give" to someMembers),
        "resume" to mapOf("resume" to yes),
    )
private val GIVEN: Shape = mapOf("ids" to listOf(nullOr(text)))
private val EXPECTED: Map<String, Shape> = mapOf(
    "page" to mapOf("page" to integer, "page_size" to integer),
    "leads" to mapOf("leads" to listOf(text)),
    "end" to mapOf("end" to yes),
    "error" to mapOf("error" to someMembers),
)

/** The pager, page by page. */
internal fun runPages(case: Members) {
    check("the case", case, SHAPE)
    val script = case.items("script")
    val operation = operation(case.text("op")) as? QueryOperation<*, *>
        ?: throw NotUnderstoodException("`${case.text("op")}` has no pages")
    script.forEachIndexed(::checkEvent)
    val last = script.lastOrNull() as? Members
    if (last?.get("expect") == null) throw NotUnderstoodException("the script does not end in an `expect`")
    run(Scan(operation, case["payload"]!!), script.map { it as Members })
}

private fun run(scan: Scan<*>, script: List<Members>) {
    script.forEachIndexed { i, event ->
        when {
            event["give"] != null -> scan.give(i, event.members("give").items("ids"))
            event["resume"] != null -> scan.resume(i)
            else -> compare(event["expect"]!!, scan.next(), "event $i")
        }
    }
}

private fun checkEvent(i: Int, event: Value) {
    when (choice("event $i", event, EVENT)) {
        "give" -> check("what event $i gives", (event as Members)["give"], GIVEN)
        "expect" -> {
            val expected = (event as Members).members("expect")
            if (choice("what event $i expects", expected, EXPECTED) == "error") {
                check("the error of event $i", expected["error"], ERROR)
            }
        }
    }
}

/** The host of a scan: it reads the pages that it is given. */
private class Scan<L : Record>(private val operation: QueryOperation<Query<L>, L>, payload: Value) {
    private var pages = Pages(payloadOf(operation, payload))
    private var taken: Members? = null
    private var isAsked = false

    fun give(i: Int, ids: List<Value>) {
        if (!isAsked) throw NotUnderstoodException("event $i: no page was asked for")
        isAsked = false
        val body = members("return_code" to "0", "response_data" to ids.map { members("id" to it) })
        val page = operation.read(RawReply(200, bytesOf(writeJson(body))))
        taken = try {
            val leads = pages.take(page)
            // An empty page ends the scan; one of leads that were handed out before does not.
            if (ids.isEmpty()) null else members("leads" to leads.mapNotNull(::idOf))
        } catch (error: QinceException) {
            members("error" to errorOf(error))
        }
    }

    /** Saves the scan, and goes on with what was saved. */
    fun resume(i: Int) {
        val saved = pages.save() ?: throw NotUnderstoodException("event $i: nothing to save")
        pages = Pages.resume(operation, saved)
    }

    /** What came of the page that was given last, or else what is asked for next. */
    fun next(): Members {
        taken?.let { return it.also { taken = null } }
        val query = pages.nextQuery() ?: return members("end" to true)
        isAsked = true
        return when (query) {
            is QueryLeads -> members("page" to query.page, "page_size" to query.pageSize)
            is QueryApaasLeads -> members("page" to query.page, "page_size" to query.pageSize)
        }
    }

    private fun idOf(lead: Record): String? = when (lead) {
        is Lead -> lead.id
        is ApaasLead -> lead.id
        else -> throw AssertionError("no lead: ${lead::class}")
    }
}
