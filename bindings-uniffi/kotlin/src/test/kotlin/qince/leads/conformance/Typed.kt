package qince.leads.conformance

import qince.leads.Account
import qince.leads.Operation
import qince.leads.Payload
import qince.leads.text.Members
import qince.leads.text.Value
import qince.leads.text.writeJson

/** The operation of this name. */
internal fun operation(name: String): Operation<*, *> =
    Operation.ALL.singleOrNull { it.name == name } ?: throw NotUnderstoodException("no operation `$name`")

/** The payload that JSON says, which must say the same in JSON of its own. */
internal fun <P : Payload<*>> payloadOf(operation: Operation<P, *>, value: Value): P {
    val payload = operation.fromJson(writeJson(value))
    if (operation.fromJson(payload.toJson()) != payload) throw AssertionError("its JSON says another payload: $payload")
    return payload
}

/** An account as vectors write it. */
internal val ACCOUNT: Shape = mapOf("openid" to text, "app_key" to text, "base_url?" to nullOr(text))

internal fun accountOf(value: Members): Account {
    val (openid, appKey) = value.text("openid") to value.text("app_key")
    val baseUrl = value.textOrNull("base_url") ?: return Account(openid, appKey)
    return Account(openid, appKey, baseUrl)
}
