package qince.leads

import java.nio.charset.CharacterCodingException
import qince.leads.internal.CoreAllowed
import qince.leads.internal.CoreException
import qince.leads.internal.CoreViolation

/** What is wrong with text that no encoding can write. */
internal const val ILL_FORMED: String = "it holds half of a character, a lone surrogate"

/** A text that crosses whatever it holds: half of a character becomes a question mark. */
internal fun lossy(text: String): String = text.encodeToByteArray().decodeToString()

/**
 * Asks the core, and throws what it says is wrong as this package's own exception. UniFFI refuses text with lone
 * surrogates before the core can; [illFormed] says what that means here.
 */
internal inline fun <T> core(
    illFormed: () -> QinceException = { QinceException.Malformed("malformed: $ILL_FORMED", ILL_FORMED, ByteArray(0)) },
    reply: RawReply? = null,
    ask: () -> T,
): T = try {
    ask()
} catch (error: CoreException) {
    throw error.asQinceException(reply = reply)
} catch (_: CharacterCodingException) {
    throw illFormed()
}

/** Asks the core about an option, and throws what it says is wrong as one does of arguments. */
internal inline fun <T> option(ask: () -> T): T = try {
    core { ask() }
} catch (refused: QinceException.InvalidAccount) {
    throw IllegalArgumentException(refused.message)
}

/**
 * The exception for what the core says. Where it came of a call, [cause] is what the transport threw if no reply came, [reply] the one
 * that came last, and [progress] how far the call was.
 */
internal fun CoreException.asQinceException(
    cause: Throwable? = null,
    progress: Progress? = null,
    reply: RawReply? = null,
): QinceException = when (this) {
    is CoreException.InvalidAccount -> QinceException.InvalidAccount(text)
    is CoreException.InvalidStamp -> QinceException.InvalidStamp(text, progress)
    is CoreException.InvalidPayload ->
        QinceException.InvalidPayload(text, violations.map(CoreViolation::violation), more.toInt(), progress)
    is CoreException.Rejected -> QinceException.Rejected(text, returnCode, returnMsg, msgId, progress, reply)
    is CoreException.HttpStatus -> QinceException.HttpStatus(text, status.toInt(), body, progress, reply)
    is CoreException.Malformed -> QinceException.Malformed(text, reason, body, progress, reply)
    is CoreException.Transport ->
        QinceException.Transport(text, if (notSent) Failure.NOT_SENT else Failure.UNKNOWN, cause, progress)
    is CoreException.Uncertain -> QinceException.Uncertain(text, origin.asQinceException(cause, progress, reply), progress)
    is CoreException.Forbidden -> QinceException.Forbidden(text, operation)
    is CoreException.BadSignature -> QinceException.BadSignature(text)
    is CoreException.Stale -> QinceException.Stale(text, ageMs.toLong(), maxAgeMs.toLong())
}

private fun CoreViolation.violation() =
    Violation(path, rule, message, messageZh, label, limit?.toInt(), actual?.toInt(), allowed.map(CoreAllowed::allowed))

internal fun CoreAllowed.allowed() = Allowed(value, label)
