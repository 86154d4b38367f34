import Foundation
import QinceLeads

/// Signing an add, which checks every rule; and encoding it, which checks and signs nothing.
final class Signing {
    private let account: Account
    private let lead: AddLead
    private let peer: CodableAdd
    private let encoder = JSONEncoder()
    private var nowMs: Int64 = 1_617_206_400_000

    init() throws {
        account = try Account(openid: "1234567890", appKey: "2EV5i30kYI6r7Hz817")
        let sample = try Samples.json("add")
        lead = try AddLead(json: sample)
        peer = try JSONDecoder().decode(CodableAdd.self, from: Data(sample.utf8))
        let encoded = try AddLead(json: String(decoding: encoder.encode(peer), as: UTF8.self))
        precondition(encoded == lead, "the contenders write different things")
    }

    func ours() throws -> Int {
        nowMs += 1
        let request = try account.sign(lead, Stamp(nowMs: nowMs, msgId: "0e6f3a52-5d1c-4c39-8d3f-7a4b1f0f2a11"))
        return request.url.utf8.count + request.body.utf8.count
    }

    func byEncoder() throws -> Int {
        try encoder.encode(peer).count
    }
}
