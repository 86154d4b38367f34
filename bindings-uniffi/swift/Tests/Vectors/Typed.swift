import QinceLeads
import TestSupport

/// What an operation, or any other endpoint, is called by.
func operation(_ name: String) throws -> any Callable.Type {
    switch name {
    case "add": AddLead.self
    case "add_apaas": AddApaasLead.self
    case "modify": ModifyLead.self
    case "modify_apaas": ModifyApaasLead.self
    case "remove": RemoveLead.self
    case "query": QueryLeads.self
    case "query_apaas": QueryApaasLeads.self
    case "other": Other.self
    default: throw NotUnderstood("no operation `\(name)`")
    }
}

/// The query type of an operation that has pages.
func query(_ name: String) throws -> any LeadQuery.Type {
    guard let type = try operation(name) as? any LeadQuery.Type else { throw NotUnderstood("`\(name)` has no pages") }
    return type
}

func account(_ account: JSON) throws -> Account {
    if let relayUrl = account["relay_url"]?.string { return try .relay(relayUrl) }
    return try Account(
        openid: account.text("openid"), appKey: account.text("app_key"), baseUrl: account["base_url"]?.string)
}

func stamp(_ stamp: JSON) -> Stamp {
    Stamp(
        nowMs: stamp.integer("now_ms"), msgId: stamp.text("msg_id"),
        form: stamp["form"]?.string == "compact" ? .compact : .epochMs)
}

/// What a case calls.
func called(_ one: JSON) throws -> any Callable {
    guard let type = try operation(one.text("op")) as? any Payload.Type else {
        return Other(
            path: one.text("path"), payload: try Json(parsing: one["payload"]!.written),
            repeat: one["repeat"]?.flag ?? true)
    }
    return try payload(type, one["payload"]!)
}

/// The payload that JSON says.
func payload<P: Payload>(_ type: P.Type, _ json: JSON) throws(QinceError) -> P {
    try P(json: json.written)
}
