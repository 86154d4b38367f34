"""From payload to request."""

from __future__ import annotations

import hashlib
import uuid
from urllib.parse import unquote

import pytest
from qince_leads import AddLead, InvalidPayloadError, InvalidStampError, ModifyLead, SignedRequest, sign

from .support import APP_KEY, OPENID, VALID, account

PATHS = {
    "add": "addSalesLeads",
    "add_apaas": "addSalesLeadsForApaas",
    "modify": "modifySalesLeads",
    "modify_apaas": "modifySalesLeadsForApaas",
    "remove": "removeSalesLeads",
    "query": "querySalesLeads",
    "query_apaas": "querySalesLeadsForApaas",
}


def signed(**options: object) -> SignedRequest:
    lead = AddLead(cus_name="示例", emp_name="e")
    return sign(account(), lead, **{"now_ms": 1617206400000, "msg_id": "m 1", **options})  # type: ignore[arg-type]


def test_a_request_says_all_that_is_needed_to_send_it() -> None:
    request = signed()
    text = '{"empName":"e","cus_name":"示例"}'
    digest = hashlib.md5(f"{text}|{APP_KEY}|1617206400000".encode()).hexdigest()
    assert request.method == "POST"
    assert request.body == text.encode()
    assert request.operation == "add"
    assert request.msg_id == "m 1"
    assert request.timestamp == "1617206400000"
    assert {name.lower(): value.split(";")[0] for name, value in request.headers.items()} == {
        "content-type": "application/json"
    }
    assert request.url == (
        f"https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/{OPENID}/1617206400000/{digest}/m%201"
    )
    assert request.redacted_url == (
        "https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/***/1617206400000/***/m%201"
    )


@pytest.mark.parametrize("operation", PATHS)
def test_every_operation_has_a_path_of_its_own(operation: str) -> None:
    request = sign(account(), VALID[operation])
    assert request.operation == operation
    assert f"/api/salesleads/v1/{PATHS[operation]}/{OPENID}/" in request.url


def test_a_compact_timestamp_is_a_time_of_china() -> None:
    request = signed(timestamp_form="compact")
    assert request.timestamp == "20210401000000"
    assert "/20210401000000/" in request.url


def test_without_a_stamp_a_request_has_the_time_and_an_id_of_its_own() -> None:
    import time

    before = time.time_ns() // 1_000_000
    one, other = (sign(account(), VALID["remove"]) for _ in range(2))
    assert before <= int(one.timestamp) <= int(other.timestamp) <= time.time_ns() // 1_000_000
    assert uuid.UUID(one.msg_id).version == 4
    assert one.msg_id != other.msg_id


@pytest.mark.parametrize(
    "stamp",
    [{"msg_id": ""}, {"now_ms": -1}, {"now_ms": 253402300800000}, {"now_ms": 10**40}, {"now_ms": -(10**40)}],
)
def test_a_stamp_that_cannot_be_written_is_refused(stamp: dict[str, object]) -> None:
    with pytest.raises(InvalidStampError) as raised:
        signed(**stamp)
    assert raised.value.code == "invalid_stamp"


@pytest.mark.parametrize("form", ["iso", "", "EPOCH_MS", 5, None])
def test_a_form_of_timestamp_that_does_not_exist_is_refused(form: object) -> None:
    with pytest.raises(TypeError):
        signed(timestamp_form=form)


def test_a_payload_that_breaks_rules_is_refused_with_all_of_them() -> None:
    lead = AddLead(cus_name="x" * 101, mobile_repeat="7")  # type: ignore[arg-type]
    with pytest.raises(InvalidPayloadError) as raised:
        sign(account(), lead)
    found = {(violation.path, violation.rule) for violation in raised.value.violations}
    assert found == {("cus_name", "max_length"), ("mobile_repeat", "allowed_values"), ("", "required_one_of")}
    assert raised.value.violations == lead.violations()


def test_a_message_id_is_encoded_as_one_segment_of_the_path() -> None:
    request = signed(msg_id="a/b?c#d%é~-._")
    last = request.url.rsplit("/", 1)[1]
    assert last == "a%2Fb%3Fc%23d%25%C3%A9~-._"
    assert unquote(last) == request.msg_id == "a/b?c#d%é~-._"


def test_ids_that_are_numbers_are_sent_with_every_digit() -> None:
    for given in (12345678901234567, "12345678901234567"):
        assert sign(account(), ModifyLead(id=given)).body == b'{"id":12345678901234567}'


def test_headers_that_someone_changes_are_those_of_a_copy() -> None:
    request = signed()
    request.headers["X"] = "y"
    assert "X" not in request.headers


def test_a_request_cannot_be_made_or_changed_by_hand() -> None:
    with pytest.raises(TypeError):
        SignedRequest()
    with pytest.raises(AttributeError):
        signed().body = b""  # type: ignore[misc]
