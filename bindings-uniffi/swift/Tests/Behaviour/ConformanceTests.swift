import Foundation
import TestSupport
import Testing
import Vectors

private let passing: JSON = [
    "name": "passes", "kind": "reply", "op": "remove", "status": 200, "body": "{\"return_code\":\"0\"}",
    "expect": ["ok": [:]],
]
private let signed: JSON = [
    "name": "signed", "kind": "sign", "op": "remove", "account": ["openid": "o", "app_key": "k"],
    "stamp": ["now_ms": 0, "msg_id": "m"], "payload": [:],
    "expect": ["violations": [["path": "", "rule": "required_one_of"]]],
]
private let pushed: JSON = [
    "name": "pushed", "kind": "push", "body": "x", "secrets": ["s"], "now_ms": 0, "max_age_ms": nil,
    "expect": ["error": ["kind": "malformed"]],
]
private let send: JSON = ["at": 0, "expect": ["send": ["op": "remove", "msg_id": "m1", "timestamp": "0"]]]
private let replied: JSON = ["at": 1, "give": ["status": 200, "body": "{\"return_code\":\"0\"}"]]
private let done: JSON = ["at": 1, "expect": ["done": ["ok": [:]]]]
private let call: JSON = [
    "name": "call", "kind": "call", "op": "remove", "account": ["openid": "o", "app_key": "k"],
    "payload": ["code": "c"],
    "policy": ["max_attempts": 1, "base_delay_ms": 1, "max_delay_ms": 1, "deadline_ms": nil, "jitter": 0],
    "script": [send],
]
private let relayed: JSON = [
    "name": "relayed", "kind": "relay", "account": ["openid": "o", "app_key": "k"],
    "stamp": ["now_ms": 0, "msg_id": "m"], "allow": ["remove"], "path": "salesleads/v1/removeSalesLeads/m",
    "body": "{}", "expect": ["error": ["kind": "invalid_payload"]],
]
private let ask: JSON = ["expect": ["page": 1, "page_size": 1000]]
private let end: JSON = ["expect": ["end": true]]
private let scan: JSON = [
    "name": "scan", "kind": "pages", "op": "query", "payload": ["code": "c"],
    "script": [ask, ["give": ["ids": []]], end],
]

/// The runner of the vectors fails where it must.
@Suite struct ConformanceTests {
    @Test func whatIsAsExpectedPassesInFilesBelowTheFolderToo() throws {
        let (lines, isGood) = try run([
            "a": [passing, signed, pushed, relayed, call.with("script", [["resume": true], send, replied, done])],
            "below/b": [scan.with("script", [ask, ["resume": true], ask]), call.with("name", "2")],
        ])
        #expect(lines == ["swift: 7 passed, 0 failed"])
        #expect(isGood)
    }

    @Test func anotherExpectationFailsAndSaysWhatCame() throws {
        let (lines, isGood) = try run(["a": [passing.with("expect", ["ok": ["id": "7"]]), signed]])
        #expect(
            lines == [
                "FAILED passes", "  expected {\"ok\":{\"id\":\"7\"}}", "  came     {\"ok\":{}}",
                "swift: 1 passed, 1 failed",
            ])
        #expect(!isGood)
    }

    @Test(arguments: [
        signed.with("expect", ["violations": []]),
        signed.with("expect", ["error": "invalid_account"]),
        signed.with("payload", ["code": "c"]).with("expect", ["url": "u", "body": "b"]),
        pushed.with("expect", ["error": ["kind": "stale"]]),
        relayed.with("expect", ["error": ["kind": "forbidden"]]),
        call.with("script", [send.with("expect", ["wait_until": 5])]),
        call.with("script", [send, replied, done.with("expect", ["done": ["ok": ["id": "1"]]])]),
        scan.with("script", [end]),
        scan.with("script", [ask, ["give": ["ids": ["1"]]], ["expect": ["leads": ["2"]]]]),
    ])
    func aWrongExpectationOfAnyKindFails(_ wrong: JSON) throws {
        let (lines, isGood) = try run(["a": [wrong]])
        #expect(lines.first == "FAILED \(wrong["name"]!.string!)")
        #expect(lines[1].contains("expected"))
        #expect(lines.last == "swift: 0 passed, 1 failed")
        #expect(!isGood)
    }

    @Test(arguments: [
        passing.with("kind", "stream"),
        passing.with("kind", ["sign"]),
        passing.with("kind", nil),
        passing.with("name", 5),
        passing.with("more", 1),
        passing.with("more", nil),
        passing.with("op", "addApaas"),
        passing.with("op", ["add"]),
        passing.with("body", 5),
        passing.with("status", "200"),
        passing.with("status", true),
        passing.with("expect", nil),
        passing.with("expect", [:]),
        passing.with("body_base64", "e30="),
        passing.without("body"),
        passing.without("body").with("body_base64", "e30*"),
        passing.with("expect", ["ok": [:], "more": 1]),
        passing.with("expect", ["ok": [:], "more": nil]),
        passing.with("expect", ["ok": [:], "error": nil]),
        passing.with("expect", ["ok": ["more": nil]]),
        passing.with("expect", ["ok": ["leads": []]]),
        passing.with("body", "x").with("expect", ["error": ["kind": "malformed", "more": nil]]),
        signed.with("account", ["openid": "o", "app_key": "k", "more": nil]),
        signed.with("stamp", ["now_ms": 0, "msg_id": "m", "more": nil]),
        signed.with("stamp", ["now_ms": 0, "msg_id": "m", "form": "iso"]),
        signed.with("expect", ["violations": [], "more": nil]),
        signed.with("expect", ["violations": [["path": "", "rule": "required_one_of", "more": nil]]]),
        signed.with("expect", ["url": "u"]),
        signed.with("op", "other"),
        signed.with("path", "a/b"),
        relayed.with("more", nil),
        relayed.with("allow", "add"),
        relayed.with("expect", ["error": ["kind": "malformed", "more": nil]]),
        pushed.with("secret", "s"),
        pushed.with("sign", ["msg_id": "m"]),
        pushed.with("secrets", "s"),
        pushed.with("more", nil),
        pushed.with("expect", ["error": ["kind": "malformed", "more": nil]]),
        pushed.with("expect", ["ok": [:]]),
        call.with("policy", call["policy"]!.with("more", nil)),
        call.with("policy", call["policy"]!.with("jitter", "0")),
        call.with("policy", call["policy"]!.with("retry_codes", "1")),
        call.with("account", ["openid": "o", "app_key": "k", "more": nil]),
        call.with("account", ["relay_url": "https://example.com", "more": nil]),
        call.with("path", "a/b"),
        call.with("op", "other"),
        call.with("script", [send, ["resume": false], send]),
        call.with("script", [send, ["resume": true, "more": nil], send]),
        call.with("script", [send, replied, done, ["resume": true], done]),
        call.with("script", [send.with("more", nil)]),
        call.with("script", [send.with("give", ["failed": "unknown"])]),
        call.with(
            "script",
            [["at": 0, "expect": ["send": ["op": "remove", "msg_id": "m1", "timestamp": "0", "more": nil]]]]),
        call.with("script", [send, ["at": 0, "give": ["failed": "never"]], send]),
        call.with("script", [send, ["at": 0, "give": ["failed": "unknown", "more": nil]], send]),
        call.with("script", [send, replied.with("give", replied["give"]!.with("more", nil)), done]),
        call.with("script", [["at": 0, "give": ["failed": "unknown"]], send]),
        call.with("script", [send, replied, replied, done]),
        call.with("script", []),
        call.with("script", [send, ["at": 0, "give": ["failed": "unknown"]]]),
        scan.with("op", "remove"),
        scan.with("more", nil),
        scan.with("script", [ask.with("more", nil)]),
        scan.with("script", [ask.with("give", ["ids": []])]),
        scan.with("script", [["expect": ask["expect"]!.with("more", nil)]]),
        scan.with("script", [ask, ["give": ["ids": [], "more": nil]], end]),
        scan.with("script", [["give": ["ids": []]], ask]),
        scan.with("script", [ask, ["resume": false], ask]),
        scan.with("script", [ask, ["give": ["ids": []]], ["resume": true], end]),
        scan.with("script", [["expect": ["end": false]]]),
        "text", nil, 5,
    ])
    func whatIsNotUnderstoodFails(_ one: JSON) throws {
        let (lines, isGood) = try run(["a": [one]])
        #expect(lines.first?.hasPrefix("FAILED ") == true)
        #expect(lines[1].hasPrefix("  not understood: "))
        #expect(lines.last == "swift: 0 passed, 1 failed")
        #expect(!isGood)
    }

    @Test func aNameThatComesTwiceFails() throws {
        let (lines, isGood) = try run(["a": [passing], "b": [passing]])
        #expect(
            lines == ["FAILED passes", "  not understood: a second case of this name", "swift: 1 passed, 1 failed"])
        #expect(!isGood)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"cases\":5}", "{\"cases\":[],\"more\":1}", "{\"cases\":[],\"cases\":[]}", "{} x",
        "{\"cases\":[{\"name\":NaN}]}", "{\"cases\":[01]}", "{\"cases\":[\"\\ud800\"]}", "{\"cases\":[\"\\x\"]}",
    ])
    func aFileThatIsNoSuiteFailsAndTheOthersRun(_ text: String) throws {
        let (lines, isGood) = try run(["b": [passing]], texts: ["a": Data(text.utf8)])
        #expect(lines.first?.hasSuffix("a.json") == true)
        #expect(lines.last == "swift: 1 passed, 1 failed")
        #expect(!isGood)
    }

    @Test func aFileThatIsNoUtf8Fails() throws {
        let (lines, isGood) = try run(texts: ["a": Data("{\"cases\":[{\"name\":\"".utf8 + [0xFF] + "\"}]}".utf8)])
        #expect(lines.last == "swift: 0 passed, 1 failed")
        #expect(!isGood)
    }

    @Test func aFolderInWhichNoCaseRanFails() throws {
        #expect(try run() == (["swift: 0 passed, 0 failed"], false))
        #expect(try run(["a": []]) == (["swift: 0 passed, 0 failed"], false))
    }

    @Test func aFolderThatDoesNotExistFails() {
        var lines: [String] = []
        let runner = Runner { lines.append($0) }
        runner.run(folder: FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString))
        #expect(lines.last == "swift: 0 passed, 1 failed")
        #expect(!runner.isGood)
    }

    @Test func longTextsAreCut() throws {
        let long = String(repeating: "7", count: 10_000)
        let (lines, _) = try run(["a": [passing.with("expect", ["ok": ["id": .text(long)]])]])
        #expect(lines.map(\.count).max()! < 500)
    }

    @Test(arguments: [("12345678901234567891", true), ("12345678901234567892", false)])
    func integersInVectorsKeepEveryDigit(_ expected: String, _ isRight: Bool) throws {
        let lead = passing.with("op", "query")
            .with("body", "{\"return_code\":0,\"response_data\":[{\"n\":12345678901234567891}]}")
            .with("expect", ["ok": ["leads": [["n": .number(expected)]]]])
        #expect(try run(["a": [lead]]).isGood == isRight)
    }

    @Test func decimalsAndLongIntegersOfAPayloadAreSentAsTheyStand() throws {
        let numbers = "[1.10,-0.0,1e400,\(String(repeating: "7", count: 5000))]"
        let one = signed.with("payload", ["code": "c", "extra": ["n": try JSON(numbers)]])
            .with("expect", ["url": "u", "body": .text("{\"code\":\"c\",\"n\":\(numbers)}")])
        let (lines, _) = try run(["a": [one]])
        #expect(lines[2].contains("\"body\":\"{\\\"code\\\":\\\"c\\\",\\\"n\\\":[1.10,-0.0,1e400,777"))
    }

    @Test func textsAreTheSameOnlyByteByByte() throws {
        let reply = passing.with("body", "{\"return_code\":\"1\",\"return_msg\":\"\u{E9}\"}")
        func expecting(_ message: String) -> JSON {
            reply.with("expect", ["error": ["kind": "rejected", "code": "1", "message": .text(message)]])
        }
        #expect(try run(["a": [expecting("\u{E9}")]]).isGood)
        #expect(try !run(["a": [expecting("e\u{301}")]]).isGood)
    }

    @Test func aBooleanIsNoNumberAndNullMembersDoNotCount() throws {
        let reply = passing.with("op", "query").with(
            "body", "{\"return_code\":0,\"response_data\":[{\"n\":1,\"m\":null}]}")
        let right = reply.with("expect", ["ok": ["leads": [["n": 1, "k": nil]]]])
        let wrong = reply.with("name", "wrong").with("expect", ["ok": ["leads": [["n": true]]]])
        let (lines, _) = try run(["a": [right, wrong]])
        #expect(lines.first == "FAILED wrong")
        #expect(lines.last == "swift: 1 passed, 1 failed")
    }

    /// Runs these cases by the name of their file, and texts that are no suites.
    private func run(
        _ cases: [String: [JSON]] = [:], texts: [String: Data] = [:]
    ) throws -> (lines: [String], isGood: Bool) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let suites = cases.mapValues { Data((["cases": .list($0)] as JSON).written.utf8) }
        for (name, content) in suites.merging(texts, uniquingKeysWith: { one, _ in one }) {
            let file = folder.appendingPathComponent("\(name).json")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try content.write(to: file)
        }
        var lines: [String] = []
        let runner = Runner { lines.append($0) }
        runner.run(folder: folder)
        return (lines, runner.isGood)
    }
}

extension JSON {
    /// The object with another member of this name.
    fileprivate func with(_ name: String, _ value: JSON) -> JSON {
        .object((without(name).members ?? []) + [Member(name, value)])
    }

    /// The object without the member of this name.
    fileprivate func without(_ name: String) -> JSON {
        .object((members ?? []).filter { $0.name != name })
    }
}
