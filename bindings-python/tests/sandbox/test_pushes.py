"""The service pushes: each event is handled once, and nothing forged ever."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from qince_leads import FollowUp, PushEvent

from .environment import Environment
from .sandbox import Sandbox
from .webhooks import Handle, Receiver, by_asyncio, by_threads

Listen = Callable[..., AbstractContextManager[str]]


@pytest.fixture(params=[by_threads, by_asyncio])
def listening(request: pytest.FixtureRequest, account: Environment) -> Listen:
    """Serves a webhook of each kind."""

    def listen(handle: Handle, secrets: object = account.push_secret) -> AbstractContextManager[str]:
        served: AbstractContextManager[str] = request.param(Receiver(handle, secrets))  # type: ignore[arg-type]
        return served

    return listen


def test_a_follow_up_is_verified_handled_and_acknowledged(sandbox: Sandbox, listening: Listen) -> None:
    follow_up = {
        "lead_code": "D1",
        "lead_name": "示例公司 & Co = 100%+",
        "activity_content": "客户\n很感兴趣😀",
        "ext_remark": "自定义",
    }
    events: list[PushEvent] = []
    with listening(events.append) as url:
        [delivery] = sandbox.push(url, count=1, follow_up=follow_up)
    assert (delivery["http_status"], delivery["acknowledged"]) == (200, True)
    [event] = events
    assert (event.data_type, event.msg_id) == ("salesLeads_follow", delivery["msg_id"])
    assert event.redelivery is False and event.status_time is None
    assert isinstance(event.data, FollowUp)
    assert (event.data.lead_code, event.data.lead_name) == ("D1", follow_up["lead_name"])
    assert event.data.activity_content == follow_up["activity_content"]
    assert "自定义" in event.data.to_json()
    assert abs(event.timestamp_ms - time.time() * 1000) < 60_000
    [pushed] = sandbox.journal()
    assert json.loads(event.data.to_json()) == pushed["data"]


def test_pushes_that_come_twice_in_any_order_and_with_forged_ones_are_handled_once(
    sandbox: Sandbox, listening: Listen
) -> None:
    handled: list[str] = []
    with listening(lambda event: handled.append(event.msg_id)) as url:
        deliveries = sandbox.push(url, count=200, repeat=0.3, tamper=0.3, shuffle=True, seed=5)
    forged = [one for one in deliveries if one["forged"]]
    genuine = [one for one in deliveries if not one["forged"]]
    assert len(forged) > 20 and len(genuine) > 220
    assert {(one["http_status"], one["answer"]) for one in forged} == {(401, "")}
    assert all(one["acknowledged"] for one in genuine)
    assert sorted(handled) == sorted({one["msg_id"] for one in genuine})
    assert len(handled) == 200
    assert all(pushed["acknowledged"] for pushed in sandbox.journal())


def test_an_event_that_could_not_be_handled_is_refused_and_comes_again(sandbox: Sandbox, listening: Listen) -> None:
    events: list[PushEvent] = []

    def fail_at_first(event: PushEvent) -> None:
        events.append(event)
        if len(events) == 1:
            raise RuntimeError("暂时无法处理")

    with listening(fail_at_first) as url:
        [first] = sandbox.push(url, count=1)
        assert first["acknowledged"] is False
        assert json.loads(first["answer"])["return_msg"] == "暂时无法处理"
        [second] = sandbox.redeliver()
        assert second["acknowledged"] is True
        assert sandbox.redeliver() == []
    before, after = events
    assert before.msg_id == after.msg_id
    assert before.data == after.data
    assert (before.redelivery, after.redelivery) == (False, True)
    assert after.status_time is not None and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", after.status_time)


def test_a_webhook_that_fails_at_times_handles_all_in_the_end(sandbox: Sandbox, listening: Listen) -> None:
    met: dict[str, int] = {}
    handled: list[str] = []

    def fail_at_times(event: PushEvent) -> None:
        met[event.msg_id] = met.get(event.msg_id, 0) + 1
        if met[event.msg_id] <= len(met) % 3:
            raise RuntimeError("the database is busy")
        handled.append(event.msg_id)

    rounds = 0
    with listening(fail_at_times) as url:
        sandbox.push(url, count=60, repeat=0.3, tamper=0.3, shuffle=True, seed=7)
        while sandbox.redeliver():
            rounds += 1
            assert rounds < 10
    assert rounds > 0
    assert sorted(handled) == sorted(pushed["msg_id"] for pushed in sandbox.journal())


def test_another_data_type_comes_as_plain_values(sandbox: Sandbox, listening: Listen) -> None:
    events: list[PushEvent] = []
    with listening(events.append) as url:
        sandbox.push(url, count=1, data_type="another")
    [event] = events
    assert event.data_type == "another"
    assert event.data == sandbox.journal()[0]["data"]


def test_while_one_secret_takes_the_place_of_another_both_are_accepted(
    sandbox: Sandbox, listening: Listen, account: Environment
) -> None:
    handled: list[str] = []
    for secrets, status in ((("new", account.push_secret), 200), (("new",), 401)):
        with listening(lambda event: handled.append(event.msg_id), secrets) as url:
            [delivery] = sandbox.push(url, count=1)
        assert delivery["http_status"] == status
    assert len(handled) == 1
