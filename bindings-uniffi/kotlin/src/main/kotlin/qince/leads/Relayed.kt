package qince.leads

import qince.leads.internal.CoreRelayed

/**
 * A request of an app without a key, understood and checked, for the server that signs it.
 *
 * Its payload is what the core read, so never is a text signed that the core did not write.
 */
public class Relayed private constructor(private val core: CoreRelayed) {
    /** The operation's name, such as `add`. */
    public val operation: String = core.operation()

    /** The app's message id. */
    public val msgId: String = core.msgId()

    /** The payload as it will be sent, JSON. */
    public val payload: String = core.payload()

    /**
     * Signs it for the server's own account. [nowMs] is the clock in milliseconds since the epoch.
     *
     * @throws QinceException.InvalidStamp where that is no time that can be written.
     */
    public fun sign(account: Account, nowMs: Long, form: TimestampForm = TimestampForm.EPOCH_MS): SignedRequest =
        core { core.sign(account.core, nowMs, form.isCompact).request() }

    /** Tells operation and message id. */
    override fun toString(): String = "Relayed($operation, $msgId)"

    /** Reads what apps send. */
    public companion object {
        /**
         * Reads what an app sent. [path] is what follows the relay's URL and its slash, [body] the request's body, and [allow] the
         * names of the operations that this app may use, such as `add`.
         *
         * @throws QinceException.Malformed where the path is none of this SDK.
         * @throws QinceException.Forbidden where the operation is not among those allowed.
         * @throws QinceException.InvalidPayload where the body is no payload of it, or breaks its rules.
         */
        public fun read(path: String, body: String, allow: Collection<String>): Relayed =
            Relayed(core { CoreRelayed.read(path, escapingLoneSurrogates(body), allow.filter(::isWellFormed)) })
    }
}
