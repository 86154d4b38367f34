package qince.leads

import kotlin.time.Duration

/**
 * What one call does otherwise than its client.
 *
 * @property timeout how long an attempt may take; null for what the client says.
 * @property policy how often and how long to try; null for what the client says.
 * @property headers headers to send, beside the client's or in their place.
 * @throws IllegalArgumentException where [timeout] is not more than 0, or a header cannot be sent.
 */
public class CallOptions(
    public val timeout: Duration? = null,
    public val policy: Policy? = null,
    public val headers: Map<String, String> = emptyMap(),
) {
    init {
        require(timeout == null || timeout.isPositive()) { "timeout must be more than 0" }
        checked(headers)
    }
}

/** What a client does, as far as it may be changed. */
internal class Settings(
    val timeout: Duration,
    val policy: Policy,
    val timestampForm: TimestampForm,
    val onAttempt: ((Attempt) -> Unit)?,
    val connectTimeout: Duration,
    val headers: Map<String, String>,
    val onRequest: ((operation: String, msgId: String, number: Int) -> Map<String, String>?)?,
    val onUncertain: ((QinceException.Uncertain) -> Unit)?,
    val logger: Logger?,
) {
    init {
        require(timeout.isPositive()) { "timeout must be more than 0" }
        require(connectTimeout.isPositive()) { "connectTimeout must be more than 0" }
        checked(headers)
    }
}
