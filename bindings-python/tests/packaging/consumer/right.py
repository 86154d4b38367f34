"""A program of a user, which type checkers in their strictest form take as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qince_leads import (
    Account,
    AddApaasLead,
    AddLead,
    ApaasLead,
    AsyncClient,
    Attempt,
    Call,
    Client,
    Done,
    ErrorCode,
    Fault,
    FollowUp,
    InvalidPayloadError,
    Lead,
    LeadMobile,
    Other,
    Page,
    Pages,
    Policy,
    PushEvent,
    QinceError,
    QueryLeads,
    Receipt,
    RejectedError,
    Relayed,
    Reply,
    RequestOptions,
    Rule,
    Send,
    SignedRequest,
    Transport,
    UncertainError,
    UrllibTransport,
    Wait,
    acknowledge,
    read,
    refuse,
    sign,
    verify_push,
)
from qince_leads.testing import sign_push


def transport(request: SignedRequest, timeout: float, /) -> Reply:
    """A transport of one's own is a function."""
    url: str = request.url
    body: bytes = request.body
    return Reply(200, body + url.encode() if timeout else b"", None)


def observe(attempt: Attempt) -> None:
    status: int | None = attempt.status
    print(attempt.operation, attempt.outcome, status)


def client() -> Client:
    chosen: Transport = transport
    made = Client(openid="openid", app_key="key", transport=chosen, policy=Policy(max_attempts=2))
    return made.with_options(timeout=5, on_attempt=observe, on_request=trace, on_uncertain=doubt, headers={"X": "y"})


def trace(operation: str, msg_id: str, number: int) -> dict[str, str]:
    return {"traceparent": f"{operation}-{msg_id}-{number}"}


def doubt(error: UncertainError) -> None:
    code: str | None = error.lead_code
    print(code, error.reply)


def for_one_call(client: Client) -> Mapping[str, str] | None:
    options: RequestOptions = {"timeout": 5, "policy": Policy(max_attempts=1)}
    reply: Reply | None = client.remove(code="L1", options=options).reply
    return None if reply is None else reply.headers


def add(client: Client, names: Iterable[str]) -> dict[str, str | None]:
    receipts: list[Receipt] = [client.add(AddLead(emp_name="负责人", cus_name=name, code=name)) for name in names]
    receipts.append(client.add(emp_name="负责人", code="L1", extra={"new": [1, None, {"a": True}]}))
    receipts.append(client.add_apaas(AddApaasLead(company_name="示例公司", mobile=LeadMobile(phone="18811111111"))))
    return {receipt.msg_id or "": receipt.id for receipt in receipts}


def find(client: Client) -> list[str]:
    leads: list[Lead] = list(client.query(create_time_start="2026-01-01", page_size=100))
    pages: list[list[ApaasLead]] = list(client.query_apaas(code="L1").pages())
    faults: list[Fault] = [fault for page in client.query(code="L1").pages() for fault in page.faults]
    print([fault.path for fault in faults])
    names = [lead.cus_name for lead in leads if lead.cus_name is not None]
    names += [lead.mobile.phone or "" for page in pages for lead in page if lead.mobile is not None]
    names += [label.name or "" for lead in leads for label in lead.labels or ()]
    return names


async def find_async(client: AsyncClient) -> list[str | None]:
    receipt: Receipt = await client.remove(code="L1")
    other: Receipt = await client.other("customer/v1/queryCustomer", [{"cm_code": "C1"}])
    print(receipt.id, other.data, receipt.settled)
    return [lead.id async for lead in client.query(QueryLeads(code="L1"))]


def step(call: Call[Receipt]) -> Receipt | None:
    match call.step(0, "m1", 0.5):
        case Done(receipt):
            return receipt
        case Send(request):
            reply = transport(request, 1.0)
            call.replied(request.msg_id, 0, reply.status, reply.body, reply.retry_after)
        case Wait(until_ms):
            print(until_ms + 1)
    return None


def go_on(account: Account, text: str) -> str | None:
    call = Call(account, Other("customer/v1/queryCustomer", {"cm_code": ["C1", None]}, repeat=False))
    print(step(call), call.give_up(0), call.progress.may_have_been_carried_out)
    resumed = Call.resume(account, text, policy=Policy(retry_codes=["45"], settle_delay_ms=500))
    scan: str | None = Pages(QueryLeads(code="L1")).save()
    return scan or resumed.save()


def relay(path: str, body: bytes) -> SignedRequest:
    asked: Relayed = Relayed.read(path, body, ["add"])
    return asked.sign(Account("openid", "key"))


def turn(pages: Pages[Lead], page: Page[Lead]) -> list[Lead]:
    first: Lead = page[0]
    others: tuple[Lead, ...] = page[1:]
    query = pages.next_query()
    print(len(page), first, others, query)
    return pages.take(page)


def explain(error: QinceError) -> str:
    code: ErrorCode = error.code
    attempts: int | None = error.attempts
    print(error.msg_id, attempts, error.may_have_been_carried_out)
    if isinstance(error, RejectedError):
        return f"{error.return_code} {error.return_msg}"
    if isinstance(error, InvalidPayloadError):
        rules: list[Rule] = [violation.rule for violation in error.violations]
        return " ".join([*rules, *(violation.message_zh for violation in error.violations)])
    return code


def push(body: bytes) -> str:
    event: PushEvent = verify_push(body, secrets=["a", "b"], max_age_ms=None)
    if isinstance(event.data, FollowUp):
        code: str | None = event.data.lead_code
        return acknowledge(event) + (code or "")
    return refuse(event, "unknown")


def below(made: Client) -> Page[Lead]:
    request: SignedRequest = sign(made.account, QueryLeads(code="L1"))
    print(request.redacted_url, UrllibTransport())
    receipt: Receipt = read(AddLead, 200, b"{}")
    print(receipt, read(Other, 200, b"{}").data, sign_push("{}", secret="s", msg_id="m"))
    return read(QueryLeads, 200, "{}")
