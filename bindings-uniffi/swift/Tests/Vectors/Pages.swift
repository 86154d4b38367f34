import Foundation
import QinceLeads
import TestSupport

/// The pager, page by page.
@Sendable func runPages(_ one: JSON) throws {
    try check("the case", one, .head + ["op": Is.text, "payload": Is.anything, "script": Is.list])
    let type = try query(one.text("op"))
    let script = one["script"]!.elements!
    for (index, event) in script.enumerated() { try checkEvent(index, event) }
    guard script.last?["expect"] != nil else { throw NotUnderstood("the script does not end in an `expect`") }
    try run(one, script, type)
}

private func checkEvent(_ index: Int, _ event: JSON) throws {
    switch try choice(
        "event \(index)", event,
        ["expect": ["expect": Is.object], "give": ["give": Is.object], "resume": ["resume": Is.yes]])
    {
    case "give":
        try check("what event \(index) gives", event["give"]!, ["ids": Is.list(of: Is.orNull(Is.text))])
        return
    case "resume": return
    default: break
    }
    let kind = try choice(
        "what event \(index) expects", event["expect"]!,
        [
            "page": ["page": Is.integer, "page_size": Is.integer], "leads": ["leads": Is.list(of: Is.text)],
            "end": ["end": Is.yes], "error": ["error": Is.object],
        ])
    if kind == "error" { try check("the error of event \(index)", event["expect"]!["error"]!, .error) }
}

private func run<Query: LeadQuery>(_ one: JSON, _ script: [JSON], _: Query.Type) throws {
    let driver = Driver(try Pages(try payload(Query.self, one["payload"]!)))
    for (index, event) in script.enumerated() {
        if let given = event["give"] {
            try driver.give(index, given["ids"]!)
        } else if event["resume"] != nil {
            try driver.resume(index)
        } else {
            try compare(event["expect"]!, try driver.next(), "event \(index)")
        }
    }
}

/// The host of a scan: it reads the pages that it is given.
private final class Driver<Query: LeadQuery> {
    private var pages: Pages<Query>
    private var taken: JSON?
    private var isAsked = false

    init(_ pages: Pages<Query>) {
        self.pages = pages
    }

    func give(_ index: Int, _ ids: JSON) throws {
        guard isAsked else { throw NotUnderstood("event \(index): no page was asked for") }
        isAsked = false
        let rows = JSON.list(ids.elements!.map { ["id": $0] })
        let body: JSON = ["return_code": "0", "response_data": rows]
        let page = try Query.read(RawReply(status: 200, body: Data(body.written.utf8)))
        do throws(QinceError) {
            let leads = try pages.take(page)
            // An empty page ends the scan; one of leads that were handed out before does not.
            taken = page.isEmpty ? nil : ["leads": .list(leads.compactMap(\.id).map(JSON.text))]
        } catch {
            taken = ["error": dump(error)]
        }
    }

    /// Goes on with the scan from its text.
    func resume(_ index: Int) throws {
        guard let saved = pages.save() else { throw NotUnderstood("event \(index): there is nothing to save") }
        pages = try .resume(text: saved)
    }

    /// What came of the page that was given last, or else what is asked for next.
    func next() throws -> JSON {
        if let taken {
            self.taken = nil
            return taken
        }
        guard let query = try pages.nextQuery() else { return ["end": true] }
        isAsked = true
        let asked = try JSON(query.toJson())
        return ["page": asked["page"] ?? .null, "page_size": asked["pageSize"] ?? .null]
    }
}
