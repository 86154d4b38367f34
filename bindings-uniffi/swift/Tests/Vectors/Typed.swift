import QinceLeads
import TestSupport

/// The payload type of an operation.
func operation(_ name: String) throws -> any Payload.Type {
    switch name {
    case "add": AddLead.self
    case "add_apaas": AddApaasLead.self
    case "modify": ModifyLead.self
    case "modify_apaas": ModifyApaasLead.self
    case "remove": RemoveLead.self
    case "query": QueryLeads.self
    case "query_apaas": QueryApaasLeads.self
    default: throw NotUnderstood("no operation `\(name)`")
    }
}

/// The query type of an operation that has pages.
func query(_ name: String) throws -> any LeadQuery.Type {
    guard let type = try operation(name) as? any LeadQuery.Type else { throw NotUnderstood("`\(name)` has no pages") }
    return type
}

func account(_ account: JSON) throws -> Account {
    try Account(
        openid: account.text("openid"), appKey: account.text("app_key"), baseUrl: account["base_url"]?.string)
}

/// The payload that JSON says.
func payload<P: Payload>(_ type: P.Type, _ json: JSON) throws(QinceError) -> P {
    try P(json: json.written)
}
