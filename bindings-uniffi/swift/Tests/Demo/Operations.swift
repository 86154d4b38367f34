import QinceLeads
import TestSupport

/// All seven operations with the samples of the vendor's page.
///
/// Only ids that no lead of the sandbox has are replaced by those of the leads that were just added.
func showOperations(_ stage: Stage) async throws {
    let client = stage.client
    let lead = try AddLead(json: sample("add"))
    let id = try await added(stage, lead) { try await client.add(lead) }
    let apaasLead = try AddApaasLead(json: sample("add_apaas"))
    let apaasId = try await added(stage, apaasLead) { try await client.addApaas(apaasLead) }

    var change = try ModifyLead(json: sample("modify"))
    change.id = id
    _ = try await changed(stage, id, change) { [change] in try await client.modify(change) }
    var apaasChange = try ModifyApaasLead(json: sample("modify_apaas"))
    apaasChange.id = apaasId
    _ = try await changed(stage, apaasId, apaasChange) { [apaasChange] in try await client.modifyApaas(apaasChange) }

    try await found(stage, id)
    try await foundApaas(stage, apaasId)

    let removal = try RemoveLead(json: sample("remove"))
    let stored = try await changed(stage, id, removal) { try await client.remove(removal) }
    try expect(stored.isRemoved, "the lead was not removed")
}

/// Adds a lead, and returns its id.
private func added(_ stage: Stage, _ payload: some Payload, _ call: () async throws -> Receipt) async throws -> String {
    let receipt = try await stage.show(payload, call, describe)
    guard let id = receipt.id else { throw Wrong("the receipt has no id") }
    _ = try await written(stage, id, payload)
    return id
}

/// Modifies or removes a lead, and returns what the sandbox has of it.
private func changed(
    _ stage: Stage, _ id: String, _ payload: some Payload, _ call: () async throws -> Receipt
) async throws -> Stored {
    _ = try await stage.show(payload, call, describe)
    return try await written(stage, id, payload)
}

private func describe(_ receipt: Receipt) -> String {
    if let id = receipt.id { return "id \(id)" }
    return receipt.msgId.map { "msg_id \($0)" } ?? "accepted"
}

/// Makes sure that this payload was the last that wrote the lead.
private func written(_ stage: Stage, _ id: String, _ payload: some Payload) async throws -> Stored {
    let lead = try await stage.sandbox.lead(id)
    let body = try stage.body(of: payload)
    try expect(lead.writes.last?.body == body, "what wrote lead \(id) is not what was sent")
    Screen.ok("it arrived word for word, and was carried out")
    return lead
}

private func found(_ stage: Stage, _ id: String) async throws {
    func run(_ query: QueryLeads) async throws -> [Lead] {
        try await stage.show(query, { try await all(stage.client.query(query)) }, count)
    }
    try expect(try await run(QueryLeads(json: sample("query"))).isEmpty, "the sample's conditions fit no lead")
    let lead = try only(try await run(QueryLeads(code: "codezs")))
    try expect(lead.id == id, "another lead was found")
    try expect(lead.markAddr == "南京市铁心桥", "the lead was not modified")
    Screen.ok("lead \(id), \(lead.cusName ?? ""), \(lead.markAddr ?? ""), as modified")
}

private func foundApaas(_ stage: Stage, _ id: String) async throws {
    func run(_ query: QueryApaasLeads) async throws -> [ApaasLead] {
        try await stage.show(query, { try await all(stage.client.queryApaas(query)) }, count)
    }
    try expect(
        try await run(QueryApaasLeads(json: sample("query_apaas"))).isEmpty, "the sample's conditions fit no lead")
    let lead = try only(try await run(QueryApaasLeads(id: id)))
    try expect(lead.id == id, "another lead was found")
    try expect(lead.companyName == "掌控网络", "the lead was not modified")
    guard let phone = lead.mobile?.phone else { throw Wrong("the lead has no mobile number") }
    Screen.ok("lead \(id), 掌控网络, \(phone), as modified")
}

private func count(_ leads: [some Any]) -> String {
    leads.count == 1 ? "1 lead" : "\(leads.count) leads"
}

private func only<Lead>(_ leads: [Lead]) throws -> Lead {
    try expect(leads.count == 1, "\(leads.count) leads were found")
    return leads[0]
}
