package qince.leads.demo

import kotlinx.coroutines.flow.toList
import qince.leads.AddApaasLead
import qince.leads.AddLead
import qince.leads.ModifyApaasLead
import qince.leads.ModifyLead
import qince.leads.Payload
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.Receipt
import qince.leads.RemoveLead
import qince.leads.sandbox.Environment.sample
import qince.leads.sandbox.Sandbox

/**
 * All seven operations with the samples of the vendor's page. Only ids that no lead of the sandbox has are replaced by
 * those of the leads that were just added.
 */
internal suspend fun showOperations(stage: Stage) {
    val leads = stage.leads
    val lead = AddLead.fromJson(sample("add"))
    val id = added(stage, lead) { leads.add(lead) }
    val apaasLead = AddApaasLead.fromJson(sample("add_apaas"))
    val apaasId = added(stage, apaasLead) { leads.addApaas(apaasLead) }

    val change = ModifyLead.fromJson(sample("modify")).copy(id = id)
    changed(stage, id, change) { leads.modify(change) }
    val apaasChange = ModifyApaasLead.fromJson(sample("modify_apaas")).copy(id = apaasId)
    changed(stage, apaasId, apaasChange) { leads.modifyApaas(apaasChange) }

    showFound(stage, id)
    showFoundApaas(stage, apaasId)

    val removal = RemoveLead.fromJson(sample("remove"))
    expect(changed(stage, id, removal) { leads.remove(removal) }.isRemoved) { "the lead was not removed" }
}

/** Adds a lead, and returns its id. */
private suspend fun added(stage: Stage, payload: Payload<Receipt>, call: suspend () -> Receipt): String {
    val id = stage.show(payload, ::describe, call).id ?: throw AssertionError("the receipt has no id")
    written(stage, id, payload)
    return id
}

/** Modifies or removes a lead, and returns what the sandbox has of it. */
private suspend fun changed(stage: Stage, id: String, payload: Payload<Receipt>, call: suspend () -> Receipt): Sandbox.Lead {
    stage.show(payload, ::describe, call)
    return written(stage, id, payload)
}

/** Makes sure that this payload was the last that wrote the lead. */
private fun written(stage: Stage, id: String, payload: Payload<*>): Sandbox.Lead {
    val lead = Sandbox.leads().singleOrNull { it.id == id } ?: throw AssertionError("the sandbox has no lead $id")
    expect(lead.lastBody == stage.bodyOf(payload)) { "what wrote lead $id is not what was sent" }
    Screen.ok("it arrived word for word, and was carried out")
    return lead
}

private fun describe(receipt: Receipt): String = receipt.id?.let { "id $it" } ?: receipt.msgId?.let { "msg_id $it" } ?: "accepted"

private suspend fun showFound(stage: Stage, id: String) {
    suspend fun run(query: QueryLeads) = stage.show(query, ::count) { stage.leads.query(query).toList() }

    expect(run(QueryLeads.fromJson(sample("query"))).isEmpty()) { "the sample's conditions fit no lead" }
    val found = only(run(QueryLeads(code = "codezs")))
    expect(found.id == id) { "another lead was found" }
    expect(found.markAddr == "南京市铁心桥") { "the lead was not modified" }
    Screen.ok("lead $id, ${found.cusName}, ${found.markAddr}, as modified")
}

private suspend fun showFoundApaas(stage: Stage, id: String) {
    suspend fun run(query: QueryApaasLeads) = stage.show(query, ::count) { stage.leads.queryApaas(query).toList() }

    expect(run(QueryApaasLeads.fromJson(sample("query_apaas"))).isEmpty()) { "the sample's conditions fit no lead" }
    val found = only(run(QueryApaasLeads(id = id)))
    expect(found.id == id) { "another lead was found" }
    expect(found.companyName == "掌控网络") { "the lead was not modified" }
    val phone = found.mobile?.phone ?: throw AssertionError("the lead has no mobile number")
    Screen.ok("lead $id, ${found.companyName}, $phone, as modified")
}

private fun count(leads: List<*>): String = if (leads.size == 1) "1 lead" else "${leads.size} leads"

private fun <L> only(leads: List<L>): L = leads.singleOrNull() ?: throw AssertionError("${leads.size} leads were found")
