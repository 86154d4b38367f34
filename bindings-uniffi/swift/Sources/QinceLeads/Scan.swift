/// All leads that a query finds, read page by page as they are asked for. Each iteration begins anew.
public struct Scan<Query: LeadQuery>: AsyncSequence, Sendable {
    /// The leads, page by page.
    public let pages: ScannedPages<Query>

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var pages: ScannedPages<Query>.AsyncIterator
        fileprivate var leads: IndexingIterator<Page<Query.Found>>

        /// The next lead.
        ///
        /// - Throws: What ``QinceLeads`` says that a call throws.
        public mutating func next() async throws -> Query.Found? {
            while true {
                if let lead = leads.next() { return lead }
                guard let page = try await pages.next() else { return nil }
                leads = page.makeIterator()
            }
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pages: pages.makeAsyncIterator(), leads: Page([]).makeIterator())
    }
}

/// All leads that a query finds, page by page, none of which is empty. Each iteration begins anew.
public struct ScannedPages<Query: LeadQuery>: AsyncSequence, Sendable {
    fileprivate let client: QinceLeads
    fileprivate let query: Query

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate enum State {
            case notBegun(Query)
            case reading(Pages<Query>)
            case over
        }

        fileprivate let client: QinceLeads
        fileprivate var state: State

        /// The next page that holds a lead, or the fault of a row that is none.
        ///
        /// - Throws: What ``QinceLeads`` says that a call throws.
        public mutating func next() async throws -> Page<Query.Found>? {
            let begun = state
            // An iteration that fails is over.
            state = .over
            let pages: Pages<Query>
            switch begun {
            case .notBegun(let query): pages = try Pages(query)
            case .reading(let reading): pages = reading
            case .over: return nil
            }
            while let query = try pages.nextQuery() {
                let page = try await client.run(query)
                let leads = try pages.take(page)
                if !leads.isEmpty || !page.faults.isEmpty {
                    state = .reading(pages)
                    return Page(leads, faults: page.faults, msgId: page.msgId)
                }
            }
            return nil
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(client: client, state: .notBegun(query))
    }
}

extension QinceLeads {
    /// A scan over what a query finds.
    func scan<Query>(_ query: Query) -> Scan<Query> {
        Scan(pages: ScannedPages(client: self, query: query))
    }
}
