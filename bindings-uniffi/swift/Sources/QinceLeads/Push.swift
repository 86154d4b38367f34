public import Foundation
import QinceLeadsCore

/// Verifies a push and parses it.
///
/// - Parameters:
///   - body: The body of the request as it came: a form that a framework has parsed cannot be verified.
///   - secrets: The push secret of the console, or several while one takes the place of another: any of them may have signed.
///   - maxAgeMs: How far the push's time may lie from now, in milliseconds, in either direction; `nil` for any time. What is
///     below 0 counts as 0. Whether the service signs a push anew when it comes again, nights later, is not known: with a
///     limit, be ready to see those refused as stale.
///   - nowMs: The clock, in milliseconds since the epoch; now where it is left out.
/// - Throws: ``QinceError/invalidAccount(message:)`` where no secret is given, or none but empty ones,
///   ``QinceError/badSignature(message:)`` where none of the secrets signed it, ``QinceError/stale(_:)`` where it is older than
///   `maxAgeMs` or from further in the future, and ``QinceError/malformed(_:)`` where it is no push, or its signed data is of
///   another shape.
public func verifyPush(
    _ body: Data, secrets: [String], maxAgeMs: Int64? = nil, nowMs: Int64? = nil
) throws(QinceError) -> PushEvent {
    let push = try calling {
        try QinceLeadsCore.verifyPush(
            body: RawReply(status: 0, body: body).coreBody, secrets: secrets, nowMs: nowMs ?? Host.clockMs(),
            maxAgeMs: maxAgeMs.map(UInt64.init(clamping:)))
    }
    return PushEvent(push)
}

/// A push that is verified and parsed.
public struct PushEvent: Hashable, Sendable {
    /// `msgId` (消息ID): the same when a push comes again, so handle each only once.
    public let msgId: String
    /// `dataType`: `salesLeads_follow` for a follow-up.
    public let dataType: String
    /// What is pushed.
    public let data: PushData
    /// `timestamp` (请求时间戳): when it was signed, in milliseconds since the epoch.
    public let timestampMs: Int64
    /// `status` (数据同步状态) is 2: an earlier delivery failed.
    public let redelivery: Bool
    /// `dataId` (数据ID).
    public let dataId: String?
    /// `dataVersion` (接口数据版本), such as `001`.
    public let dataVersion: String?
    /// `dataSource` (数据来源): `biz` for work in the app, `api` for the OpenAPI.
    public let dataSource: String?
    /// `tenantId` (企业ID).
    public let tenantId: String?
    /// `statusTime` (上次同步失败时间): when an earlier delivery failed, `yyyy-MM-dd HH:mm:ss`.
    public let statusTime: String?

    /// A push that says this, for tests.
    public init(
        msgId: String, dataType: String = "salesLeads_follow", data: PushData, timestampMs: Int64 = 0,
        redelivery: Bool = false, dataId: String? = nil, dataVersion: String? = nil, dataSource: String? = nil,
        tenantId: String? = nil, statusTime: String? = nil
    ) {
        self.msgId = msgId
        self.dataType = dataType
        self.data = data
        self.timestampMs = timestampMs
        self.redelivery = redelivery
        self.dataId = dataId
        self.dataVersion = dataVersion
        self.dataSource = dataSource
        self.tenantId = tenantId
        self.statusTime = statusTime
    }

    init(_ push: CorePush) {
        self.init(
            msgId: push.msgId, dataType: push.dataType, data: PushData(push.data), timestampMs: push.timestampMs,
            redelivery: push.redelivery, dataId: push.dataId, dataVersion: push.dataVersion,
            dataSource: push.dataSource, tenantId: push.tenantId, statusTime: push.statusTime)
    }

    /// The body of the answer that acknowledges this push, to be sent with HTTP 200 within 5 seconds.
    ///
    /// Acknowledge once the event is safely stored: a push without acknowledgement comes again, nightly for up to ten days.
    public func acknowledge() -> String {
        Self.acknowledge(msgId: msgId)
    }

    /// The body of the answer that asks for this push to come again.
    ///
    /// - Parameter reason: Why, for the service's log.
    public func refuse(reason: String = "") -> String {
        Self.refuse(msgId: msgId, reason: reason)
    }

    /// The body of the answer that acknowledges the push with this id.
    public static func acknowledge(msgId: String) -> String {
        QinceLeadsCore.acknowledge(msgId: msgId)
    }

    /// The body of the answer that asks for the push with this id to come again.
    public static func refuse(msgId: String, reason: String = "") -> String {
        QinceLeadsCore.refuse(msgId: msgId, reason: reason)
    }
}

/// What a push holds.
public enum PushData: Hashable, Sendable {
    /// A follow-up.
    case followUp(FollowUp)
    /// The data of any other type.
    case other(Json)

    init(_ data: CorePushData) {
        self =
            switch data {
            case .followUp(let table): .followUp(table.rows(FollowUp.layout.read)[0])
            case .other(let json): .other(Json(checked: json))
            }
    }
}
