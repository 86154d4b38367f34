public import Foundation
import QinceLeadsCore

/// Makes the body of a push, signed as the service signs it, for tests of what receives it.
///
/// ```swift
/// let body = signPush(#"{"lead_code":"L1"}"#, secret: "push secret")
/// let event = try verifyPush(body, secrets: ["push secret"], maxAgeMs: 60_000)
/// ```
///
/// - Parameters:
///   - data: `data` (数据): JSON, or whatever your receiver is to turn away.
///   - secret: The push secret.
///   - msgId: `msgId` (消息ID); a random one where it is left out.
///   - dataType: `dataType`.
///   - timestampMs: `timestamp` (请求时间戳), in milliseconds since the epoch; now where it is left out.
///   - redelivery: Whether an earlier delivery failed: `status` (数据同步状态) is 2.
///   - dataId: `dataId` (数据ID).
///   - dataVersion: `dataVersion` (接口数据版本).
///   - dataSource: `dataSource` (数据来源).
///   - statusTime: `statusTime` (上次同步失败时间), `yyyy-MM-dd HH:mm:ss`.
///   - tenantId: `tenantId` (企业ID).
public func signPush(
    _ data: String, secret: String, msgId: String? = nil, dataType: String = "salesLeads_follow",
    timestampMs: Int64? = nil, redelivery: Bool = false, dataId: String? = nil, dataVersion: String? = nil,
    dataSource: String? = nil, statusTime: String? = nil, tenantId: String? = nil
) -> Data {
    let push = CoreUnsignedPush(
        msgId: msgId ?? UUID().uuidString, data: data, dataType: dataType,
        timestampMs: timestampMs ?? Int64(Date().timeIntervalSince1970 * 1000), redelivery: redelivery, dataId: dataId,
        dataVersion: dataVersion, dataSource: dataSource, statusTime: statusTime, tenantId: tenantId)
    return Data(QinceLeadsCore.signPush(push: push, secret: secret).utf8)
}
