package qince.leads.conformance

import qince.leads.text.Bool
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Null
import qince.leads.text.Number
import qince.leads.text.Text
import qince.leads.text.Value

/** A vector that says something the runner does not know. */
internal class NotUnderstoodException(message: String) : Exception(message)

internal fun interface Is {
    fun holds(value: Value): Boolean
}

/** Which members an object has; one that may be left out has a name with `?`. */
internal typealias Shape = Map<String, Is>

internal val anything = Is { true }
internal val text = Is { it is Text }
internal val flag = Is { it is Bool }
internal val integer = Is { it is Number && it.text.toLongOrNull() != null }
internal val number = Is { it is Number }
internal val someMembers = Is { it is Members }
internal val someItems = Is { it is Items }
internal val yes = Is { it == Bool(true) }

internal fun listOf(each: Is) = Is { it is Items && it.elements.all(each::holds) }

internal fun oneOf(vararg choices: String) = Is { it is Text && it.value in choices }

internal fun nullOr(other: Is) = Is { it == Null || other.holds(it) }

/** What every case has. */
internal val HEAD: Shape = mapOf("name" to text, "kind" to text)

/** An error as vectors write it. */
internal val ERROR: Shape = mapOf(
    "kind" to text,
    "code?" to nullOr(text),
    "message?" to nullOr(text),
    "msg_id?" to nullOr(text),
    "status?" to nullOr(integer),
)

/** Fails where a value is no object of this shape: where a member is missing, not known, or of another type. */
internal fun check(what: String, value: Value?, shape: Shape): Members {
    if (value !is Members) throw NotUnderstoodException("$what is no object")
    for ((key, type) in shape) {
        val name = key.removeSuffix("?")
        val member = value[name]
        if (member == null) {
            if (name == key) throw NotUnderstoodException("$what has no $name")
        } else if (!type.holds(member)) {
            throw NotUnderstoodException("$name of $what is of another type")
        }
    }
    val unknown = value.entries.keys.firstOrNull { it !in shape && "$it?" !in shape }
    if (unknown != null) throw NotUnderstoodException("$what has a member $unknown")
    return value
}

/** Which of several shapes an object has: the one whose first member it holds. It must hold that of one alone. */
internal fun choice(what: String, value: Value?, shapes: Map<String, Shape>): String {
    val found = shapes.keys.filter { value is Members && value[it] != null }
    val one = found.singleOrNull()
        ?: throw NotUnderstoodException("$what must hold one of ${shapes.keys.joinToString()}")
    check(what, value, shapes.getValue(one))
    return one
}

internal fun Members.text(name: String): String = (get(name) as Text).value

internal fun Members.textOrNull(name: String): String? = (get(name) as? Text)?.value

internal fun Members.long(name: String): Long = (get(name) as Number).text.toLong()

internal fun Members.longOrNull(name: String): Long? = (get(name) as? Number)?.text?.toLong()

internal fun Members.int(name: String): Int = long(name).toIntOrNull() ?: throw NotUnderstoodException("$name is beyond 32 bits")

internal fun Members.members(name: String): Members = get(name) as Members

internal fun Members.items(name: String): List<Value> = (get(name) as Items).elements

internal fun Members.texts(name: String): List<String> = items(name).map { (it as Text).value }

private fun Long.toIntOrNull(): Int? = toInt().takeIf { it.toLong() == this }
