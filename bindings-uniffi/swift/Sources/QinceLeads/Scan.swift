/// All leads that a query finds, read page by page as they are asked for. Each iteration begins anew.
public struct Scan<Query: LeadQuery>: AsyncSequence, Sendable {
    /// The leads, page by page.
    public let pages: ScannedPages<Query>

    fileprivate init(_ pages: ScannedPages<Query>) {
        self.pages = pages
    }

    /// A scan that finds these leads, for fakes in tests.
    public init(_ leads: [Query.Found]) {
        self.init(ScannedPages(begin: .given([Page(leads)])))
    }

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
    fileprivate enum State: Sendable {
        case notBegun(QinceLeads, Query)
        case reading(QinceLeads, Pages<Query>)
        case given(ArraySlice<Page<Query.Found>>)
    }

    fileprivate let begin: State

    public struct AsyncIterator: AsyncIteratorProtocol {
        /// `nil` where it is over.
        fileprivate var state: State?

        /// The next page that holds a lead, or the fault of a row that is none.
        ///
        /// - Throws: What ``QinceLeads`` says that a call throws.
        public mutating func next() async throws -> Page<Query.Found>? {
            let begun = state
            // An iteration that fails is over.
            state = nil
            let client: QinceLeads
            let pages: Pages<Query>
            switch begun {
            case .notBegun(let asked, let query): (client, pages) = (asked, try Pages(query))
            case .reading(let asked, let reading): (client, pages) = (asked, reading)
            case .given(let given):
                state = .given(given.dropFirst())
                return given.first
            case nil: return nil
            }
            while let query = try pages.nextQuery() {
                let page = try await client.run(query)
                let leads = try pages.take(page)
                if !leads.isEmpty || !page.faults.isEmpty {
                    state = .reading(client, pages)
                    return Page(leads, faults: page.faults, msgId: page.msgId, reply: page.reply)
                }
            }
            return nil
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(state: begin)
    }
}

extension QinceLeads {
    /// A scan over what a query finds.
    func scan<Query>(_ query: Query) -> Scan<Query> {
        Scan(ScannedPages(begin: .notBegun(self, query)))
    }
}
