import QinceLeadsCore

/// A scan over all pages of a query: the pager below ``QinceLeads``, without a network of its own.
///
/// It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size. A lead is
/// handed out once, wherever and however often it comes again: leads shift from page to page while a scan runs.
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

    private init(_ core: CorePages) {
        self.core = core
    }

    /// Goes on with a scan that was saved.
    ///
    /// - Parameter text: What ``save()`` gave, here or in another language.
    /// - Throws: ``QinceError/malformed(_:)`` where the text is damaged, of another version, or of another query.
    public static func resume(text: String) throws(QinceError) -> Pages {
        Pages(try calling { try CorePages.resume(operation: Query.endpoint.name, text: text) })
    }

    /// The query for the next page; `nil` where the scan has ended.
    ///
    /// - Throws: A ``QinceError`` where the query cannot be written.
    public func nextQuery() throws(QinceError) -> Query? {
        guard let json = core.next() else { return nil }
        return try Query(json: json)
    }

    /// Takes the page that was asked for, and hands out its leads but for those that were handed out before.
    ///
    /// - Throws: ``QinceError/malformed(_:)`` where this is the third page running without a new lead: the service does not turn
    ///   the pages, and the scan would never end. It ends here.
    public func take(_ page: Page<Query.Found>) throws(QinceError) -> [Query.Found] {
        let identities = page.map { lead in lead.id.flatMap { $0.isEmpty ? nil : $0 } ?? lead.toJson() }
        let isEmpty = page.isEmpty && page.faults.isEmpty
        let isNew = try calling { try core.take(identities: identities, isEmpty: isEmpty) }
        return zip(page, isNew).filter { $0.1 != 0 }.map(\.0)
    }

    /// The scan as one line of text, by which ``resume(text:)`` goes on with it in another process, on another host or in
    /// another language; `nil` where it has ended.
    public func save() -> String? {
        core.save()
    }
}
