import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension SignedRequest {
    /// The error, or one that only says what it says, where it shows openid or digest: HTTP libraries like to name the URL
    /// that they could not reach.
    func redacted(_ error: any Error) -> any Error {
        let shown = shown(by: error)
        guard redact(shown) != shown else { return error }
        switch error {
        case let error as URLError:
            return URLError(error.code, userInfo: [NSLocalizedDescriptionKey: redact(error.localizedDescription)])
        case let error as NotSentError: return NotSentError(cause: redacted(error.cause))
        default: return RedactedError(description: redact("\(type(of: error)): \(error)"))
        }
    }

    /// All that an error shows in one way or another.
    private func shown(by error: any Error) -> String {
        var dumped = ""
        dump(error, to: &dumped)
        return "\(error) \(String(reflecting: error)) \(error.localizedDescription) \(dumped)"
    }
}

/// Says what another error said, but for openid and digest.
private struct RedactedError: Error, CustomStringConvertible {
    let description: String
}
