package qince.leads.testing

import qince.leads.FOLLOW_UP
import qince.leads.core
import qince.leads.internal.CoreUnsignedPush
import qince.leads.internal.signPush as signPushInCore

/**
 * The body that the service would send: a form, signed with this push secret. It is for tests of a receiver.
 *
 * [data] is JSON text, [timestampMs] the time in milliseconds since the epoch, and [redelivery] says that it comes again.
 */
public fun signPush(
    secret: String,
    msgId: String,
    data: String,
    dataType: String = FOLLOW_UP,
    timestampMs: Long = System.currentTimeMillis(),
    redelivery: Boolean = false,
    dataId: String? = null,
    dataVersion: String? = null,
    dataSource: String? = null,
    statusTime: String? = null,
    tenantId: String? = null,
): String = core {
    signPushInCore(
        CoreUnsignedPush(
            msgId = msgId,
            data = data,
            dataType = dataType,
            timestampMs = timestampMs,
            redelivery = redelivery,
            dataId = dataId,
            dataVersion = dataVersion,
            dataSource = dataSource,
            statusTime = statusTime,
            tenantId = tenantId,
        ),
        secret,
    )
}
