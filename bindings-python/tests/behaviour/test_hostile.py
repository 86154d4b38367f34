"""Whatever is handed over ends in a TypeError or in an error of the package."""

from __future__ import annotations

import decimal
import fractions
import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import qince_leads
from qince_leads import (
    Account,
    AddLead,
    AsyncClient,
    Attempt,
    Call,
    Client,
    Fault,
    FollowUp,
    Lead,
    Other,
    Page,
    Pages,
    Policy,
    PushEvent,
    QinceError,
    QueryApaasLeads,
    QueryLeads,
    Receipt,
    Relayed,
    Reply,
    acknowledge,
    fields,
    read,
    refuse,
    sign,
    verify_push,
)
from qince_leads.testing import sign_push

from .support import (
    PARTS,
    PAYLOADS,
    PUSH_SECRET,
    RECORDS,
    VALID,
    Answers,
    account,
    body,
    page_of,
    push_body,
    run_python,
)

ADD = VALID["add"]


class Mine(Exception):  # noqa: N818
    """What an object of a user's own raises: it may pass through."""


class Raises:
    """An object that raises whatever it is asked."""

    def _raise(self, *_: object, **__: object) -> Any:
        raise Mine

    __bool__ = __bytes__ = __call__ = __contains__ = __eq__ = __float__ = __format__ = __fspath__ = _raise
    __getitem__ = __hash__ = __index__ = __int__ = __iter__ = __len__ = __repr__ = __str__ = items = keys = _raise


class RaisesMapping(Mapping[str, Any]):
    """A mapping that raises when it is read."""

    def __getitem__(self, _: str) -> Any:
        raise Mine

    def __iter__(self) -> Iterator[str]:
        return iter("a")

    def __len__(self) -> int:
        return 1


class Items(dict[str, Any]):
    """A dict whose items are what they are told to be."""

    def __init__(self, items: Any) -> None:
        super().__init__(a=1)
        self.given = items

    def items(self) -> Any:
        return self.given


class RaisesText(str):
    """Text that raises when it is looked at by Python."""

    __slots__ = ()

    def __eq__(self, _: object) -> bool:
        raise Mine

    def __hash__(self) -> int:
        raise Mine

    def __str__(self) -> str:
        raise Mine

    def encode(self, *_: object, **__: object) -> bytes:
        raise Mine


class LyingInt(int):
    """An integer that raises when it is looked at by Python."""

    def __repr__(self) -> str:
        raise Mine

    def __index__(self) -> int:
        raise Mine

    def __lt__(self, _: object) -> bool:
        raise Mine


def inside(value: Any, times: int) -> Any:
    for _ in range(times):
        value = [value]
    return value


SELF_LIST: list[Any] = []
SELF_LIST.append(SELF_LIST)
SELF_DICT: dict[str, Any] = {}
SELF_DICT["a"] = SELF_DICT
SELF_BOTH: dict[str, Any] = {"a": [SELF_LIST, (SELF_DICT,)]}

WRONG: dict[str, Any] = {
    "None": None,
    "True": True,
    "zero": 0,
    "negative": -1,
    "beyond 64 bits": 2**64,
    "beyond -64 bits": -(2**64),
    "beyond f64": 10**400,
    "beyond what Python writes": 10**5000,
    "float": 1.5,
    "NaN": math.nan,
    "infinity": -math.inf,
    "complex": 1j,
    "Decimal": decimal.Decimal("1.5"),
    "Fraction": fractions.Fraction(1, 3),
    "empty text": "",
    "text": "x",
    "NUL": "\x00",
    "lone surrogate": "\ud800",
    "surrogate inside": "a\udfffb",
    "long text": "x" * 100_000,
    "raising text": RaisesText("x"),
    "lying int": LyingInt(5),
    "bytes": b"x",
    "bytearray": bytearray(b"\xff"),
    "memoryview": memoryview(b"x"),
    "view of shorts": memoryview(b"xy").cast("H"),
    "empty list": [],
    "list": [1, None, "x"],
    "list of lists": [[[]]],
    "list of surrogates": ["\ud800"],
    "list of raising": [Raises()],
    "self list": SELF_LIST,
    "deep list": inside([], 200),
    "very deep list": inside([], 50_000),
    "tuple": (1, "a"),
    "generator": (each for each in [1]),
    "empty dict": {},
    "dict": {"a": 1},
    "dict of numbers": {1: 2},
    "dict of surrogates": {"\ud800": 1},
    "dict of huge": {"a": [10**5000]},
    "dict of NaN": {"a": math.nan},
    "self dict": SELF_DICT,
    "self both": SELF_BOTH,
    "items are no pairs": Items([1]),
    "items are triples": Items([("a", 1, 2)]),
    "items are none": Items(None),
    "items have no text": Items([(1, 2)]),
    "items raise": RaisesMapping(),
    "set": {1},
    "object": object(),
    "raising object": Raises(),
    "class": int,
    "function": len,
    "exception": ValueError("x"),
    "exception class": KeyError,
    "module": json,
    "account": account(),
    "payload": ADD,
    "payload class": AddLead,
    "part": qince_leads.LeadSort(field_key="s"),
    "record": Lead(id="1"),
    "page": page_of({"id": "1"}),
    "receipt": Receipt(id="1"),
    "policy": Policy(),
    "ellipsis": ...,
    "NotImplemented": NotImplemented,
}


def call(**given: Any) -> Call[Any]:
    made = Call(account(), VALID["remove"], policy=Policy(max_attempts=1))
    made.step(0, "m", 0.0)
    return made


def failed(cause: Any) -> Any:
    made = call()
    made.failed("m", 0, "unknown", cause)
    return made.step(0, "m", 0.0)


def attribute_of_all(payload: Any) -> Any:
    """Looks at all that something holds."""
    repr(payload), hash(payload), payload == payload, payload.to_dict(), payload.to_json()
    return payload.replace()


def attribute_of_other(other: Other) -> Any:
    """Looks at all that a request to any endpoint holds."""
    return repr(other), hash(other), other == other, other.path, other.payload, other.repeat, other.to_json()


def relayed() -> Relayed:
    return Relayed.read("salesleads/v1/addSalesLeads/m", ADD.to_json(), ["add"])


def made(kind: Any, **fields: Any) -> Any:
    return attribute_of_all(kind(**fields))


def event(**given: Any) -> PushEvent:
    return PushEvent(**{"msg_id": "m", "data_type": "t", "data": 1, "timestamp_ms": 0, **given})


def client(kind: Any, **given: Any) -> Any:
    return kind(account(), **given)


TAKES: dict[str, Callable[[Any], object]] = {
    "Account openid": lambda x: Account(x, "k"),
    "Account app_key": lambda x: Account("o", x),
    "Account base_url": lambda x: Account("o", "k", x),
    "Account.relay": Account.relay,
    "Account ==": lambda x: account() == x,
    "Other path": lambda x: attribute_of_other(Other(x, {})),
    "Other payload": lambda x: attribute_of_other(Other("a/b", {"a": x})),
    "Other repeat": lambda x: Other("a/b", {}, repeat=x),
    "Other from_json": lambda x: attribute_of_other(Other.from_json("a/b", x)),
    "Other ==": lambda x: Other("a/b", {}) == x,
    "Relayed path": lambda x: Relayed.read(x, "{}", ["add"]),
    "Relayed body": lambda x: Relayed.read("salesleads/v1/addSalesLeads/m", x, ["add"]),
    "Relayed allow": lambda x: Relayed.read("salesleads/v1/addSalesLeads/m", ADD.to_json(), x),
    "Relayed sign": lambda x: relayed().sign(x),
    "Relayed sign now_ms": lambda x: relayed().sign(account(), now_ms=x),
    "Relayed sign timestamp_form": lambda x: relayed().sign(account(), timestamp_form=x),
    "Fault path": lambda x: Fault(x, "text"),
    "Fault expected": lambda x: Fault("[1]", x),
    "Fault ==": lambda x: Fault("[1]", "text") == x,
    "sign_push data": lambda x: sign_push(x, secret="s", msg_id="m"),
    "sign_push secret": lambda x: sign_push("{}", secret=x, msg_id="m"),
    **{
        f"sign_push {name}": lambda x, name=name: sign_push(**{"data": "{}", "secret": "s", "msg_id": "m", name: x})  # type: ignore[misc]
        for name in (
            "msg_id",
            "data_type",
            "timestamp_ms",
            "redelivery",
            "data_id",
            "data_version",
            "data_source",
            "tenant_id",
            "status_time",
        )
    },
    "sign account": lambda x: sign(x, ADD),
    "sign payload": lambda x: sign(account(), x),
    "sign now_ms": lambda x: sign(account(), ADD, now_ms=x),
    "sign msg_id": lambda x: sign(account(), ADD, msg_id=x),
    "sign timestamp_form": lambda x: sign(account(), ADD, timestamp_form=x),
    "read operation": lambda x: read(x, 200, body()),
    "read status": lambda x: read(AddLead, x, body()),
    "read body": lambda x: read(AddLead, 200, x),
    "read body of a query": lambda x: read(QueryLeads, 200, x),
    "verify_push body": lambda x: verify_push(x, secrets="s", max_age_ms=None),
    "verify_push secrets": lambda x: verify_push(push_body({}), secrets=x, max_age_ms=None),
    "verify_push a secret": lambda x: verify_push(push_body({}), secrets=["a", x], max_age_ms=None),
    "verify_push max_age_ms": lambda x: verify_push(push_body({}), secrets=PUSH_SECRET, max_age_ms=x),
    "verify_push now_ms": lambda x: verify_push(push_body({}), secrets=PUSH_SECRET, max_age_ms=None, now_ms=x),
    "acknowledge": acknowledge,
    "fields": fields,
    "refuse event": refuse,
    "refuse reason": lambda x: refuse(event(), x),
    **{
        f"Policy {name}": lambda x, name=name: Policy(**{name: x})  # type: ignore[misc]
        for name in (
            "max_attempts",
            "base_delay_ms",
            "max_delay_ms",
            "deadline_ms",
            "jitter",
            "settle_delay_ms",
            "resend_adds",
            "retry_codes",
            "match_msg_id",
        )
    },
    "Policy ==": lambda x: Policy() == x,
    "Call account": lambda x: Call(x, ADD),
    "Call payload": lambda x: Call(account(), x),
    "Call policy": lambda x: Call(account(), ADD, policy=x),
    "Call timestamp_form": lambda x: Call(account(), ADD, timestamp_form=x),
    "step now_ms": lambda x: Call(account(), ADD).step(x, "m", 0.0),
    "step msg_id": lambda x: Call(account(), ADD).step(0, x, 0.0),
    "step random": lambda x: Call(account(), ADD).step(0, "m", x),
    "replied msg_id": lambda x: call().replied(x, 0, 200, ""),
    "replied now_ms": lambda x: call().replied("m", x, 200, ""),
    "replied status": lambda x: call().replied("m", 0, x, ""),
    "replied body": lambda x: call().replied("m", 0, 200, x),
    "replied retry_after": lambda x: call().replied("m", 0, 429, "", x),
    "failed msg_id": lambda x: call().failed(x, 0, "unknown"),
    "failed now_ms": lambda x: call().failed("m", x, "unknown"),
    "failed failure": lambda x: call().failed("m", 0, x),
    "failed cause": failed,
    "give_up": lambda x: call().give_up(x),
    "resume account": lambda x: Call.resume(x, str(call().save())),
    "resume text": lambda x: Call.resume(account(), x),
    "resume policy": lambda x: Call.resume(account(), str(call().save()), policy=x),
    "Pages": Pages,
    "Pages.resume": Pages.resume,
    "take": lambda x: Pages(VALID["query"]).take(x),  # type: ignore[arg-type]
    "Page index": lambda x: page_of()[x],
    "Page contains": lambda x: x in page_of({"id": "1"}),
    "Attempt operation": lambda x: Attempt(operation=x),
    "Attempt number": lambda x: Attempt(operation="add", number=x),
    "Attempt status": lambda x: Attempt(operation="add", status=x),
    "Attempt outcome": lambda x: Attempt(operation="add", outcome=x),
    "Attempt duration_ms": lambda x: Attempt(operation="add", duration_ms=x),
    "with_headers": lambda x: sign(account(), ADD).with_headers(x),
    "Receipt msg_id": lambda x: Receipt(msg_id=x),
    "Receipt id": lambda x: Receipt(id=x),
    "Receipt data": lambda x: repr(Receipt(data=x)),
    "Receipt settled": lambda x: Receipt(settled=x),
    "Receipt ==": lambda x: Receipt() == x,
    **{
        f"PushEvent {name}": lambda x, name=name: event(**{name: x})  # type: ignore[misc]
        for name in ("msg_id", "data_type", "timestamp_ms", "redelivery", "data_id", "data_version", "data_source")
    },
    "PushEvent tenant_id": lambda x: event(tenant_id=x),
    "PushEvent status_time": lambda x: event(status_time=x),
    "PushEvent ==": lambda x: event() == x,
    "PushEvent data": lambda x: hash(event(data=x)),
    "check_header name": lambda x: qince_leads._core.check_header(x, "a"),
    "check_header value": lambda x: qince_leads._core.check_header("a", x),
    "Pace per_second": qince_leads._core.Pace,
    "Pace next_ms": lambda x: qince_leads._core.Pace(1).next_ms(x),
    "redact text": lambda x: qince_leads._core.redact(x, "https://a.cn/b"),
    "redact url": lambda x: qince_leads._core.redact("https://a.cn/b", x),
    "redact of a request": lambda x: sign(account(), ADD).redact(x),
    "a text": lambda x: made(AddLead, cus_name=x),
    "an id": lambda x: made(qince_leads.ModifyLead, id=x),
    "a count": lambda x: made(QueryLeads, page=x),
    "a day": lambda x: made(QueryLeads, create_time_start=x),
    "a choice": lambda x: made(AddLead, mobile_repeat=x),
    "a part": lambda x: made(qince_leads.AddApaasLead, mobile=x),
    "parts": lambda x: made(AddLead, exts=x),
    "a part of several": lambda x: made(AddLead, exts=[x]),
    "parts of parts": lambda x: made(QueryApaasLeads, query_group=[qince_leads.LeadFilterGroup(filters=[x])]),
    "a map or rows": lambda x: made(qince_leads.ModifyLead, exts=x),
    "a map": lambda x: made(qince_leads.ModifyApaasLead, exts=x),
    "a value of a map": lambda x: made(qince_leads.ModifyApaasLead, exts={"a": x}),
    "any value": lambda x: made(qince_leads.LeadExtRow, salesleads_ext_key="k", salesleads_ext_value=x),
    "values": lambda x: made(qince_leads.LeadFilter, field_values=x),
    "extra": lambda x: made(AddLead, extra=x),
    "a value of extra": lambda x: made(AddLead, extra={"a": x}),
    "a text of a record": lambda x: made(Lead, cus_name=x),
    "a record in a record": lambda x: made(qince_leads.ApaasLead, mobile=x),
    "records in a record": lambda x: made(Lead, labels=x),
    "a map of a record": lambda x: made(qince_leads.ApaasLead, exts=x),
    "extra of a record": lambda x: made(Lead, extra=x),
    "extra of a follow-up": lambda x: made(FollowUp, extra={"ext_a": x}),
    "replace": lambda x: ADD.replace(emp_name=x),
    "replace of a record": lambda x: Lead().replace(cus_name=x),
    "by position": lambda x: AddLead(*[x]),
    "a record by position": lambda x: Lead(*[x]),
    "payload from_json": AddLead.from_json,
    "record from_json": Lead.from_json,
    "payload ==": lambda x: ADD == x,  # noqa: SIM300
    "record ==": lambda x: Lead() == x,
    "a descriptor": lambda x: AddLead.cus_name.__get__(x, type(x)),
    "a descriptor's owner": lambda x: AddLead.cus_name.__get__(None, x),
    "a table": lambda x: type("Sub", (AddLead,), {"__table__": x})(cus_name="c"),
    "Payload[...]": qince_leads.Payload.__class_getitem__,
    **{
        f"{kind.__name__} {name}": lambda x, kind=kind, name=name: client(kind, **{name: x})  # type: ignore[misc]
        for kind in (Client, AsyncClient)
        for name in ("transport", "timeout", "policy", "timestamp_form", "on_attempt", "openid", "app_key", "base_url")
    },
    "Client": Client,
    "Client openid alone": lambda x: Client(openid=x, app_key="k"),
    "with_options": lambda x: Client(account()).with_options(timeout=x),
    "add": lambda x: Client(account(), transport=Answers(Reply(200, body()))).add(x),
    "add a field": lambda x: Client(account(), transport=Answers(Reply(200, body()))).add(cus_name=x),
    "query": lambda x: Client(account()).query(x),
    "a reply": lambda x: Client(account(), transport=Answers(x), policy=Policy(max_attempts=1)).remove(code="c"),
    "a reply's status": lambda x: reply_of((x, body(), None)),
    "a reply's body": lambda x: reply_of((200, x, None)),
    "a reply's header": lambda x: reply_of((503, b"", x)),
}


def reply_of(reply: Any) -> object:
    return Client(account(), transport=lambda *_: reply, policy=Policy(max_attempts=1)).remove(code="c")


# What has nothing to do with the package is raised by Python itself.
ALLOWED: dict[str, tuple[type[Exception], ...]] = {"Page index": (IndexError,)}


@pytest.mark.parametrize("name", TAKES)
def test_wrong_objects_end_in_a_type_error_or_in_an_error_of_the_package(name: str) -> None:
    allowed: tuple[type[Exception], ...] = (TypeError, QinceError, Mine, *ALLOWED.get(name, ()))
    others = {}
    for what, wrong in WRONG.items():
        try:
            TAKES[name](wrong)
        except allowed:
            continue
        # A panic of the native part is no Exception.
        except BaseException as error:
            others[what] = f"{type(error).__module__}.{type(error).__name__}: {str(error)[:80]}"
    assert others == {}


def test_every_function_and_class_of_the_package_is_in_the_table() -> None:
    tried = " ".join(TAKES)
    public = {"Account", "Call", "Client", "AsyncClient", "Pages", "Policy", "PushEvent", "Receipt", "Payload"}
    public |= {"Other", "Relayed", "Fault", "Attempt", "Pace"}
    functions = {
        "sign",
        "read",
        "verify_push",
        "acknowledge",
        "refuse",
        "fields",
        "sign_push",
        "redact",
        "check_header",
    }
    assert {name for name in public | functions if name not in tried} == set()
    made_by_the_package = {"Done", "Field", "Page", "Progress", "Send", "SignedRequest", "Wait"}
    of_python = {"Scan", "AsyncScan", "Record", "Part", "Query"}
    values = {kind.__name__ for kind in (*PAYLOADS, *PARTS, *RECORDS)}
    listed = set(vars(qince_leads._core))
    known = public | functions | made_by_the_package | of_python | values | {"MAX_BODY"}
    assert {name for name in listed if not name.startswith("_")} <= known


@pytest.mark.parametrize("kind", [*PAYLOADS, *PARTS, *RECORDS])
def test_every_class_refuses_what_has_no_json_in_every_field(kind: Any) -> None:
    import inspect

    for name in inspect.signature(kind).parameters:
        for wrong in (object(), b"x", "\ud800", math.nan, {1}, Raises(), RaisesMapping(), [object()], {"a": 1j}):
            with pytest.raises((TypeError, QinceError, Mine)):
                kind(**{name: wrong})


@pytest.mark.parametrize("name", ["", "\x00", "\ud800", "x" * 100_000, "中文", "self", "class", "__class__", "__new__"])
def test_keywords_of_any_name_are_refused(name: str) -> None:
    for kind in (*PAYLOADS, *PARTS, *RECORDS):
        with pytest.raises(TypeError):
            kind(**{name: "x"})
        with pytest.raises(TypeError):
            kind().replace(**{name: "x"})


@pytest.mark.parametrize("digits", [20, 400, 4300, 4301, 100_000])
def test_numbers_of_any_length_in_what_the_service_sends_can_be_looked_at(digits: int) -> None:
    number = "7" * digits
    (lead,) = read(QueryLeads, 200, f'{{"return_code":"0","response_data":[{{"id":{number},"new":{number}}}]}}')
    assert lead.id == number
    assert lead.to_json() == f'{{"id":"{number}","new":{number}}}'
    assert set(lead.extra) == {"new"}
    assert repr(lead)
    assert lead.to_dict()["id"] == number


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "1e99999999999", "-0.0"])
def test_decimals_of_any_size_in_what_the_service_sends_can_be_looked_at_and_kept(number: str) -> None:
    (lead,) = read(QueryLeads, 200, f'{{"return_code":"0","response_data":[{{"new":{number}}}]}}')
    assert set(lead.extra) == {"new"}
    assert lead.to_json() == f'{{"new":{number}}}'
    assert lead.replace(id="1").id == "1"


def test_nesting_is_taken_up_to_a_depth_and_refused_beyond_it() -> None:
    taken = inside("x", 100)
    assert AddLead(extra={"a": taken}).extra == {"a": taken}
    for depth in (200, 1000, 100_000):
        with pytest.raises((TypeError, QinceError)):
            AddLead(extra={"a": inside("x", depth)})
        with pytest.raises(QinceError):
            AddLead.from_json('{"extra":' + '{"a":' * depth + "1" + "}" * depth + "}")


@pytest.mark.parametrize("endless", [SELF_LIST, SELF_DICT, SELF_BOTH], ids=["list", "dict", "both"])
def test_what_holds_itself_is_refused(endless: Any) -> None:
    for make in (lambda: AddLead(extra={"a": endless}), lambda: Lead(extra={"a": endless})):
        with pytest.raises((TypeError, QinceError)):
            make()


def test_what_stands_twice_without_holding_itself_is_sent_twice() -> None:
    shared: dict[str, Any] = {"a": [1]}
    assert AddLead(extra={"x": shared, "y": [shared, shared]}).extra == {"x": shared, "y": [shared, shared]}


def test_a_list_that_changes_while_it_is_read_does_no_harm() -> None:
    class Growing(dict[str, Any]):
        def items(self) -> Any:
            grown.append(1)
            return super().items()

    grown: list[Any] = []
    grown.extend([Growing(a=1), Growing(b=2)])
    lead = AddLead(emp_name="e", extra={"x": grown})
    assert lead.extra["x"][:2] == [{"a": 1}, {"b": 2}]


def test_a_list_of_many_faults_is_reported_as_far_as_anybody_reads_and_counted() -> None:
    wrong: Any = [{"salesleads_ext_value": i} for i in range(5_000)]
    with pytest.raises(qince_leads.InvalidPayloadError) as raised:
        AddLead(emp_name="e", exts=wrong)
    # Each has a value that is no text, and no key.
    assert (len(raised.value.violations), raised.value.more) == (100, 9_900)
    assert str(raised.value).endswith("; and 9900 more")


def test_classes_that_are_made_wrongly_do_not_end_the_process() -> None:
    code = """
import copyreg, qince_leads as q
from qince_leads import *
def tried(make):
    try:
        make()
    except (TypeError, AttributeError, QinceError):
        pass
for kind in (AddLead, Lead, Account, Policy, Receipt, Page, Call, Pages, PushEvent, SignedRequest, Send, Part, Record):
    for make in (
        lambda: object.__new__(kind),
        lambda: kind.__new__(kind),
        lambda: kind.__new__(AddLead),
        lambda: kind.__new__(int),
        lambda: kind.__new__(kind, AddLead()),
        lambda: copyreg.__reduce_ex__(kind, 2),
        lambda: kind.__init__(5),
        lambda: type("Sub", (kind,), {})(),
        lambda: type("Both", (AddLead, Lead), {})(),
        lambda: type("Both", (AddLead, QueryLeads), {})(code="c"),
        lambda: setattr(AddLead(), "__class__", QueryLeads),
        lambda: setattr(AddLead(), "__class__", kind),
        lambda: kind.__eq__(AddLead(), 5),
        lambda: kind.__hash__(5),
        lambda: kind.__repr__(5),
    ):
        tried(make)
lead = AddLead(emp_name="e")
class Sub(AddLead):
    pass
sub = Sub(emp_name="e")
tried(lambda: setattr(sub, "__class__", type("Other", (QueryLeads,), {})))
tried(lambda: sub.emp_name)
tried(lambda: repr(sub))
print("alive", lead.emp_name)
"""
    assert run_python(code) == "alive e"


def test_a_page_index_beyond_any_is_out_of_range() -> None:
    page: Page[Any] = page_of({"id": "1"})
    for beyond in (2**63, -(2**63) - 1, 2**64, 10**5000):
        with pytest.raises(IndexError):
            page[beyond]
