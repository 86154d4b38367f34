"""What is read and signed: the vendor's samples."""

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "tests" / "samples"

LEADS = 1000
"""How many leads a page holds."""


def sample(name: str) -> dict[str, Any]:
    """One of the vendor's samples."""
    values: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return values


def compact(value: object) -> str:
    """JSON as the service sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


ADD_LEAD = sample("add")
"""The vendor's lead that is added."""

LEAD = sample("lead")
"""The vendor's lead, as a page holds it."""

PAGE = compact(
    {
        "return_code": "0",
        "return_msg": "",
        "msg_id": "m",
        "response_data": compact([{**LEAD, "id": str(int(LEAD["id"]) + i)} for i in range(LEADS)]),
    }
).encode()
"""A page of leads: JSON text inside a JSON string, as bytes."""
