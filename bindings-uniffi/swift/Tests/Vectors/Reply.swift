import Foundation
import QinceLeads
import TestSupport

/// HTTP reply to result.
@Sendable func runReply(_ one: JSON) throws {
    try check(
        "the case", one,
        .head + [
            "op": Is.text, "status": Is.integer, "body?": Is.text, "body_base64?": Is.text, "expect": Is.object,
        ])
    let type = try operation(one.text("op"))
    try checkOutcome("what it expects", one["expect"]!, type)
    guard let status = Int(exactly: one.integer("status")) else { throw NotUnderstood("no status") }
    try compare(one["expect"]!, try outcome(type, RawReply(status: status, body: try body(one))))
}

private func outcome<Operation: Callable>(_ type: Operation.Type, _ reply: RawReply) throws -> JSON {
    do {
        return ["ok": try dump(Operation.read(reply))]
    } catch let error as QinceError {
        return ["error": dump(error)]
    }
}

private func body(_ one: JSON) throws -> Data {
    switch (one["body"]?.string, one["body_base64"]?.string) {
    case (let text?, nil): return Data(text.utf8)
    case (nil, let base64?):
        guard let body = Data(base64Encoded: base64) else { throw NotUnderstood("body_base64 is no Base64") }
        return body
    default: throw NotUnderstood("either body or body_base64 must be given")
    }
}

/// Fails where an outcome is not understood.
func checkOutcome(_ what: String, _ outcome: JSON, _ type: any Callable.Type) throws {
    if try choice(what, outcome, ["ok": ["ok": Is.object], "error": ["error": Is.object]]) == "error" {
        try check("the error of \(what)", outcome["error"]!, .error)
    } else if type is any LeadQuery.Type {
        try check(
            "the result of \(what)", outcome["ok"]!,
            ["leads": Is.list(of: Is.object), "faults?": Is.orNull(Is.list(of: Is.text))])
    } else {
        try check(
            "the result of \(what)", outcome["ok"]!,
            [
                "msg_id?": Is.orNull(Is.text), "id?": Is.orNull(Is.text), "data?": Is.anything,
                "settled?": Is.orNull(Is.flag),
            ])
    }
}

/// A result as vectors write it.
func dump<Result>(_ result: Result) throws -> JSON {
    switch result {
    case let receipt as Receipt:
        [
            "msg_id": text(receipt.msgId), "id": text(receipt.id),
            "data": try receipt.data.map { try JSON(kept: $0.text) } ?? .null,
            "settled": receipt.settled ? true : .null,
        ]
    case let page as Page<Lead>: try dump(page)
    case let page as Page<ApaasLead>: try dump(page)
    default: throw NotUnderstood("a result of \(Result.self)")
    }
}

private func dump<Lead>(_ page: Page<Lead>) throws -> JSON {
    ["leads": .list(try page.map { try JSON(kept: $0.toJson()) }), "faults": dump(page.faults)]
}

/// Where faults are; null where there are none.
func dump(_ faults: [Fault]) -> JSON {
    faults.isEmpty ? .null : .list(faults.map { .text($0.path) })
}

/// An error as vectors write it.
func dump(_ error: QinceError) -> JSON {
    let kind = JSON.text(error.code)
    return switch error {
    case .rejected(let rejected):
        [
            "kind": kind, "code": .text(rejected.returnCode), "message": text(rejected.returnMsg),
            "msg_id": text(rejected.msgId),
        ]
    case .httpStatus(let httpStatus): ["kind": kind, "status": .number(String(httpStatus.status))]
    default: ["kind": kind]
    }
}

func text(_ text: String?) -> JSON {
    text.map(JSON.text) ?? .null
}
