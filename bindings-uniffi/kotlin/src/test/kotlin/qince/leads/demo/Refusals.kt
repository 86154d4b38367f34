package qince.leads.demo

import qince.leads.AddLead
import qince.leads.QinceException
import qince.leads.sandbox.Sandbox

private const val FAULTS = 4
private val FAULTY =
    """{"cus_name": "${"客".repeat(101)}", "mobile_repeat": "2", "exts": [{"salesleads_ext_value": "没有key"}]}"""

/** What the core refuses, before anything is sent. */
internal suspend fun showInvalid(stage: Stage) {
    Screen.line("add", "given", FAULTY)
    val before = Sandbox.requests()
    val violations = try {
        stage.leads.add(AddLead.fromJson(FAULTY))
        throw AssertionError("the payload was not refused")
    } catch (error: QinceException.InvalidPayload) {
        error.violations
    }
    violations.forEachIndexed { i, violation -> Screen.line("", "${i + 1}", violation.message) }
    expect(violations.size == FAULTS) { "${violations.size} violations were reported" }
    expect(stage.attempts().isEmpty()) { "the observer saw an attempt" }
    expect(Sandbox.requests() == before) { "a request was sent" }
    Screen.ok("all four at once, and no request came to the sandbox")
}

/** What the service refuses. */
internal suspend fun showRejected(stage: Stage) {
    val lead = AddLead(cusName = "示例公司", empName = "负责人", code = "P1")
    try {
        stage.show(lead, { "accepted" }) { stage.leads.add(lead) }
        throw AssertionError("the service did not refuse")
    } catch (error: QinceException.Rejected) {
        expect(error.returnCode == "1") { "the service's code is ${error.returnCode}" }
    }
    expect(Sandbox.leadsWithCode("P1").size == 1) { "the code was given twice" }
    Screen.ok("not sent again, and still one lead has the code")
}
