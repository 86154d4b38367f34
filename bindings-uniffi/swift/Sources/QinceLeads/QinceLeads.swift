import Foundation

/// The sales leads of one account.
///
/// ```swift
/// let client = QinceLeads(account: try Account(openid: openid, appKey: appKey, baseUrl: baseUrl))
/// try await client.add(AddLead(empName: "负责人", code: "L1", cusName: "示例公司"))
/// for try await lead in client.query(QueryLeads(createTimeStart: "2026-01-01")) {
///     print(lead.cusName ?? "")
/// }
/// ```
///
/// Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its `code`, so
/// give each lead one.
///
/// A call that is given up, because its task is cancelled, throws `CancellationError`; where an add may have been carried out
/// by then, it throws ``QinceError/uncertain(_:)`` instead.
///
/// Copies share connections, and the limit of requests at once.
public struct QinceLeads: LeadsClient {
    /// The account that signs.
    public let account: Account

    /// How the client calls.
    public var options: Options

    /// What sends its requests.
    public let transport: any Transport

    let turns = Turns()

    /// - Parameters:
    ///   - account: Who calls.
    ///   - transport: What sends requests; where it is left out, `CurlTransport` on Linux and ``URLSessionTransport`` elsewhere.
    ///   - options: How to call.
    public init(account: Account, transport: (any Transport)? = nil, options: Options = Options()) {
        self.account = account
        self.transport = transport ?? makeTransport()
        self.options = options
    }

    /// A client of the account that the environment names: see ``Account/init(environment:)``.
    ///
    /// - Parameters:
    ///   - transport: What sends requests, as above.
    ///   - options: How to call.
    /// - Throws: ``QinceError/invalidAccount(message:)`` where a variable is missing, or its value cannot be used.
    public init(transport: (any Transport)? = nil, options: Options = Options()) throws(QinceError) {
        self.init(account: try Account(), transport: transport, options: options)
    }

    /// This client with other options, for a single call too.
    ///
    /// ```swift
    /// try await client.with { $0.timeout = .seconds(5) }.add(lead)
    /// ```
    public func with(_ change: (inout Options) -> Void) -> QinceLeads {
        var copy = self
        change(&copy.options)
        return copy
    }

    @discardableResult
    public func other(_ path: String, _ payload: Json, repeat: Bool) async throws -> Receipt {
        try await run(Other(path: path, payload: payload, repeat: `repeat`))
    }

    /// Does what a call says until it is over.
    func run<Operation: Callable>(_ payload: Operation, byCode: Bool = false) async throws -> Operation.Output {
        _ = try options.headers.checked()
        return try await Running(payload, of: self, byCode: byCode).output()
    }
}

extension LeadsClient {
    /// Asks any endpoint of the vendor, once more where it may have been carried out: see ``Other``.
    ///
    /// ```swift
    /// let receipt = try await client.other("customer/v1/queryCustomer", ["cm_code": "C1"])
    /// print(receipt.data ?? .null)
    /// ```
    @discardableResult
    public func other(_ path: String, _ payload: Json) async throws -> Receipt {
        try await other(path, payload, repeat: true)
    }
}

extension QinceLeads: CustomStringConvertible {
    /// The account's address.
    public var description: String {
        "QinceLeads(\(account))"
    }
}
