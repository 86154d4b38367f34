package qince.leads

import qince.leads.internal.CorePush
import qince.leads.internal.CorePushData
import qince.leads.internal.acknowledge as acknowledgeInCore
import qince.leads.internal.refuse as refuseInCore
import qince.leads.internal.verifyPush as verifyPushInCore

/** A push that is verified and parsed. */
public data class PushEvent(
    /** `msgId` (消息ID): the same when a push comes again, so handle each only once. */
    val msgId: String,
    /** `dataId` (数据ID). */
    val dataId: String? = null,
    /** `dataVersion` (接口数据版本), such as `001`. */
    val dataVersion: String? = null,
    /** `dataSource` (数据来源): `biz` for work in the app, `api` for the OpenAPI. */
    val dataSource: String? = null,
    /** `dataType`: `salesLeads_follow` for a follow-up. */
    val dataType: String = FOLLOW_UP,
    /** `tenantId` (企业ID). */
    val tenantId: String? = null,
    /** `timestamp` (请求时间戳): when it was signed, in milliseconds since the epoch. */
    val timestampMs: Long = 0,
    /** `status` (数据同步状态) is 2: an earlier delivery failed. */
    val redelivery: Boolean = false,
    /** `statusTime` (上次同步失败时间): when that was, `yyyy-MM-dd HH:mm:ss`. */
    val statusTime: String? = null,
    /** What is pushed. */
    val data: PushData,
) {
    /** The answer that acknowledges it, JSON. Give it once what was pushed is stored. */
    public fun acknowledge(): String = acknowledge(msgId)

    /** The answer that asks for it to come again, JSON; [reason] is for people. */
    public fun refuse(reason: String): String = refuse(msgId, reason)
}

/** The data type of follow-ups. */
internal const val FOLLOW_UP: String = "salesLeads_follow"

/** What a push holds. */
public sealed interface PushData {
    /** A follow-up (跟进记录), of data type `salesLeads_follow`. */
    public data class FollowUp(val followUp: qince.leads.FollowUp) : PushData

    /** The data of any other type. */
    public data class Other(val json: Json) : PushData

    /** The data as JSON with the vendor's names. */
    public fun toJson(): String = when (this) {
        is FollowUp -> followUp.toJson()
        is Other -> json.text
    }
}

/**
 * Verifies a push and parses it.
 *
 * [body] is the body of the request, unchanged. [secrets] are the push secrets (推送密钥) in use: two while one is being replaced.
 * [nowMs] is the clock, in milliseconds since the epoch, and [maxAgeMs] how far the push's time may lie from it; null allows any,
 * as the service sends pushes again for days.
 *
 * @throws QinceException.Malformed where it is no push.
 * @throws QinceException.InvalidAccount where no secret is given, or none but empty ones.
 * @throws QinceException.BadSignature where none of the secrets signed it.
 * @throws QinceException.Stale where its time lies too far from the clock.
 * @throws IllegalArgumentException where [maxAgeMs] is negative.
 */
public fun verifyPush(body: ByteArray, secrets: List<String>, nowMs: Long, maxAgeMs: Long?): PushEvent {
    require(maxAgeMs == null || maxAgeMs >= 0) { "maxAgeMs must not be negative" }
    // Nobody signs with half a character, so such a secret is none.
    return core { verifyPushInCore(body, secrets.filter(::isWellFormed), nowMs, maxAgeMs?.toULong()) }.event()
}

/**
 * The answer that acknowledges a push, JSON.
 *
 * @throws QinceException.InvalidStamp where [msgId] holds a lone surrogate.
 */
public fun acknowledge(msgId: String): String =
    core({ QinceException.InvalidStamp("invalid stamp: the answer: $ILL_FORMED") }) { acknowledgeInCore(msgId) }

/**
 * The answer that asks for a push to come again, JSON; [reason] is for people.
 *
 * @throws QinceException.InvalidStamp where [msgId] or [reason] holds a lone surrogate.
 */
public fun refuse(msgId: String, reason: String): String =
    core({ QinceException.InvalidStamp("invalid stamp: the answer: $ILL_FORMED") }) { refuseInCore(msgId, reason) }

private fun CorePush.event() = PushEvent(
    msgId = msgId,
    dataId = dataId,
    dataVersion = dataVersion,
    dataSource = dataSource,
    dataType = dataType,
    tenantId = tenantId,
    timestampMs = timestampMs,
    redelivery = redelivery,
    statusTime = statusTime,
    data = when (val data = data) {
        is CorePushData.FollowUp -> PushData.FollowUp(Places(data.table).list(FollowUp).single())
        is CorePushData.Other -> PushData.Other(Json(data.json))
    },
)
