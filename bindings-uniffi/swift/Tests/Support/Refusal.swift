import QinceLeads

/// The error of this SDK that something ends with; nothing where it goes well, or ends with another error.
public func refusal(_ run: () throws -> some Any) -> QinceError? {
    do {
        _ = try run()
        return nil
    } catch {
        return error as? QinceError
    }
}

/// The error of this SDK that something ends with; nothing where it goes well, or ends with another error.
public func refusal(_ run: () async throws -> some Sendable) async -> QinceError? {
    do {
        _ = try await run()
        return nil
    } catch {
        return error as? QinceError
    }
}
