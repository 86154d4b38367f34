import QinceLeadsCore

extension SignedRequest {
    /// The request with these headers, of which the last of a name wins; its own always do.
    func adding(_ added: [[String: String]]) -> SignedRequest {
        var all: [String: (name: String, value: String)] = [:]
        for headers in added + [headers] {
            for (name, value) in headers { all[name.lowercased()] = (name, value) }
        }
        var request = self
        request.headers = Dictionary(uniqueKeysWithValues: all.values.map { ($0.name, $0.value) })
        return request
    }
}

extension [String: String] {
    /// The same headers, if requests may have them.
    ///
    /// - Throws: ``QinceError/invalidAccount(_:)``, which names the one that they may not have, and not its value.
    func checked() throws(QinceError) -> Self {
        for (name, value) in self {
            try calling { try checkHeader(name: name, value: value) }
        }
        return self
    }
}
