import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension SignedRequest {
    /// The error, or one that only says what it says, where it shows openid or digest: HTTP libraries like to name the URL
    /// that they could not reach.
    func redacted(_ error: any Error) -> any Error {
        guard secrets.contains(where: shown(by: error).contains) else { return error }
        switch error {
        case let error as URLError: return URLError(error.code)
        case let error as NotSentError: return NotSentError(cause: redacted(error.cause))
        default: return RedactedError(description: redacted("\(type(of: error)): \(error)"))
        }
    }

    /// Openid and digest: what the URL for logs leaves out.
    private var secrets: [String] {
        zip(url.split(separator: "/"), redactedUrl.split(separator: "/")).filter { $0 != $1 }.map { String($0.0) }
    }

    /// All that an error shows in one way or another.
    private func shown(by error: any Error) -> String {
        var dumped = ""
        dump(error, to: &dumped)
        return "\(error) \(String(reflecting: error)) \(error.localizedDescription) \(dumped)"
    }

    private func redacted(_ text: String) -> String {
        secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: "***") }
    }
}

/// Says what another error said, but for openid and digest.
private struct RedactedError: Error, CustomStringConvertible {
    let description: String
}
