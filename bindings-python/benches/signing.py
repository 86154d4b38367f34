"""Signing an add from keyword arguments, by this package and by its peers."""

import hashlib
import json
from collections.abc import Callable
from itertools import count
from typing import Any

from data import ADD_LEAD
from pairs import Contender
from peers import ExtFieldModel, add_lead_model
from qince_leads import Account, AddLead, LeadExtField, fields, sign

BASE_URL = "https://openapi.waiqin365.com"
OPENID = "1234567890"
APP_KEY = "2EV5i30kYI6r7Hz817"
MSG_ID = "0e6f3a52-5d1c-4c39-8d3f-7a4b1f0f2a11"
FIRST_MS = 1_617_206_400_000

_account = Account(OPENID, APP_KEY, BASE_URL)


def ours() -> Contender:
    """This package, which checks every rule."""
    names = _by_python_name()
    ext_fields = [f"LeadExtField({_keywords(field)})" for field in names.pop("exts")]
    made = f"AddLead({_keywords(names)}, exts=[{', '.join(ext_fields)}])"
    code = (
        "def sign_at(now_ms):\n"
        f"    request = sign(account, {made}, now_ms=now_ms, msg_id=MSG_ID)\n"
        "    return request.url, request.body\n"
    )
    scope: dict[str, Any] = {
        "AddLead": AddLead,
        "LeadExtField": LeadExtField,
        "sign": sign,
        "account": _account,
        "MSG_ID": MSG_ID,
    }
    exec(code, scope)
    return _contender(scope["sign_at"])


def by_hand() -> Contender:
    """What one writes by hand, with nothing checked."""
    payload: Callable[[], Any] = eval(f"lambda: {ADD_LEAD!r}")
    return _contender(lambda now_ms: _sign(_compact(payload()), now_ms))


def by_pydantic() -> Contender:
    """What one writes by hand, behind a model that checks every rule."""
    names = _by_python_name()
    model_class = add_lead_model({field.name: field.wire_name for field in fields(AddLead) if field.name in names})
    ext_fields = [f"ExtFieldModel({_keywords(field)})" for field in names.pop("exts")]
    code = f"lambda: AddLeadModel({_keywords(names)}, exts=[{', '.join(ext_fields)}])"
    model: Callable[[], Any] = eval(code, {"AddLeadModel": model_class, "ExtFieldModel": ExtFieldModel})
    return _contender(lambda now_ms: _sign(_compact(model().model_dump(by_alias=True, exclude_none=True)), now_ms))


def _by_python_name() -> dict[str, Any]:
    return AddLead.from_json(json.dumps(ADD_LEAD)).to_dict()


def _keywords(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def _compact(payload: Any) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def _sign(body: str, now_ms: int) -> tuple[str, bytes]:
    digest = hashlib.md5(f"{body}|{APP_KEY}|{now_ms}".encode()).hexdigest()
    return f"{BASE_URL}/api/salesleads/v1/addSalesLeads/{OPENID}/{now_ms}/{digest}/{MSG_ID}", body.encode()


def _contender(sign_at: Callable[[int], tuple[str, bytes]]) -> Contender:
    url, body = sign_at(FIRST_MS)
    # The order of members is each contender's own, and so is the digest of its body.
    assert json.loads(body) == ADD_LEAD
    assert url == _sign(body.decode(), FIRST_MS)[0]
    times = count(FIRST_MS)
    return lambda: sign_at(next(times))
