import QinceLeadsCore

/// A scan over all pages of a query: the pager below ``QinceLeads``, without a network of its own.
///
/// It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size. Leads
/// that shifted from one page onto the next while it ran are handed out once.
///
/// It may be used from several threads.
public final class Pages<Query: LeadQuery>: Sendable {
    private let core: CorePages

    /// A scan from the query's page, or from the first.
    ///
    /// - Throws: ``QinceError/invalidPayload(_:)`` where the query's page or its size cannot be one.
    public init(_ query: Query) throws(QinceError) {
        core = try calling { try CorePages(operation: Query.endpoint.name, payload: query.toJson()) }
    }

    /// The query for the next page; `nil` where the scan has ended.
    ///
    /// - Throws: A ``QinceError`` where the query cannot be written.
    public func nextQuery() throws(QinceError) -> Query? {
        guard let json = core.next() else { return nil }
        return try Query(json: json)
    }

    /// Takes the page that was asked for, and hands out its leads but for those seen on the page before.
    ///
    /// - Throws: ``QinceError/malformed(_:)`` where the page only repeats leads of the page before: the service does not turn
    ///   the pages, and the scan would never end. It ends here.
    public func take(_ page: Page<Query.Found>) throws(QinceError) -> [Query.Found] {
        let identities = page.map { $0.id ?? $0.toJson() }
        let isNew = try calling { try core.take(identities: identities) }
        return zip(page, isNew).filter { $0.1 != 0 }.map(\.0)
    }
}
