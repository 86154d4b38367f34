package qince.leads.sandbox

import org.junit.jupiter.api.BeforeEach

/** A test against the sandbox, which is empty and well-behaved before each. */
abstract class SandboxTest {
    @BeforeEach
    fun forget() {
        Sandbox.awaitLateRequests()
        Sandbox.forget()
    }
}
