import Foundation
import QinceLeads

/// What an allocator may keep for itself.
let allowedGrowth = 4 << 20

/// By how much the most memory that was ever in use grows while requests are signed and replies are read this many times.
func growthInBytes(rounds: Int) throws -> Int {
    let account = try Account(openid: "1234567890", appKey: "2EV5i30kYI6r7Hz817")
    let lead = try AddLead(json: Samples.json("add"))
    let found = try Lead(json: Samples.json("lead"))
    let receipt = RawReply(status: 200, body: Data(#"{"return_code":"0","response_data":{"id":"1"}}"#.utf8))
    let page = RawReply(status: 200, body: Data(#"{"return_code":"0","response_data":[\#(found.toJson())]}"#.utf8))
    let junk = RawReply(status: 200, body: Data([0xff]))

    func round() throws {
        let request = try account.sign(lead, Stamp(nowMs: 1_617_206_400_000, msgId: "m"))
        let leads = try QueryLeads.read(page)
        let call = Call(account: account, payload: lead)
        guard case .send(let sent) = try call.step(nowMs: 0, msgId: "m", random: 0) else { fatalError("not sent") }
        call.replied(msgId: "m", nowMs: 1, reply: receipt)
        guard case .done = try call.step(nowMs: 1, msgId: "m", random: 0) else { fatalError("not done") }
        let refused = try? QueryLeads.read(junk)
        precondition(sent.body == request.body && leads.count == 1 && refused == nil)
    }

    for _ in 0..<rounds / 10 {
        try round()
    }
    let before = peakBytes()
    for _ in 0..<rounds {
        try round()
    }
    return peakBytes() - before
}

/// The most memory that was ever in use.
private func peakBytes() -> Int {
    var usage = rusage()
    // The process itself; systems differ in the type of their constant for it.
    getrusage(0, &usage)
    #if os(Linux)
        return usage.ru_maxrss * 1024
    #else
        return usage.ru_maxrss
    #endif
}
