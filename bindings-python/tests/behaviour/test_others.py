"""Requests to any endpoint of the vendor, and programs without a key."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

import pytest
from qince_leads import (
    MAX_BODY,
    Account,
    AddLead,
    Call,
    Client,
    ForbiddenError,
    InvalidAccountError,
    InvalidPayloadError,
    MalformedError,
    Other,
    Receipt,
    RejectedError,
    Relayed,
    Reply,
    Send,
    UncertainError,
    read,
    sign,
)

from .support import AT_ONCE, OPENID, Answers, Hand, Host, account, body

PATH = "customer/v1/queryCustomer"
RELAY = "https://crm.example.com/qince"
ADD = AddLead(emp_name="负责人", code="L1")


def test_a_request_to_any_endpoint_is_signed_as_it_stands() -> None:
    request = sign(account(), Other(PATH, {"cm_code": "C1", "n": None, "b": [1, "二"]}), now_ms=1, msg_id="m")
    assert request.url.startswith(f"https://openapi.waiqin365.com/api/{PATH}/{OPENID}/1/")
    assert request.body.decode() == '{"cm_code":"C1","n":null,"b":[1,"二"]}'
    assert request.operation == "other"


def test_numbers_keep_their_digits() -> None:
    digits = '{"a":12345678901234567891,"b":1.2345678901234567891,"c":1.50}'
    assert sign(account(), Other.from_json(PATH, digits)).body.decode() == digits
    by_value = Other(PATH, {"a": 12345678901234567891, "b": Decimal("1.2345678901234567891"), "c": Decimal("1.50")})
    assert by_value == Other.from_json(PATH, digits)
    assert by_value.to_json() == digits


@pytest.mark.parametrize("path", ["", "/", "a//b", "/a", "a/", "../a", "a/../b", "a b", "a?b", "客户"])
def test_a_path_that_is_none_is_refused_at_once(path: str) -> None:
    with pytest.raises(InvalidPayloadError) as raised:
        Other(path, {})
    assert [(violation.path, violation.rule) for violation in raised.value.violations] == [("", "format")]
    assert raised.value.violations[0].message_zh


@pytest.mark.parametrize("payload", [5, "x", None, True, 1.5])
def test_a_payload_is_an_object_or_a_list(payload: Any) -> None:
    with pytest.raises(InvalidPayloadError) as raised:
        Other(PATH, payload)
    assert [violation.rule for violation in raised.value.violations] == ["type"]
    assert Other(PATH, []) != Other(PATH, {})
    with pytest.raises(InvalidPayloadError):
        Other.from_json(PATH, "{")


def test_a_request_to_any_endpoint_is_a_value() -> None:
    other = Other(PATH, {"a": [1, {"b": None}]}, repeat=False)
    assert (other.path, other.payload, other.repeat) == (PATH, {"a": [1, {"b": None}]}, False)
    assert other == Other(PATH, {"a": [1, {"b": None}]}, repeat=False)
    assert other not in (Other(PATH, {"a": [1, {"b": None}]}), Other("a/b", {}), PATH, None)
    assert len({other, Other(PATH, {"a": [1, {"b": None}]}, repeat=False)}) == 1
    assert eval(repr(other)) == other == copy.deepcopy(other)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(other, protocol)) == other


def test_what_comes_back_is_the_data() -> None:
    reply = body([{"cm_code": "C1", "n": 12345678901234567891}], msg_id="m")
    receipt = read(Other, 200, reply)
    assert receipt == Receipt(msg_id="m", data=[{"cm_code": "C1", "n": 12345678901234567891}])
    assert receipt.data == [{"cm_code": "C1", "n": 12345678901234567891}]
    assert read(Other, 200, body('{"a":1}')).data == {"a": 1}
    assert read(Other, 200, body()).data is None
    with pytest.raises(RejectedError):
        read(Other, 200, body(code="5"))


def test_a_client_calls_any_endpoint(host: Host) -> None:
    transport = Answers(TimeoutError(), Reply(200, body({"cm_name": "示例"})))
    receipt = host.call(host.client(transport), "other", PATH, {"cm_code": "C1"})
    assert receipt.data == {"cm_name": "示例"}
    assert host.outcomes == [("other", "unknown"), ("other", "ok")]
    assert [request.body for request in transport.sent] == [b'{"cm_code":"C1"}'] * 2


def test_what_must_not_be_repeated_is_sent_once(host: Host) -> None:
    transport = Answers(TimeoutError())
    with pytest.raises(UncertainError) as raised:
        host.call(host.client(transport), "other", "customer/v1/addCustomer", {}, repeat=False)
    assert raised.value.attempts == len(transport.sent) == 1


def test_a_receipt_keeps_what_the_service_gives_besides_an_id() -> None:
    receipt = read(AddLead, 200, body({"id": 7, "state": "new"}))
    assert (receipt.id, receipt.data, receipt.settled) == ("7", {"id": 7, "state": "new"}, False)
    assert read(AddLead, 200, body(True)) == Receipt(data=True)
    assert eval(repr(receipt)) == receipt
    assert pickle.loads(pickle.dumps(receipt)) == receipt
    with pytest.raises(TypeError):
        Receipt(data=object())  # type: ignore[arg-type]


def test_the_longest_body_is_64_mib() -> None:
    assert MAX_BODY == 64 << 20


# Programs without a key.


def test_an_account_without_a_key_sends_unsigned_to_its_relay() -> None:
    request = sign(Account.relay(f"{RELAY}/"), ADD, msg_id="m 1")
    assert request.url == request.redacted_url == f"{RELAY}/salesleads/v1/addSalesLeads/m%201"
    assert request.body == sign(account(), ADD).body


def test_an_account_without_a_key_is_a_value() -> None:
    relay = Account.relay(RELAY)
    assert relay == Account.relay(RELAY)
    assert relay not in (account(), Account.relay(f"{RELAY}/2"), Account("o", "k", RELAY))
    assert hash(relay) == hash(Account.relay(RELAY))
    assert eval(repr(relay)) == relay
    assert relay.base_url == RELAY
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(relay, protocol)) == relay
    for wrong in ("", "crm.example.com", "http://crm.example.com", f"{RELAY}?a=1"):
        with pytest.raises(InvalidAccountError):
            Account.relay(wrong)


def relayed(request: Any, allow: Any = ("add",)) -> Relayed:
    return Relayed.read(request.url.removeprefix(f"{RELAY}/"), request.body, allow)


def test_a_relay_signs_what_a_client_without_a_key_asks_for() -> None:
    seen = []

    def send(request: Any, _: float, /) -> Reply:
        seen.append(relayed(request).sign(account(), now_ms=1617206400000))
        return Reply(200, body("7"))

    assert Client(Account.relay(RELAY), transport=send).add(ADD).id == "7"
    [request] = seen
    expected = sign(account(), ADD, now_ms=1617206400000, msg_id=request.msg_id)
    assert (request.url, request.body) == (expected.url, expected.body)


def test_a_relay_tells_what_is_asked_for() -> None:
    asked = relayed(sign(Account.relay(RELAY), ADD, msg_id="m"))
    assert (asked.operation, asked.msg_id, asked.payload) == ("add", "m", '{"empName":"负责人","code":"L1"}')
    compact = asked.sign(account(), now_ms=1617206400000, timestamp_form="compact")
    assert compact.timestamp == "20210401000000"
    assert "负责人" not in repr(asked)


def test_a_relay_refuses_what_it_does_not_allow_or_understand() -> None:
    path = "salesleads/v1/addSalesLeads/m"
    with pytest.raises(ForbiddenError, match="does not allow `add`") as raised:
        Relayed.read(path, ADD.to_json(), ["query"])
    assert (raised.value.code, raised.value.operation) == ("forbidden", "add")
    for wrong in ("", "m", "salesleads/v1/addSalesLeads/", "salesleads/v1/dropAll/m", f"/{path}"):
        with pytest.raises(MalformedError):
            Relayed.read(wrong, ADD.to_json(), ["add"])
    for given in ("", "[]", b"\xff", '{"empName":5}', "{}"):
        with pytest.raises(InvalidPayloadError):
            Relayed.read(path, given, ["add"])
    with pytest.raises(TypeError):
        Relayed.read(path, ADD.to_json(), "add")


def test_a_call_goes_through_a_relay_too() -> None:
    step = Call(Account.relay(RELAY), ADD, policy=AT_ONCE).step(0, "m", 0.0)
    assert isinstance(step, Send)
    assert step.request.url == f"{RELAY}/salesleads/v1/addSalesLeads/m"
    hand = Hand(Other(PATH, {}))
    hand.reply(Reply(200, body({"a": 1})))
    assert hand.end() == Receipt(data={"a": 1})
