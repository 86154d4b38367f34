package qince.leads

import java.util.TreeMap

/** Headers of a host's own, as they may be sent. */
internal fun checked(headers: Map<String, String>): Map<String, String> = headers.onEach { (name, value) ->
    require(name.isNotEmpty() && name.all { it in TOKEN }) { "headers: `$name` is no name of a header" }
    require(name.lowercase() !in RESERVED) { "headers: `$name` is the request's own" }
    require(value.all { it == '\t' || it in ' '..'~' }) { "headers: the value of `$name` must be printable ASCII" }
}

/** All of them, where what comes later takes the place of what comes before, in whatever case its name is. */
internal fun merged(headers: List<Map<String, String>>): Map<String, String> =
    headers.fold(TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER)) { all, some ->
        some.forEach { (name, value) ->
            all.remove(name)
            all[name] = value
        }
        all
    }

/** Who sends, without whatever is not known of that. */
internal fun userAgent(transport: Transport): Map<String, String> {
    val library = (transport as? ShippedTransport)?.library
    return mapOf(
        "User-Agent" to listOfNotNull("qince-leads-kotlin/${RequestConstants.VERSION}", PLATFORM, library).joinToString(" "),
    )
}

private val TOKEN = ('a'..'z') + ('A'..'Z') + ('0'..'9') + "!#$%&'*+-.^_`|~".toList()

private val RESERVED = setOf(
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "transfer-encoding",
    "upgrade",
)
