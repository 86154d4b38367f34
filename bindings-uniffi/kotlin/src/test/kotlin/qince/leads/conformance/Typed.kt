package qince.leads.conformance

import qince.leads.Account
import qince.leads.Endpoint
import qince.leads.Json
import qince.leads.Operation
import qince.leads.Other
import qince.leads.Payload
import qince.leads.Request
import qince.leads.text.Bool
import qince.leads.text.Members
import qince.leads.text.Value
import qince.leads.text.writeJson

/** The operation of this name. */
internal fun operation(name: String): Operation<*, *> =
    Operation.ALL.singleOrNull { it.name == name } ?: throw NotUnderstoodException("no operation `$name`")

/** The operation of this name, or any other endpoint. */
internal fun endpoint(name: String): Endpoint<*> = if (name == Other.name) Other else operation(name)

/** The payload that JSON says, which must say the same in JSON of its own. */
internal fun <P : Payload<*>> payloadOf(operation: Operation<P, *>, value: Value): P {
    val payload = operation.fromJson(writeJson(value))
    if (operation.fromJson(payload.toJson()) != payload) throw AssertionError("its JSON says another payload: $payload")
    return payload
}

/** What a case sends. */
internal fun requestOf(case: Members): Request<*> {
    val payload = case["payload"]!!
    val path = case.textOrNull("path")
    return when (val endpoint = endpoint(case.text("op"))) {
        is Operation<*, *> -> {
            if (path != null || case["repeat"] != null) throw NotUnderstoodException("only `other` has path and repeat")
            payloadOf(endpoint, payload)
        }
        is Other.Companion -> {
            if (path == null) throw NotUnderstoodException("`other` has a path")
            Other(path, Json.parse(writeJson(payload)), (case["repeat"] as? Bool)?.value ?: true)
        }
    }
}

private val ACCOUNT: Map<String, Shape> = mapOf(
    "openid" to mapOf("openid" to text, "app_key" to text, "base_url?" to nullOr(text)),
    "relay_url" to mapOf("relay_url" to text),
)

/** Fails where an account is not understood. */
internal fun checkAccount(case: Members) {
    choice("its account", case["account"], ACCOUNT)
}

/** An account as vectors write it. */
internal fun accountOf(case: Members): Account {
    val parts = case.members("account")
    parts.textOrNull("relay_url")?.let { return Account.relay(it) }
    val (openid, appKey) = parts.text("openid") to parts.text("app_key")
    val baseUrl = parts.textOrNull("base_url") ?: return Account(openid, appKey)
    return Account(openid, appKey, baseUrl)
}
