"""What this SDK raises on purpose."""

from __future__ import annotations

import copy
import inspect
import pickle
import traceback
import typing
from typing import Any

import pytest
import qince_leads
from qince_leads import (
    AddLead,
    BadSignatureError,
    ForbiddenError,
    HttpStatusError,
    InvalidAccountError,
    InvalidPayloadError,
    InvalidStampError,
    MalformedError,
    NotSentError,
    QinceError,
    QueryLeads,
    RejectedError,
    RemoveLead,
    StaleError,
    TransportError,
    UncertainError,
    Violation,
    errors,
    read,
    sign,
)

from .support import Hand, account, body

CLASSES: dict[str, type[QinceError]] = {
    "invalid_account": InvalidAccountError,
    "invalid_stamp": InvalidStampError,
    "invalid_payload": InvalidPayloadError,
    "rejected": RejectedError,
    "http_status": HttpStatusError,
    "malformed": MalformedError,
    "transport": TransportError,
    "uncertain": UncertainError,
    "bad_signature": BadSignatureError,
    "stale": StaleError,
    "forbidden": ForbiddenError,
}

MADE: list[QinceError] = [
    InvalidAccountError("account"),
    InvalidStampError("stamp"),
    InvalidPayloadError("payload", violations=(Violation("a[0].b", "required", "say it"),)),
    RejectedError("rejected", return_code="1", return_msg="线索", echoed_msg_id="m"),
    HttpStatusError("status", status=502, body=b"<html>"),
    MalformedError("malformed", reason="why", body=b"\xff"),
    TransportError("transport", failure="not_sent"),
    UncertainError("uncertain"),
    BadSignatureError("signature"),
    StaleError("stale", age_ms=5, max_age_ms=4),
    ForbiddenError("forbidden", operation="remove"),
]


MOBILE = str(13_800_000_000)


def test_there_is_one_class_for_every_stable_code() -> None:
    assert {code: kind.code for code, kind in CLASSES.items()} == {code: code for code in CLASSES}
    assert set(typing.get_args(qince_leads.ErrorCode)) == CLASSES.keys()
    assert set(QinceError.__subclasses__()) == set(CLASSES.values())


def test_every_error_is_a_qince_error_and_what_was_given_wrongly_a_value_error() -> None:
    for kind in CLASSES.values():
        assert issubclass(kind, QinceError)
        assert issubclass(kind, ValueError) == kind.code.startswith("invalid_")
    assert not issubclass(QinceError, ValueError | OSError)
    assert not issubclass(NotSentError, QinceError)


def test_every_error_is_offered_by_the_package_and_documented() -> None:
    for kind in (*CLASSES.values(), QinceError, Violation):
        assert getattr(qince_leads, kind.__name__) is kind
        assert kind.__name__ in vars(qince_leads)["__all__"]
        assert kind.__name__ in errors.__all__
        assert inspect.getdoc(kind)


@pytest.mark.parametrize("error", MADE, ids=lambda error: error.code)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_errors_survive_pickle_with_their_attributes_and_their_cause(error: QinceError, protocol: int) -> None:
    cause = HttpStatusError("behind it", status=503)
    cause.__cause__ = TransportError("far behind it", failure="unknown")
    error.__cause__ = cause
    kept = pickle.loads(pickle.dumps(error, protocol))
    assert type(kept) is type(error)
    assert str(kept) == str(error)
    assert vars(kept) == vars(error)
    assert type(kept.__cause__) is HttpStatusError
    assert kept.__cause__.status == 503
    assert isinstance(kept.__cause__.__cause__, TransportError)
    assert kept.__cause__.__cause__.failure == "unknown"


def test_errors_survive_copies() -> None:
    for error in MADE:
        for copied in (copy.copy(error), copy.deepcopy(error)):
            assert (type(copied), str(copied), vars(copied)) == (type(error), str(error), vars(error))


def test_an_error_whose_cause_cannot_be_pickled_survives_without_it() -> None:
    class UnknownError(Exception):
        """A class that pickle cannot find."""

    error = TransportError("t")
    error.__cause__ = UnknownError()
    assert pickle.loads(pickle.dumps(error)).__cause__ is None


def test_errors_that_the_core_raises_survive_pickle() -> None:
    for error in raised_by_the_core():
        kept = pickle.loads(pickle.dumps(error))
        assert (type(kept), str(kept), vars(kept)) == (type(error), str(error), vars(error))


def raised_by_the_core() -> list[QinceError]:
    def of(make: Any) -> QinceError:
        with pytest.raises(QinceError) as raised:
            make()
        return raised.value

    lost = Hand(AddLead(emp_name="e"))
    lost.fail()
    return [
        of(lambda: qince_leads.Account("", "k")),
        of(lambda: sign(account(), RemoveLead(code="c"), now_ms=-1)),
        of(lambda: sign(account(), AddLead())),
        of(lambda: read(AddLead, 200, body(code="5", return_msg="no"))),
        of(lambda: read(AddLead, 500, "")),
        of(lambda: read(AddLead, 200, "\x00")),
        of(lambda: qince_leads.verify_push("x", secrets="s", max_age_ms=None)),
        of(lambda: qince_leads.Relayed.read("salesleads/v1/addSalesLeads/m", "{}", [])),
        lost.error(UncertainError),
    ]


def test_violations_are_tuples_with_names() -> None:
    violation = Violation("a", "type", "m")
    path, rule, message, *rest = violation
    assert (violation.path, violation.rule, violation.message) == (path, rule, message) == ("a", "type", "m")
    assert rest == ["", "", None, None, ()]
    with pytest.raises(InvalidPayloadError) as raised:
        sign(account(), AddLead())
    assert type(raised.value.violations) is tuple
    assert {type(each) for each in raised.value.violations} == {Violation}
    assert all(each.rule in typing.get_args(qince_leads.Rule) for each in raised.value.violations)


def test_a_malformed_body_is_kept_but_not_shown() -> None:
    with pytest.raises(MalformedError) as raised:
        read(QueryLeads, 200, body({"私人": MOBILE}))
    error = raised.value
    assert MOBILE in error.body.decode()
    shown = [str(error), repr(error), *map(str, error.args), *traceback.format_exception(error)]
    assert [text for text in shown if MOBILE in text] == []


def test_errors_are_made_by_the_core_with_all_that_they_declare() -> None:
    for error in raised_by_the_core():
        declared = {name for name in type(error).__annotations__ if name != "code"}
        # The reply is a client's to add.
        of_the_call = {name for name in QinceError.__annotations__ if name not in ("code", "reply")}
        assert vars(error).keys() == declared | (of_the_call if error.msg_id else set())


def test_messages_say_it_in_one_line_without_a_full_stop() -> None:
    for error in raised_by_the_core():
        assert len(str(error).splitlines()) == 1
        assert not str(error).endswith(".")
        assert str(error) == error.args[0]


def test_errors_raised_by_hand_keep_the_cause_that_python_gives_them() -> None:
    cause = KeyError("k")
    with pytest.raises(UncertainError) as raised:
        raise UncertainError("u") from cause
    assert raised.value.__cause__ is cause
