/// A server on this machine that takes JSON and answers with it.
public struct Server: Sendable {
    private let port: UInt16

    public init(port: UInt16) {
        self.port = port
    }

    /// What it answers.
    @discardableResult
    public func ask(_ method: String, _ path: String, _ order: JSON? = nil) async throws -> JSON {
        let body = Array((order?.written ?? "").utf8)
        return try await inThread {
            let connection = try Connection(to: port)
            defer { connection.end() }
            try connection.write(
                """
                \(method) \(path) HTTP/1.1\r
                Host: 127.0.0.1\r
                Content-Type: application/json\r
                Content-Length: \(body.count)\r
                Connection: close\r
                \r

                """.utf8)
            try connection.write(body)
            guard let (head, answer) = try connection.message() else { throw Wrong("\(path): no answer") }
            guard head.split(separator: " ")[1].first == "2" else {
                let said = String(decoding: answer.prefix(300), as: UTF8.self)
                throw Wrong("\(method) \(path): \(head.prefix(20)) \(said)")
            }
            return answer.isEmpty ? .null : try JSON(answer)
        }
    }
}
