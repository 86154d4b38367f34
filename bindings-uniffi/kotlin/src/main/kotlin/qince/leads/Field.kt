package qince.leads

import qince.leads.internal.CoreField
import qince.leads.internal.fields as fieldsInCore

/** A field of a payload, a record or a part of one, as the vendor's table has it: for forms, imports and the like. */
public data class Field(
    /** The property's name. */
    val name: String,
    /** The vendor's name, as it stands in JSON. */
    val wireName: String,
    /** The vendor's Chinese label. */
    val label: String,
    /** What the field does, in English. */
    val doc: String,
    /** What it holds. */
    val kind: FieldKind,
    /** The fields of each of its parts, if it has any. */
    val parts: List<Field>,
    /** Its longest text, in characters. */
    val maxChars: Int?,
    /** The only texts allowed, where the vendor lists them. */
    val allowed: List<Allowed>,
    /** Whether it must be given and not be empty. */
    val required: Boolean,
)

/** What a field holds. */
public enum class FieldKind {
    /** Text. */
    TEXT,

    /** An id: text. */
    ID,

    /** An integer from 1 to 2147483647. */
    COUNT,

    /** Any JSON value. */
    JSON,

    /** A list of JSON values. */
    JSON_LIST,

    /** JSON values under names of your own. */
    JSON_MAP,

    /** JSON values under names of your own, or a list of parts. */
    MAP_OR_PARTS,

    /** A part. */
    PART,

    /** A list of parts. */
    PARTS,
}

/** A text that a field may hold, where it may not hold any. */
public data class Allowed(
    /** The text. */
    val value: String,
    /** The vendor's Chinese label; empty where there is none. */
    val label: String,
)

/** The fields of a table, in the vendor's order. */
internal fun fieldsOf(shape: String): List<Field> = core { fieldsInCore(shape) }.map(CoreField::field)

private fun CoreField.field() = Field(
    name = name,
    wireName = wireName,
    label = label,
    doc = doc,
    kind = FieldKind.valueOf(kind.name),
    parts = part?.let(::fieldsOf).orEmpty(),
    maxChars = maxChars?.toInt(),
    allowed = allowed.map { it.allowed() },
    required = required,
)
