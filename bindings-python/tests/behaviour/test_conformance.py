"""The runner of the vectors fails where it must."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

RUNNER = Path(__file__).parents[1] / "conformance"

PASSING: dict[str, Any] = {
    "name": "passes",
    "kind": "reply",
    "op": "remove",
    "status": 200,
    "body": '{"return_code":"0"}',
    "expect": {"ok": {}},
}
SIGNED: dict[str, Any] = {
    "name": "signed",
    "kind": "sign",
    "op": "remove",
    "account": {"openid": "o", "app_key": "k"},
    "stamp": {"now_ms": 0, "msg_id": "m"},
    "payload": {},
    "expect": {"violations": [{"path": "", "rule": "required_one_of"}]},
}
PUSHED: dict[str, Any] = {
    "name": "pushed",
    "kind": "push",
    "body": "x",
    "secrets": ["s"],
    "now_ms": 0,
    "max_age_ms": None,
    "expect": {"error": {"kind": "malformed"}},
}
SEND: dict[str, Any] = {"at": 0, "expect": {"send": {"op": "remove", "msg_id": "m1", "timestamp": "0"}}}
CALL: dict[str, Any] = {
    "name": "call",
    "kind": "call",
    "op": "remove",
    "account": {"openid": "o", "app_key": "k"},
    "payload": {"code": "c"},
    "policy": {"max_attempts": 1, "base_delay_ms": 1, "max_delay_ms": 1, "deadline_ms": None, "jitter": 0},
    "script": [SEND],
}
ASK: dict[str, Any] = {"expect": {"page": 1, "page_size": 1000}}
SCAN: dict[str, Any] = {
    "name": "scan",
    "kind": "pages",
    "op": "query",
    "payload": {"code": "c"},
    "script": [ASK, {"give": {"ids": []}}, {"expect": {"end": True}}],
}
DONE = {"at": 1, "expect": {"done": {"ok": {}}}}
REPLIED: dict[str, Any] = {"at": 1, "give": {"status": 200, "body": '{"return_code":"0"}'}}

NOT_UNDERSTOOD = [
    {**PASSING, "kind": "stream"},
    {**PASSING, "kind": ["sign"]},
    {**PASSING, "kind": None},
    {**PASSING, "name": 5},
    {**PASSING, "more": 1},
    {**PASSING, "more": None},
    {**PASSING, "op": "addApaas"},
    {**PASSING, "op": ["add"]},
    {**PASSING, "body": 5},
    {**PASSING, "status": "200"},
    {**PASSING, "status": True},
    {**PASSING, "expect": None},
    {**PASSING, "expect": {}},
    {**PASSING, "body_base64": "e30="},
    {name: value for name, value in PASSING.items() if name != "body"},
    {name: value for name, value in PASSING.items() if name != "body"} | {"body_base64": "e30*"},
    {**PASSING, "expect": {"ok": {}, "more": 1}},
    {**PASSING, "expect": {"ok": {}, "more": None}},
    {**PASSING, "expect": {"ok": {}, "error": None}},
    {**PASSING, "expect": {"ok": {"more": None}}},
    {**PASSING, "expect": {"ok": {"leads": []}}},
    {**PASSING, "body": "x", "expect": {"error": {"kind": "malformed", "more": None}}},
    {**SIGNED, "account": {**SIGNED["account"], "more": None}},
    {**SIGNED, "stamp": {**SIGNED["stamp"], "more": None}},
    {**SIGNED, "stamp": {**SIGNED["stamp"], "form": "iso"}},
    {**SIGNED, "expect": {**SIGNED["expect"], "more": None}},
    {**SIGNED, "expect": {"violations": [{**SIGNED["expect"]["violations"][0], "more": None}]}},
    {**SIGNED, "expect": {"url": "u"}},
    {**PUSHED, "secrets": "s"},
    {**PUSHED, "more": None},
    {**PUSHED, "expect": {"error": {"kind": "malformed", "more": None}}},
    {**PUSHED, "expect": {"ok": {}}},
    {**CALL, "policy": {**CALL["policy"], "more": None}},
    {**CALL, "policy": {**CALL["policy"], "jitter": "0"}},
    {**CALL, "account": {**CALL["account"], "more": None}},
    {**CALL, "script": [{**SEND, "more": None}]},
    {**CALL, "script": [{**SEND, "give": {"failed": "unknown"}}]},
    {**CALL, "script": [{"at": 0, "expect": {"send": {**SEND["expect"]["send"], "more": None}}}]},
    {**CALL, "script": [SEND, {"at": 0, "give": {"failed": "never"}}, SEND]},
    {**CALL, "script": [SEND, {"at": 0, "give": {"failed": "unknown", "more": None}}, SEND]},
    {**CALL, "script": [SEND, {**REPLIED, "give": {**REPLIED["give"], "more": None}}, DONE]},
    {**CALL, "script": [{"at": 0, "give": {"failed": "unknown"}}, SEND]},
    {**CALL, "script": [SEND, REPLIED, REPLIED, DONE]},
    {**SCAN, "op": "remove"},
    {**SCAN, "more": None},
    {**SCAN, "script": [{**ASK, "more": None}]},
    {**SCAN, "script": [{**ASK, "give": {"ids": []}}]},
    {**SCAN, "script": [{"expect": {**ASK["expect"], "more": None}}]},
    {**SCAN, "script": [ASK, {"give": {"ids": [], "more": None}}, {"expect": {"end": True}}]},
    {**SCAN, "script": [{"give": {"ids": []}}, ASK]},
    "text",
    None,
    5,
]


class Vectors:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, **files: object) -> tuple[list[str], int]:
        """Runs these files, each a text or a list of cases; `a__b` is b in the folder a."""
        for name, given in files.items():
            path = self.folder / f"{name.replace('__', '/')}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(given if isinstance(given, str) else json.dumps({"cases": given}), encoding="utf-8")
        command = [sys.executable, str(RUNNER), "--vectors", str(self.folder)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=30, encoding="utf-8")
        assert done.stderr == ""
        return done.stdout.splitlines(), done.returncode


@pytest.fixture
def vectors(tmp_path: Path) -> Vectors:
    return Vectors(tmp_path)


def test_what_is_as_expected_passes_in_files_below_the_folder_too(vectors: Vectors) -> None:
    lines, code = vectors.run(
        a=[PASSING, SIGNED, PUSHED, {**CALL, "script": [SEND, REPLIED, DONE]}], below__b=[SCAN, {**CALL, "name": "2"}]
    )
    assert (lines, code) == (["python: 6 passed, 0 failed"], 0)


def test_another_expectation_fails_and_says_what_came(vectors: Vectors) -> None:
    lines, code = vectors.run(a=[{**PASSING, "expect": {"ok": {"id": "7"}}}, SIGNED])
    assert lines == [
        "FAILED passes",
        '  str: expected {"ok":{"id":"7"}}',
        '  came     {"ok":{}}',
        "python: 1 passed, 1 failed",
    ]
    assert code == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {**SIGNED, "expect": {"violations": []}},
        {**SIGNED, "expect": {"error": "invalid_account"}},
        {**SIGNED, "payload": {"code": "c"}, "expect": {"url": "u", "body": "b"}},
        {**PUSHED, "expect": {"error": {"kind": "stale"}}},
        {**CALL, "script": [{**SEND, "expect": {"wait_until": 5}}]},
        {**CALL, "script": [SEND, REPLIED, {**DONE, "expect": {"done": {"ok": {"id": "1"}}}}]},
        {**SCAN, "script": [{"expect": {"end": True}}]},
        {**SCAN, "script": [ASK, {"give": {"ids": ["1"]}}, {"expect": {"leads": ["2"]}}]},
    ],
)
def test_a_wrong_expectation_of_any_kind_fails(vectors: Vectors, wrong: dict[str, Any]) -> None:
    lines, code = vectors.run(a=[wrong])
    assert (lines[0], lines[-1], code) == (f"FAILED {wrong['name']}", "python: 0 passed, 1 failed", 1)
    assert "expected" in lines[1]


def test_what_is_not_understood_fails(vectors: Vectors) -> None:
    # All in one run, each under a name of its own: a process for each would take too long.
    cases = [
        {**case, "name": f"case {i}"} if isinstance(case, dict) and isinstance(case.get("name"), str) else case
        for i, case in enumerate(NOT_UNDERSTOOD)
    ]
    lines, code = vectors.run(a=cases)
    failures = [i for i, line in enumerate(lines) if line.startswith("FAILED ")]
    assert len(failures) == len(cases)
    assert (lines[-1], code) == (f"python: 0 passed, {len(cases)} failed", 1)
    reasons = [lines[i + 1] for i in failures]
    assert [reason for reason in reasons if not re.match(r"  (NotUnderstoodError|Error): .", reason)] == []


@pytest.mark.parametrize("script", [[], [SEND, {"at": 0, "give": {"failed": "unknown"}}]])
def test_a_script_that_does_not_end_in_an_expectation_fails(vectors: Vectors, script: list[Any]) -> None:
    lines, code = vectors.run(a=[{**CALL, "script": script}])
    assert "does not end in an `expect`" in lines[1]
    assert code == 1


def test_a_name_that_comes_twice_fails(vectors: Vectors) -> None:
    lines, code = vectors.run(a=[PASSING], b=[PASSING])
    assert "a second case of this name" in lines[1]
    assert (lines[-1], code) == ("python: 1 passed, 1 failed", 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"cases":5}',
        '{"cases":[],"more":1}',
        '{"cases":[],"cases":[]}',
        "{} x",
        '{"cases":[{"name":NaN}]}',
    ],
)
def test_a_file_that_is_no_suite_fails_and_the_others_run(vectors: Vectors, text: str) -> None:
    lines, code = vectors.run(a=text, b=[PASSING])
    assert lines[0] == f"FAILED {vectors.folder / 'a.json'}"
    assert (lines[-1], code) == ("python: 1 passed, 1 failed", 1)


def test_a_file_that_is_no_utf_8_fails(vectors: Vectors) -> None:
    (vectors.folder / "a.json").write_bytes(b'{"cases":[{"name":"\xff"}]}')
    lines, code = vectors.run()
    assert (lines[-1], code) == ("python: 0 passed, 1 failed", 1)


def test_a_folder_in_which_no_case_ran_fails(vectors: Vectors) -> None:
    assert vectors.run() == (["python: 0 passed, 0 failed"], 1)
    (vectors.folder / "a.txt").write_text(json.dumps({"cases": [PASSING]}))
    assert vectors.run(b=[]) == (["python: 0 passed, 0 failed"], 1)


def test_a_folder_that_does_not_exist_fails(tmp_path: Path) -> None:
    lines, code = Vectors(tmp_path / "missing").run()
    assert (lines[-1], code) == ("python: 0 passed, 1 failed", 1)


def test_long_texts_are_cut(vectors: Vectors) -> None:
    lines, _ = vectors.run(a=[{**PASSING, "expect": {"ok": {"id": "7" * 10_000}}}])
    assert max(map(len, lines)) < 500


@pytest.mark.parametrize(("expected", "code"), [("12345678901234567891", 0), ("12345678901234567892", 1)])
def test_integers_in_vectors_keep_every_digit(vectors: Vectors, expected: str, code: int) -> None:
    long = {
        **PASSING,
        "op": "query",
        "body": '{"return_code":0,"response_data":[{"n":12345678901234567891}]}',
        "expect": {"ok": {"leads": [{"n": 0}]}},
    }
    _, came = vectors.run(a=json.dumps({"cases": [long]}).replace('"n": 0', f'"n": {expected}'))
    assert came == code


def test_decimals_and_long_integers_of_a_payload_are_sent_as_they_stand(vectors: Vectors) -> None:
    numbers = f"[1.10,-0.0,1e400,{'7' * 5000}]"
    sent = {
        **SIGNED,
        "payload": {"code": "c", "extra": {"n": 0}},
        "expect": {
            "url": "https://openapi.waiqin365.com/api/salesleads/v1/removeSalesLeads/o/0/digest/m",
            "body": f'{{"code":"c","n":{numbers}}}',
        },
    }
    lines, _ = vectors.run(a=json.dumps({"cases": [sent]}).replace('{"n": 0}', f'{{"n": {numbers}}}'))
    # Only the digest differs.
    assert 'came     {"url":"https' in lines[2]
    assert '"body":"{\\"code\\":\\"c\\",\\"n\\":[1.10,-0.0,1e400,777' in lines[2]


def test_a_boolean_is_no_number_and_null_members_do_not_count(vectors: Vectors) -> None:
    reply = {**PASSING, "op": "query", "body": '{"return_code":0,"response_data":[{"n":1,"m":null}]}'}
    right = {**reply, "expect": {"ok": {"leads": [{"n": 1, "k": None}]}}}
    wrong = {**reply, "name": "wrong", "expect": {"ok": {"leads": [{"n": True}]}}}
    lines, _ = vectors.run(a=[right, wrong])
    assert (lines[0], lines[-1]) == ("FAILED wrong", "python: 1 passed, 1 failed")
