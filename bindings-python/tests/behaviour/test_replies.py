"""From HTTP reply to result."""

from __future__ import annotations

import array
import gzip
import pickle
import typing
import zlib
from typing import Any

import pytest
from qince_leads import (
    AddLead,
    ApaasLead,
    Fault,
    HttpStatusError,
    Lead,
    MalformedError,
    Page,
    Payload,
    Query,
    QueryApaasLeads,
    QueryLeads,
    Receipt,
    RejectedError,
    RemoveLead,
    read,
)

from .support import PARTS, RECORDS, VALID, body, page_of

ROWS = body([{"id": "1", "cus_name": "示例😀公司", "new": "新"}, {"id": "2"}])
LEADS = [Lead(id="1", cus_name="示例😀公司", extra={"new": "新"}), Lead(id="2")]


def forms(text: str) -> list[Any]:
    """A body in every form that it may come in."""
    given = text.encode()
    zipped = gzip.compress(given)
    marked = f"\ufeff{text}"
    return [
        text,
        given,
        bytearray(given),
        memoryview(given),
        memoryview(b"x" + given)[1:],
        memoryview(bytearray(given)),
        marked,
        marked.encode(),
        zipped,
        bytearray(zipped),
        memoryview(zipped),
        gzip.compress(marked.encode()),
    ]


def test_text_bytes_gzip_and_a_byte_order_mark_say_the_same() -> None:
    nested = body(ROWS[ROWS.index("[") : -1])
    for form in forms(ROWS) + forms(nested):
        assert list(read(QueryLeads, 200, form)) == LEADS


def test_a_view_of_every_other_byte_is_read_as_it_looks() -> None:
    wide = b"".join(bytes((byte, 0)) for byte in body().encode())
    assert read(RemoveLead, 200, memoryview(wide)[::2]) == Receipt()


@pytest.mark.parametrize("wrong", [None, 5, [1], {}, object(), array.array("b", b"x"), 1.5, (b"x",)])
def test_a_body_is_bytes_or_text(wrong: Any) -> None:
    with pytest.raises(TypeError, match="bytes or str"):
        read(AddLead, 200, wrong)


@pytest.mark.parametrize("wrong", ["200", None, 200.0, b"200"])
def test_a_status_is_an_integer(wrong: Any) -> None:
    with pytest.raises(TypeError, match="int"):
        read(AddLead, wrong, body())


@pytest.mark.parametrize("wrong", [None, 5, "add", VALID["add"], int, Payload, Query, Page, *PARTS, *RECORDS])
def test_an_operation_is_chosen_by_the_class_of_its_payload(wrong: Any) -> None:
    with pytest.raises(TypeError):
        read(wrong, 200, body())


def test_what_was_compressed_otherwise_or_broken_off_is_malformed() -> None:
    zipped = gzip.compress(ROWS.encode())
    broken: list[Any] = [
        zlib.compress(ROWS.encode()),
        zipped[:15],
        zipped[:-9],
        b"\x1f\x8b",
        ROWS.encode()[:9],
        ROWS[:-1],
    ]
    for each in broken:
        with pytest.raises(MalformedError):
            read(QueryLeads, 200, each)


def test_what_is_no_utf_8_is_malformed_and_not_mended() -> None:
    for wrong in (b'{"return_code":"0","a":"\xff"}', b'{"return_code":"0","a":"\xed\xa0\x80"}', ROWS.encode("utf-16")):
        with pytest.raises(MalformedError):
            read(QueryLeads, 200, wrong)


def test_a_small_body_cannot_unfold_without_bound() -> None:
    with pytest.raises(MalformedError, match="67108864"):
        read(QueryLeads, 200, gzip.compress(bytes(65 << 20), 1))


def test_deep_nesting_ends_in_an_error() -> None:
    for opening in ("[", '{"a":'):
        with pytest.raises(MalformedError):
            read(QueryLeads, 200, '{"return_code":"0","response_data":' + opening * 100_000)


@pytest.mark.parametrize("operation", VALID)
def test_an_operation_comes_to_a_receipt_or_to_a_page(operation: str) -> None:
    kind = type(VALID[operation])
    result = read(kind, 200, body([] if issubclass(kind, Query) else "7", msg_id="m"))
    if issubclass(kind, Query):
        assert isinstance(result, Page)
        assert list(result) == []
    else:
        assert result == Receipt(msg_id="m", id="7")


def test_a_page_holds_records_of_its_operation() -> None:
    assert page_of({"id": 1})[0] == Lead(id="1")
    assert page_of({"id": 1}, kind=QueryApaasLeads)[0] == ApaasLead(id="1")


@pytest.mark.parametrize("data", [12345678901234567891, "12345678901234567891", {"id": 12345678901234567891}])
def test_ids_that_are_numbers_are_text_with_every_digit(data: object) -> None:
    assert read(AddLead, 200, body(data)).id == "12345678901234567891"
    assert page_of({"id": 12345678901234567891})[0].id == "12345678901234567891"


def test_a_receipt_without_an_id_has_none() -> None:
    assert read(RemoveLead, 200, body()) == Receipt()
    assert (Receipt().id, Receipt().msg_id) == (None, None)


def test_a_receipt_is_a_value() -> None:
    receipt = Receipt(msg_id="m", id="7")
    assert receipt == Receipt(id="7", msg_id="m")
    assert receipt not in (Receipt(msg_id="m"), Receipt(id="7"), ("m", "7"), None)
    assert len({receipt, Receipt(msg_id="m", id="7"), Receipt()}) == 2
    assert eval(repr(receipt)) == receipt
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(receipt, protocol)) == receipt
    with pytest.raises(AttributeError):
        receipt.id = "8"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Receipt("m", "7")  # type: ignore[call-arg]


def test_a_receipt_may_be_taken_apart_by_a_pattern() -> None:
    match Receipt(msg_id="m", id="7"):
        case Receipt(msg_id, lead):
            assert (msg_id, lead) == ("m", "7")


def test_a_refusal_says_what_the_service_said() -> None:
    for status in (200, 400, 500):
        with pytest.raises(RejectedError) as raised:
            read(AddLead, status, body(code="1001", return_msg="线索编码重复", msg_id="m"))
        error = raised.value
        assert (error.code, error.return_code, error.return_msg, error.echoed_msg_id) == (
            "rejected",
            "1001",
            "线索编码重复",
            "m",
        )
        assert "1001" in str(error)
        assert "线索编码重复" in str(error)
    with pytest.raises(RejectedError) as raised:
        read(AddLead, 200, '{"return_code":1}')
    assert (raised.value.return_code, raised.value.return_msg, raised.value.echoed_msg_id) == ("1", None, None)
    assert (raised.value.msg_id, raised.value.attempts, raised.value.may_have_been_carried_out) == (None, None, None)


@pytest.mark.parametrize("status", [0, 100, 301, 404, 429, 500, 599])
def test_another_status_without_a_reply_of_the_service_says_so(status: int) -> None:
    for text in ("", "<html>", "{}", "[]"):
        with pytest.raises(HttpStatusError) as raised:
            read(AddLead, status, text)
        assert (raised.value.code, raised.value.status, raised.value.body) == ("http_status", status, text.encode())


def test_a_reply_of_the_service_counts_whatever_the_status() -> None:
    assert read(AddLead, 500, body("7")).id == "7"


def test_what_is_no_reply_is_malformed_and_kept_as_it_came() -> None:
    for text in ("", "<html>", "{}", "[]", '{"return_code":[]}'):
        with pytest.raises(MalformedError) as raised:
            read(AddLead, 200, text)
        assert raised.value.code == "malformed"
        assert raised.value.reason
        assert raised.value.reason in str(raised.value)
        assert raised.value.body == text.encode()


@pytest.mark.parametrize(
    ("rows", "read_as", "fault"),
    [
        ([{"id": "1"}, 5, {"id": "2"}], ["1", "2"], Fault("[1]", "an object")),
        ([{"id": "1"}, {"id": "2", "cus_name": []}], ["1", "2"], Fault("[1].cus_name", "text")),
        ([{"id": "1", "labels": {"a": 1}}], ["1"], Fault("[0].labels", "a list of objects")),
        ([{"id": "1", "labels": [{"color": []}]}], ["1"], Fault("[0].labels[0].color", "text")),
    ],
)
def test_what_is_of_another_shape_costs_no_page_and_is_told_by_its_place(
    rows: list[object], read_as: list[str], fault: Fault
) -> None:
    page = page_of(*rows)
    assert [lead.id for lead in page] == read_as
    assert page.faults == (fault,)
    assert pickle.loads(pickle.dumps(page)).faults == page.faults
    assert str(fault) == f"{fault.path}: not {fault.expected}"


def test_a_fault_is_a_value() -> None:
    fault = Fault("[1].labels", "a list of objects")
    match fault:
        case Fault(path, expected):
            assert (path, expected) == ("[1].labels", "a list of objects")
    assert fault == Fault(path="[1].labels", expected="a list of objects")
    assert fault not in (Fault("[1].labels", "text"), Fault("[1]", "a list of objects"), "[1].labels", None)
    assert eval(repr(fault)) == fault
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(fault, protocol)) == fault
    assert len({fault, Fault("[1].labels", "a list of objects")}) == 1


def test_the_body_of_a_malformed_reply_is_bytes_whatever_it_was_given_as() -> None:
    for form in ("示例", "示例".encode(), bytearray("示例".encode()), memoryview("示例".encode())):
        with pytest.raises(MalformedError) as raised:
            read(AddLead, 200, form)
        assert type(raised.value.body) is bytes
        assert raised.value.body == "示例".encode()


def test_a_body_that_is_changed_later_does_not_change_what_was_read() -> None:
    given = bytearray(ROWS.encode())
    page = read(QueryLeads, 200, given)
    given[:] = b"x" * len(given)
    assert list(page) == LEADS


def test_results_are_generic_for_those_who_check_types() -> None:
    assert typing.get_args(Page[Lead]) == (Lead,)
