"""The service pushes; the host's webhook verifies and acknowledges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import screen
from expect import expect
from qince_leads import FollowUp, PushEvent
from webhook import Webhook

if TYPE_CHECKING:
    from sandbox import Json
    from stage import Stage

FOLLOW_UP = {
    "lead_code": "D1",
    "lead_name": "示例公司",
    "activity_type": "电话",
    "activity_content": "客户很感兴趣",
    "create_by": "张三",
    "create_at": "2026-01-02 09:30",
}


def show(stage: Stage) -> None:
    events: list[PushEvent] = []
    with Webhook(events.append, stage.push_secret) as webhook:
        screen.line("webhook", "", webhook.url)
        deliveries = stage.sandbox.push(url=webhook.url, count=1, tamper=1, follow_up=FOLLOW_UP)
    kinds = {delivery["forged"]: delivery for delivery in deliveries}
    expect(len(deliveries) == len(kinds) == 2, f"{len(deliveries)} pushes came, not a genuine and a forged one")
    took(stage, events, kinds[False])
    turned_away(kinds[True])


def took(stage: Stage, events: list[PushEvent], delivery: Json) -> None:
    expect(len(events) == 1, f"{len(events)} events were handled")
    screen.line("follow-up", "came", f"msg_id {events[0].msg_id}")
    screen.line("", "", describe(events[0]))
    screen.line("", "said", delivery["answer"])
    expect(events[0].msg_id == delivery["msg_id"], "what was handled is not what was pushed")
    done = [each["acknowledged"] and each["attempts"] == 1 for each in stage.sandbox.journal()]
    expect(done == [True], "the sandbox took the answer for no acknowledgement")
    screen.ok("verified, handled once, and acknowledged at once")


def turned_away(delivery: Json) -> None:
    status, answer = delivery["http_status"], delivery["answer"]
    screen.line("forged", "came", f"msg_id {delivery['msg_id']}")
    screen.line("", "said", f"HTTP {status} and nothing else")
    as_it_should = (status, answer, delivery["acknowledged"]) == (400, "", False)
    expect(as_it_should, f"the forged push was answered with HTTP {status} `{answer}`")
    screen.ok("turned away, and never handled")


def describe(event: PushEvent) -> str:
    match event.data:
        case FollowUp(
            lead_name=str(name),
            activity_type=str(kind),
            activity_content=str(content),
            create_by=str(author),
            create_at=str(time),
        ):
            return f"{name}, {kind}, {content}, {author}, {time}"
        case _:
            raise AssertionError("the push holds no whole follow-up")
