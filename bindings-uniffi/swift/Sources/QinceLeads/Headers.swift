extension SignedRequest {
    /// The request with these headers, of which the last of a name wins; its own always do.
    ///
    /// - Throws: ``NotSentError`` where one cannot be sent.
    func adding(_ added: [[String: String]]) throws(NotSentError) -> SignedRequest {
        var all: [String: (name: String, value: String)] = [:]
        for headers in added + [headers] {
            for (name, value) in headers {
                guard name.isHeaderName && value.isHeaderValue else {
                    throw NotSentError(
                        cause: TransportError(description: "header \"\(name)\": this name or its value cannot be sent"))
                }
                all[name.lowercased()] = (name, value)
            }
        }
        var request = self
        request.headers = Dictionary(uniqueKeysWithValues: all.values.map { ($0.name, $0.value) })
        return request
    }
}

extension String {
    /// Whether it is a token, and none that says how long a body is or where it goes to.
    fileprivate var isHeaderName: Bool {
        let isToken = !isEmpty && utf8.allSatisfy { Self.ofTokens.contains($0) }
        return isToken
            && !["connection", "content-length", "expect", "host", "transfer-encoding"].contains(lowercased())
    }

    fileprivate var isHeaderValue: Bool {
        utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }

    private static let ofTokens = Set(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}
