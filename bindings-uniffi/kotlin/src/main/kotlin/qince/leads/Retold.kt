package qince.leads

import java.io.IOException
import java.util.Collections
import java.util.IdentityHashMap

/**
 * What an error of a transport says, and all that it goes back to, without openid and digest. HTTP libraries like to name the URL that
 * they could not reach, and to keep the request at hand; reporters of crashes send all of that.
 */
internal fun SignedRequest.retold(error: Throwable): Throwable {
    val seen = Collections.newSetFromMap(IdentityHashMap<Throwable, Boolean>())

    fun retell(error: Throwable): Throwable? {
        if (!seen.add(error)) return null
        val told = Told(error.javaClass.name, error.message?.let(::redact), error.cause?.let(::retell))
        told.stackTrace = error.stackTrace
        error.suppressed.mapNotNull(::retell).forEach(told::addSuppressed)
        return told
    }
    return checkNotNull(retell(error))
}

private class Told(private val kind: String, message: String?, cause: Throwable?) : IOException(message, cause) {
    override fun toString(): String = if (message == null) kind else "$kind: $message"
}
