import Foundation
import QinceLeads

/// The vendor's samples.
enum Samples {
    /// How many leads a page holds.
    static let leads = 1000

    /// One of the samples, as JSON text.
    static func json(_ name: String) throws -> String {
        let folder = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { path, _ in path.deletingLastPathComponent() }
        return try String(contentsOf: folder.appending(path: "tests/samples/\(name).json"), encoding: .utf8)
    }

    /// A page of leads as the service sends it: JSON text inside a JSON string.
    static func page() throws -> Data {
        let lead = try Lead(json: json("lead"))
        let first = Int(lead.id ?? "") ?? 0
        let leads = (0..<leads).map { number in
            var lead = lead
            lead.id = String(first + number)
            return lead.toJson()
        }
        let reply: Json = [
            "return_code": "0", "return_msg": "", "msg_id": "m",
            "response_data": Json("[\(leads.joined(separator: ","))]"),
        ]
        return Data(reply.text.utf8)
    }
}
