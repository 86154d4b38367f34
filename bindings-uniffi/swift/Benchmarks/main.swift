// Measures this package beside Foundation's JSON: `swift run -c release qince-leads-benchmarks`, with `--json` for a
// program. With `--memory`, and how many rounds, it sees whether memory stays as it is.

import Foundation
import QinceLeads

/// What was compared, how it came out, and what it is held to.
struct Row: Encodable {
    let what: String
    let against: String
    var speed: Double?
    var cost: Double?
    var at_least: Double?
    var at_most: Double?
    /// What is aimed at, and not promised.
    var aim_below: Double?
}

func rows() throws -> [Row] {
    let reading = try Reading()
    let signing = try Signing()
    var rows = [
        Row(
            what: "reading, every field", against: "JSONDecoder, two steps",
            speed: try speed(of: reading.ours, against: reading.byDecoder), at_least: 2),
        Row(
            what: "signing an add", against: "JSONEncoder, not signing",
            cost: 1 / (try speed(of: signing.ours, against: signing.byEncoder)), at_most: 1),
    ]
    #if os(Linux)
        // Where the environment names a sandbox.
        if let account = try? Account() {
            let sending = Sending(account)
            rows.append(
                Row(
                    what: "200 adds, ten at once", against: "libcurl, sign, JSONDecoder",
                    cost: 1 / (try speed(of: sending.ours, against: sending.byLibcurl)), aim_below: 1.5))
        }
    #endif
    return rows
}

let arguments = CommandLine.arguments.dropFirst()
if arguments.contains("--memory") {
    let rounds = arguments.last.flatMap { Int($0) } ?? 100_000
    let growth = try growthInBytes(rounds: rounds)
    print("memory grew by \(growth / 1024) KiB in \(rounds) rounds")
    exit(growth <= allowedGrowth ? 0 : 1)
} else if arguments.contains("--json") {
    print(String(decoding: try JSONEncoder().encode(rows()), as: UTF8.self))
} else {
    for row in try rows() {
        let ratio = row.speed.map { String(format: "%.2f times as fast", $0) }
        print(row.what, "against", row.against, ratio ?? String(format: "%.2f of the time", row.cost ?? .nan))
    }
}
