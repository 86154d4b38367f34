from collections.abc import Iterable, Iterator, Sequence
from inspect import Signature
from types import GenericAlias
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar, final, overload

from typing_extensions import Self, disjoint_base

from qince_leads._generated.values import *
from qince_leads.errors import Failure, Violation

_TimestampForm: TypeAlias = Literal["epoch_ms", "compact"]
_Kind: TypeAlias = Literal["text", "id", "count", "json", "json_list", "json_map", "map_or_parts", "part", "parts"]
_Body: TypeAlias = bytes | bytearray | memoryview | str

_R_co = TypeVar("_R_co", covariant=True)
_R = TypeVar("_R")
_L = TypeVar("_L", bound=Record)
_L_co = TypeVar("_L_co", bound=Record, covariant=True)

@final
class Account:
    """An account of the OpenAPI: openid and app key, and the address of its tenant.

    No output shows openid or app key. Pickling keeps both: whoever reads the pickle can use the account.

    Raises InvalidAccountError where it cannot be used.
    """

    def __new__(cls, openid: str, app_key: str, base_url: str | None = None) -> Self: ...
    @property
    def base_url(self) -> str:
        """The address that requests go to, without a trailing slash."""
    def __getnewargs__(self) -> tuple[str, str, str]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SignedRequest:
    """A request that is sent as it stands: POST `url` with `headers` and `body`, unchanged.

    Its URL holds openid and digest; logs take `redacted_url`, and so does repr.
    """

    @property
    def method(self) -> str:
        """The HTTP method: POST."""
    @property
    def url(self) -> str:
        """Where to send it. It holds openid and digest: keep it out of logs."""
    @property
    def headers(self) -> dict[str, str]:
        """The headers to send it with."""
    @property
    def body(self) -> bytes:
        """The exact bytes to send: JSON in UTF-8."""
    @property
    def operation(self) -> str:
        """The operation's name, such as `add`."""
    @property
    def msg_id(self) -> str:
        """The message id of the request."""
    @property
    def timestamp(self) -> str:
        """The timestamp as it stands in the URL."""
    @property
    def redacted_url(self) -> str:
        """The URL for logs: openid and digest are replaced by `***`."""

@disjoint_base
class Part:
    """A group of fields that a user gives: a payload, or a part of one.

    Immutable, and equal where it sends the same.
    """

    __signature__: ClassVar[Signature]
    __table__: ClassVar[object]
    @classmethod
    def from_json(cls, json: str, /) -> Self:
        """Reads JSON with the vendor's names; `extra` holds members that are to be sent after the known ones.

        What breaks a rule is said when the payload is signed; here only what has the wrong type or no meaning.

        Raises InvalidPayloadError where a value has the wrong type or a member is unknown, with all violations.
        """
    def to_json(self) -> str:
        """Writes JSON with the vendor's names: what `from_json` reads."""
    def to_dict(self) -> dict[str, Any]:
        """All that is given, by attribute name, as plain values."""
    def violations(self) -> tuple[Violation, ...]:
        """Everything that is wrong with it: an empty tuple where it can be sent."""
    def replace(self, **changes: Any) -> Self:
        """The same with some fields changed; None takes one away."""
    def __replace__(self, **changes: Any) -> Self: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

class Payload(Part, Generic[_R_co]):
    """What an operation sends."""

    def __class_getitem__(cls, key: Any, /) -> GenericAlias: ...

class Query(Payload[Page[_L_co]], Generic[_L_co]):
    """What a query sends, whose reply is a page of records."""

@disjoint_base
class Record:
    """Something that the service returns or pushes.

    A record is a place on the page that it came with, and keeps that page in memory. Its attributes are None where the
    service left them out.
    """

    __signature__: ClassVar[Signature]
    __table__: ClassVar[object]
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    @property
    def extra(self) -> dict[str, Any]:
        """The members that this SDK does not know, as they came."""
    @classmethod
    def from_json(cls, json: str, /) -> Self:
        """Reads JSON with the vendor's names.

        Raises MalformedError where the text is not JSON or a member has the wrong type.
        """
    def to_json(self) -> str:
        """Writes JSON with the vendor's names: known members in the order of the vendor's table, then the others as
        they came.
        """
    def to_dict(self) -> dict[str, Any]:
        """All that is there, by attribute name, as plain values."""
    def replace(self, **changes: Any) -> Self:
        """The same with some fields changed; None takes one away."""
    def __replace__(self, **changes: Any) -> Self: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, memo: object, /) -> Self: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Receipt:
    """What the service answers to a write."""

    __match_args__ = ("msg_id", "id")
    def __new__(cls, *, msg_id: str | None = None, id: str | None = None) -> Self: ...
    @property
    def msg_id(self) -> str | None:
        """`msg_id` (请求消息ID) as the service echoes it, or None."""
    @property
    def id(self) -> str | None:
        """The lead's id, where the service gives it, or None."""
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Field:
    """A field of a payload or of a record, as the vendor's table has it."""

    @property
    def name(self) -> str:
        """The attribute's name."""
    @property
    def wire_name(self) -> str:
        """The vendor's name, as it stands in JSON."""
    @property
    def label(self) -> str:
        """The vendor's Chinese label."""
    @property
    def doc(self) -> str:
        """What the field does, in English."""
    @property
    def kind(self) -> _Kind:
        """What it holds: `text`, `id`, `count`, `json`, `json_list`, `json_map`, `map_or_parts`, `part` or `parts`."""
    @property
    def part(self) -> type[Part] | type[Record] | None:
        """The class of its parts, or None."""
    @property
    def max_chars(self) -> int | None:
        """Its longest text in characters, or None."""
    @property
    def allowed(self) -> tuple[tuple[str, str], ...]:
        """The only texts allowed, where the vendor lists them, each with its Chinese label."""
    @property
    def required(self) -> bool:
        """Whether it must be given and not be empty."""

def fields(kind: type[Part] | type[Record], /) -> tuple[Field, ...]:
    """The fields of a class of payloads, records or parts, in the vendor's order."""

@final
class Page(Sequence[_L_co]):
    """A page of records, in the order of the service: a sequence, whose records are made when they are asked for."""

    def __class_getitem__(cls, key: Any) -> GenericAlias: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: int, /) -> _L_co: ...
    @overload
    def __getitem__(self, index: slice, /) -> tuple[_L_co, ...]: ...
    def __iter__(self) -> Iterator[_L_co]: ...
    def index(self, value: object, start: int = ..., stop: int = ..., /) -> int:
        """The index of the first record that equals this one.

        Raises ValueError where there is none.
        """
    def count(self, value: object, /) -> int:
        """How many records equal this one."""

def sign(
    account: Account,
    payload: Payload[Any],
    *,
    now_ms: int | None = None,
    msg_id: str | None = None,
    timestamp_form: _TimestampForm = ...,
) -> SignedRequest:
    """Checks a payload, writes its body, and signs it: a request that is ready to be sent.

    `now_ms` is the clock in milliseconds since the epoch, `msg_id` the id of this request, usually a UUID; both are
    made where they are left out. Every attempt is to be signed anew. `timestamp_form` is `epoch_ms`, or `compact` for
    yyyyMMddHHmmss in UTC+8.

    Raises InvalidPayloadError with all violations, or InvalidStampError.
    """

def read(operation: type[Payload[_R]], status: int, body: _Body) -> _R:
    """Reads the service's reply to an operation, which is chosen by the class of its payload.

    `status` is the HTTP status and `body` what came, as text or bytes, compressed by gzip or not. Of a write comes a
    Receipt, of a query a Page.

    Raises RejectedError, HttpStatusError or MalformedError.
    """

def redact(url: str, /) -> str:
    """The URL of a request as logs may hold it: openid and digest are replaced by `***`."""

@final
class Policy:
    """How often and how long a call tries. All times are in milliseconds.

    What is left out is as it usually is: four attempts within a minute, half a second apart at first and 8 seconds at
    most.
    """

    def __new__(
        cls,
        *,
        max_attempts: int = ...,
        base_delay_ms: int = ...,
        max_delay_ms: int = ...,
        deadline_ms: int | None = ...,
        jitter: float = ...,
    ) -> Self: ...
    @property
    def max_attempts(self) -> int:
        """How many requests of an operation are sent at most; one is always sent."""
    @property
    def base_delay_ms(self) -> int:
        """The delay after the first failed request; it doubles with each further one."""
    @property
    def max_delay_ms(self) -> int:
        """The longest delay, but for one that the service asks for."""
    @property
    def deadline_ms(self) -> int | None:
        """How long after the first request a delay may end at the latest; None for any time."""
    @property
    def jitter(self) -> float:
        """By which part of itself a delay is shortened at most, from 0 to 1, so that many hosts that fail together do
        not come back together.
        """
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Attempt:
    """One finished attempt, for logs and metrics: it holds no secret, no body and no openid."""

    @property
    def operation(self) -> str:
        """The operation that was sent; a query where an add is being settled."""
    @property
    def number(self) -> int:
        """Which attempt of that operation it was, from 1."""
    @property
    def url(self) -> str:
        """Where it was sent, openid and digest replaced by `***`."""
    @property
    def status(self) -> int | None:
        """The HTTP status, or None if no reply came."""
    @property
    def outcome(self) -> str:
        """`ok`, `not_sent`, `unknown`, or the code of the error that the reply was."""
    @property
    def duration_ms(self) -> int:
        """How long it took, in milliseconds."""

@final
class Send:
    """A step of a call: send this request, and tell the call what came of it."""

    __match_args__ = ("request",)
    @property
    def request(self) -> SignedRequest:
        """The request."""

@final
class Wait:
    """A step of a call: ask again at this time."""

    __match_args__ = ("until_ms",)
    @property
    def until_ms(self) -> int:
        """The time, in milliseconds since the epoch."""

@final
class Done(Generic[_R_co]):
    """A step of a call: it is over."""

    __match_args__ = ("result",)
    def __class_getitem__(cls, key: Any) -> GenericAlias: ...
    @property
    def result(self) -> _R_co:
        """What it came to: a Receipt or a Page."""

@final
class Call(Generic[_R_co]):
    """One call of an operation, from the first request to the result: the retry machine below Client, without clock,
    randomness and network of its own.

    Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again:
    if it has a `code`, the call first queries for that code; if it has none, the call ends with an UncertainError.
    """

    def __class_getitem__(cls, key: Any) -> GenericAlias: ...
    def __new__(
        cls,
        account: Account,
        payload: Payload[_R_co],
        *,
        policy: Policy | None = None,
        timestamp_form: _TimestampForm = ...,
    ) -> Self: ...
    def step(self, now_ms: int, msg_id: str, random: float) -> Send | Wait | Done[_R_co]:
        """Says what to do next: Send, Wait or Done.

        `now_ms` is the clock in milliseconds since the epoch, `msg_id` the id of the next request, used only if one is
        to be sent, and `random` a number from 0 to 1, for the jitter of delays.

        Whoever asks while a request is under way has lost track of it: it then counts as failed, in an unknown way.

        Raises a QinceError where the call has failed.
        """
    def replied(self, now_ms: int, status: int, body: _Body, retry_after_ms: int | None = None) -> None:
        """Takes the reply to the request under way; `retry_after_ms` is what its `Retry-After` header asks for."""
    def failed(self, now_ms: int, failure: Failure, cause: BaseException | None = None) -> None:
        """Takes note that no reply came to the request under way: `not_sent` where nothing left this host, else
        `unknown`. `cause` is what the transport raised, and becomes the error's cause.
        """
    @property
    def is_in_doubt(self) -> bool:
        """Whether an add may or may not have been carried out: whoever gives the call up now does not know."""
    @property
    def last_attempt(self) -> Attempt | None:
        """The attempt that finished last, for an observer; None before."""

@final
class Pages(Generic[_L]):
    """A scan over all pages of a query: the pager below Client, without a network of its own.

    It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size.
    Leads that shifted from one page onto the next while it ran are handed out once.
    """

    def __class_getitem__(cls, key: Any) -> GenericAlias: ...
    def __new__(cls, query: Query[_L], /) -> Self: ...
    def next_query(self) -> Query[_L] | None:
        """The query for the next page; None where the scan has ended."""
    def take(self, page: Page[_L], /) -> list[_L]:
        """Takes the page that was asked for, and hands out its leads but for those seen on the page before.

        Raises MalformedError where the page only repeats leads of the page before: the service does not turn the pages,
        and the scan would never end. It ends here.
        """

@final
class PushEvent:
    """A push that is verified and parsed."""

    __match_args__ = ()
    def __new__(
        cls,
        *,
        msg_id: str,
        data_type: str,
        data: FollowUp | Any,
        timestamp_ms: int,
        redelivery: bool = False,
        data_id: str | None = None,
        data_version: str | None = None,
        data_source: str | None = None,
        tenant_id: str | None = None,
        status_time: str | None = None,
    ) -> Self: ...
    @property
    def msg_id(self) -> str:
        """`msgId` (消息ID): the same when a push comes again, so handle each only once."""
    @property
    def data_type(self) -> str:
        """`dataType`: `salesLeads_follow` for a follow-up."""
    @property
    def data(self) -> FollowUp | Any:
        """What is pushed: a FollowUp, or plain values where the data type is another."""
    @property
    def timestamp_ms(self) -> int:
        """`timestamp` (请求时间戳): when it was signed, in milliseconds since the epoch."""
    @property
    def redelivery(self) -> bool:
        """`status` (数据同步状态) is 2: an earlier delivery failed."""
    @property
    def data_id(self) -> str | None:
        """`dataId` (数据ID), or None."""
    @property
    def data_version(self) -> str | None:
        """`dataVersion` (接口数据版本), such as `001`, or None."""
    @property
    def data_source(self) -> str | None:
        """`dataSource` (数据来源): `biz` for work in the app, `api` for the OpenAPI, or None."""
    @property
    def tenant_id(self) -> str | None:
        """`tenantId` (企业ID), or None."""
    @property
    def status_time(self) -> str | None:
        """`statusTime` (上次同步失败时间): when that was, yyyy-MM-dd HH:mm:ss, or None."""
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def verify_push(
    body: _Body,
    *,
    secrets: str | Iterable[str],
    max_age_ms: int | None,
    now_ms: int | None = None,
) -> PushEvent:
    """Verifies a push and parses it.

    `body` is the body of the request as it came: a form that a framework has parsed cannot be verified. `secrets` is
    the push secret of the console, or several while one takes the place of another: any of them may have signed.

    `max_age_ms` says how far the push's time may lie from now, in milliseconds, in either direction; None for any time.
    Whether the service signs a push anew when it comes again, nights later, is not known: with a limit, be ready to see
    those refused as stale. `now_ms` is the clock in milliseconds since the epoch, and now where it is left out.

    Raises BadSignatureError where none of the secrets signed it, StaleError where it is older than `max_age_ms` or from
    further in the future, MalformedError where it is no push, or its signed data is of another shape, and
    InvalidStampError where `max_age_ms` is negative.
    """

def acknowledge(event: PushEvent, /) -> str:
    """The body of the answer that acknowledges a push, to be sent with HTTP 200 within 5 seconds.

    Acknowledge once the event is safely stored: a push without acknowledgement comes again, nightly for up to ten days.
    """

def refuse(event: PushEvent, reason: str = ..., /) -> str:
    """The body of the answer that asks for a push to come again."""
