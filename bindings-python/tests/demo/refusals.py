"""What is refused: by the core, before anything is sent, and by the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import screen
from expect import expect
from qince_leads import AddLead, InvalidPayloadError, RejectedError

if TYPE_CHECKING:
    from stage import Stage

FAULTS = 4
FAULTY = """{"cus_name": "%s", "mobile_repeat": "2", "exts": [{"salesleads_ext_value": "没有key"}]}"""


def show_invalid(stage: Stage) -> None:
    lead = AddLead.from_json(FAULTY % ("客" * 101))
    screen.line("add", "given", lead.to_json())
    before = stage.sandbox.requests()
    try:
        stage.client.add(lead)
    except InvalidPayloadError as error:
        violations = error.violations
    else:
        raise AssertionError("the payload was not refused")
    for number, violation in enumerate(violations, 1):
        screen.line("", str(number), violation.message)
    expect(len(violations) == FAULTS, f"{len(violations)} violations were reported")
    expect(violations == lead.violations(), "the payload itself says something else")
    expect(not stage.attempts(), "the observer saw an attempt")
    expect(stage.sandbox.requests() == before, "a request was sent")
    screen.ok("all four at once, and no request came to the sandbox")


def show_rejected(stage: Stage) -> None:
    lead = AddLead(cus_name="示例公司", emp_name="负责人", code="P1")
    try:
        stage.show(lead, lambda: stage.client.add(lead), lambda _: "accepted")
    except RejectedError as error:
        expect(error.return_code == "1", f"the service's code is {error.return_code}")
    else:
        raise AssertionError("the service did not refuse")
    expect(len(stage.sandbox.leads_with_code("P1")) == 1, "the code was given twice")
    screen.ok("not sent again, and still one lead has the code")
