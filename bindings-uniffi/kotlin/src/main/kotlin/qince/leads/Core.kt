package qince.leads

import java.nio.charset.CharacterCodingException
import qince.leads.internal.CoreException

/** What is wrong with text that no encoding can write. */
internal const val ILL_FORMED: String = "it holds half of a character, a lone surrogate"

/**
 * Asks the core, and throws what it says is wrong as this package's own exception. UniFFI refuses text with lone
 * surrogates before the core can; [illFormed] says what that means here.
 */
internal inline fun <T> core(
    illFormed: () -> QinceException = { QinceException.Malformed("malformed: $ILL_FORMED", null, ILL_FORMED, ByteArray(0)) },
    ask: () -> T,
): T = try {
    ask()
} catch (error: CoreException) {
    throw error.asQinceException()
} catch (_: CharacterCodingException) {
    throw illFormed()
}

/** The exception for what the core says; [cause] is what the transport threw where no reply came. */
internal fun CoreException.asQinceException(cause: Throwable? = null): QinceException = when (this) {
    is CoreException.InvalidAccount -> QinceException.InvalidAccount(text)
    is CoreException.InvalidStamp -> QinceException.InvalidStamp(text)
    is CoreException.InvalidPayload ->
        QinceException.InvalidPayload(text, violations.map { Violation(it.path, it.rule, it.message) })
    is CoreException.Rejected -> QinceException.Rejected(text, returnCode, returnMsg, msgId)
    is CoreException.HttpStatus -> QinceException.HttpStatus(text, status.toInt())
    is CoreException.Malformed -> QinceException.Malformed(text, path, reason, body)
    is CoreException.Transport ->
        QinceException.Transport(text, if (notSent) Failure.NOT_SENT else Failure.UNKNOWN, cause)
    is CoreException.Uncertain -> QinceException.Uncertain(text, origin.asQinceException(cause))
    is CoreException.BadSignature -> QinceException.BadSignature(text)
    is CoreException.Stale -> QinceException.Stale(text, ageMs.toLong(), maxAgeMs.toLong())
}
