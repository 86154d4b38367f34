"""Who signs."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from qince_leads import Account, InvalidAccountError, sign

from .support import APP_KEY, OPENID, VALID, account


@pytest.mark.parametrize(("openid", "app_key"), [("", "k"), ("o", ""), ("", "")])
def test_openid_and_app_key_must_not_be_empty(openid: str, app_key: str) -> None:
    with pytest.raises(InvalidAccountError) as raised:
        Account(openid, app_key)
    assert raised.value.code == "invalid_account"
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize("wrong", [None, 5, b"openid", ["o"], "\ud800"])
def test_openid_app_key_and_base_url_must_be_text(wrong: Any) -> None:
    for arguments in ((wrong, "k"), ("o", wrong), ("o", "k", wrong)):
        if arguments == ("o", "k", None):
            continue
        with pytest.raises(TypeError):
            Account(*arguments)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "example.com",
        "/api",
        "ftp://example.com",
        "http://example.com",
        "http://127.0.0.1.example.com",
        "https://",
        "https://user@example.com",
        "https://user:pw@example.com",
        "https://example.com?a=b",
        "https://example.com/?",
        "https://example.com#part",
    ],
)
def test_the_base_url_must_be_absolute_and_safe(base_url: str) -> None:
    with pytest.raises(InvalidAccountError):
        Account("o", "k", base_url)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com"),
        ("https://example.com:8443/proxy/qince/", "https://example.com:8443/proxy/qince"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000/x/", "http://127.0.0.1:8000/x"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_base_url_keeps_its_path_and_loses_its_slash(given: str, kept: str) -> None:
    made = Account("o", "k", given)
    assert made.base_url == kept
    assert sign(made, VALID["remove"]).url.startswith(f"{kept}/api/salesleads/v1/removeSalesLeads/o/")


def test_without_a_base_url_the_vendors_own_is_taken() -> None:
    assert Account("o", "k").base_url == "https://openapi.waiqin365.com"
    assert Account("o", "k", None) == Account("o", "k")


def test_an_account_may_be_made_by_keyword() -> None:
    assert Account(openid="o", app_key="k", base_url="https://a.cn") == Account("o", "k", "https://a.cn")


def test_accounts_are_equal_where_all_that_they_hold_is() -> None:
    assert account() == account()
    assert hash(account()) == hash(account())
    assert len({account(), Account(OPENID, APP_KEY, "https://openapi.waiqin365.com/")}) == 1
    others = [
        Account("other", APP_KEY),
        Account(OPENID, "other"),
        Account(OPENID, APP_KEY, "https://a.cn"),
        OPENID,
        None,
    ]
    assert [other for other in others if account() == other] == []


def test_an_account_survives_copies_and_every_protocol_of_pickle() -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        if protocol >= 2:
            assert pickle.loads(pickle.dumps(account(), protocol)) == account()
    assert copy.copy(account()) == account()
    assert copy.deepcopy({"a": account()}) == {"a": account()}


def test_a_pickled_account_signs_the_same() -> None:
    kept = pickle.loads(pickle.dumps(account()))
    urls = {sign(each, VALID["remove"], now_ms=0, msg_id="m").url for each in (account(), kept)}
    assert len(urls) == 1


def test_an_account_cannot_be_changed() -> None:
    for name in ("base_url", "openid", "other"):
        with pytest.raises(AttributeError):
            setattr(account(), name, "x")


def test_an_account_has_no_attribute_that_tells_its_secrets() -> None:
    made = account()
    for name in dir(made):
        if name in ("__getnewargs__", "__reduce__", "__reduce_ex__", "__getstate__"):
            continue
        told = repr(getattr(made, name))
        assert OPENID not in told
        assert APP_KEY not in told
