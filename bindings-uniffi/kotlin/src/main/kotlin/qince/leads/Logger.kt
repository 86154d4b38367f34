package qince.leads

/**
 * Takes the lines of a log: one for each attempt, and a warning where a call ends in doubt. They hold no secret, no openid, no digest and
 * no body.
 */
public fun interface Logger {
    /** Takes one line. What it throws is passed over. */
    public fun log(level: Level, line: String)

    /** Whether it takes lines of this level; others are not made. */
    public fun takes(level: Level): Boolean = true

    /** How much a line matters. */
    public enum class Level { DEBUG, WARNING }
}
