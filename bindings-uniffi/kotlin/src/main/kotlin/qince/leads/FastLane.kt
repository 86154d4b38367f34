package qince.leads

import com.sun.jna.Native

/**
 * Signs by one plain function of the core, of numbers and bytes.
 *
 * A call of UniFFI takes longer than signing by hand. This one takes what is nearly always given, texts that need no
 * escape; it says nothing of what is wrong, so all else is for UniFFI.
 */
internal object FastLane {
    private const val LIBRARY = "qince_leads_uniffi"

    /** Room for a URL. One that is longer is for UniFFI. */
    private const val URL_ROOM = 1024

    init {
        // UniFFI may have been told to take another library: both must take the same.
        Native.register(FastLane::class.java, System.getProperty("uniffi.component.qince_leads.libraryOverride", LIBRARY))
    }

    /** The signed request; null where it is for UniFFI. */
    fun sign(account: Long, payload: Payload<*>, stamp: Stamp): SignedRequest? {
        val operation = payload.operation
        val json = JsonWriter().also(payload::writeTo)
        if (!json.isVerbatim || !isWellFormed(stamp.msgId)) return null
        val body = json.toByteArray()
        val msgId = stamp.msgId.toByteArray()
        val url = ByteArray(URL_ROOM)
        val length = qince_leads_sign(
            account,
            operation.number,
            body,
            body.size,
            json.texts,
            stamp.nowMs,
            msgId,
            msgId.size,
            if (stamp.form.isCompact) 1 else 0,
            url,
            url.size,
        )
        if (length == 0) return null
        return SignedRequest(operation.name, String(url, 0, length, Charsets.UTF_8), body, stamp.msgId, null)
    }

    /** See the core: `bindings-uniffi/src/lane.rs`. */
    @Suppress("FunctionName")
    private external fun qince_leads_sign(
        account: Long,
        operation: Int,
        body: ByteArray,
        bodyLength: Int,
        texts: Int,
        nowMs: Long,
        msgId: ByteArray,
        msgIdLength: Int,
        compact: Byte,
        url: ByteArray,
        urlRoom: Int,
    ): Int
}
