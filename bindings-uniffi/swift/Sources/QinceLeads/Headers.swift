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
    /// Whether it is a token, and none that the transport sets.
    fileprivate var isHeaderName: Bool {
        let isToken = utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: Self.signsOfTokens.contains(octet)
            }
        }
        return !isEmpty && isToken && !Self.reserved.contains(lowercased())
    }

    fileprivate var isHeaderValue: Bool {
        utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }
    }

    private static let reserved: Set = [
        "accept-encoding", "connection", "content-length", "expect", "host", "transfer-encoding", "upgrade",
    ]

    private static let signsOfTokens = Array("!#$%&'*+-.^_`|~".utf8)
}
