from collections.abc import Iterable, Iterator, Mapping, Sequence
from inspect import Signature
from types import GenericAlias
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar, final, overload

from typing_extensions import Self, disjoint_base

from qince_leads._generated.values import *
from qince_leads._generated.values import _Json
from qince_leads.errors import Failure, QinceError, Violation
from qince_leads.transport import Reply

_TimestampForm: TypeAlias = Literal["epoch_ms", "compact"]
_Kind: TypeAlias = Literal["text", "id", "count", "json", "json_list", "json_map", "map_or_parts", "part", "parts"]
_Body: TypeAlias = bytes | bytearray | memoryview | str

_R_co = TypeVar("_R_co", covariant=True)
_R = TypeVar("_R")
_L = TypeVar("_L", bound=Record)
_L_co = TypeVar("_L_co", bound=Record, covariant=True)

__version__: str
"""The version of the package."""

MAX_BODY: int
"""The longest body that is read, in bytes, folded and unfolded. A transport need not take in more of a reply."""

@final
class Account:
    """An account of the OpenAPI: openid and app key, and the address of its tenant.

    No output shows openid or app key. Pickling keeps both: whoever reads the pickle can use the account.

    Raises InvalidAccountError where it cannot be used.
    """

    def __new__(cls, openid: str, app_key: str, base_url: str | None = None) -> Self: ...
    @classmethod
    def relay(cls, url: str, /) -> Self:
        """An account without a key, for programs that must not hold one: requests go, unsigned, to a relay on a server
        of one's own, which signs them anew, see Relayed.

        Raises InvalidAccountError where the URL cannot be used.
        """
    @property
    def base_url(self) -> str:
        """The address that requests go to, without a trailing slash."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SignedRequest:
    """A request that is sent as it stands: POST `url` with `headers` and `body`, unchanged.

    Its URL holds openid and digest; logs take `redacted_url`, and so does repr. One to a relay holds neither.
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
    def with_headers(self, headers: dict[str, str], /) -> SignedRequest:
        """The same request with more headers, each in place of one of the same name."""
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
        """The timestamp that was signed."""
    @property
    def redacted_url(self) -> str:
        """The URL for logs: openid and digest are replaced by `***`."""
    def redact(self, text: str, /) -> str:
        """A text in which openid and digest of this request are replaced by `***`: the words of an error, say, that an
        HTTP library raised.
        """

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
        """Everything that is wrong with it, at most 100 violations: an empty tuple where it can be sent."""
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

@final
class Other:
    """A request to any endpoint of the vendor: signed, tried again and read as the operations of this SDK are, and
    checked by nobody but the service. What comes back is the receipt's `data`.

    `path` stands between `/api/` and the openid, such as `customer/v1/queryCustomer`; `payload` is an object or a list,
    sent as it stands. `repeat` says whether it may be sent again where it may have been carried out, as a query may;
    where not, its call then ends with an UncertainError.

    Raises InvalidPayloadError where it cannot be sent.
    """

    def __new__(cls, path: str, payload: Mapping[str, _Json] | Sequence[_Json], *, repeat: bool = True) -> Self: ...
    @classmethod
    def from_json(cls, path: str, json: str, repeat: bool = True) -> Self:
        """The same with the payload as JSON text: its numbers keep their digits.

        Raises InvalidPayloadError where it cannot be sent.
        """
    @property
    def path(self) -> str:
        """Between `/api/` and the openid, such as `customer/v1/queryCustomer`."""
    @property
    def payload(self) -> Any:
        """What is sent, as plain values."""
    @property
    def repeat(self) -> bool:
        """Whether it may be sent again where it may have been carried out."""
    def to_json(self) -> str:
        """Writes the payload as JSON: what is sent."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Fault:
    """Something that came in another shape than the vendor documents."""

    __match_args__ = ("path", "expected")
    def __new__(cls, path: str, expected: str) -> Self: ...
    @property
    def path(self) -> str:
        """Which row of a page and which member of it, as in `[1].labels[0].color`; `[3]` is a row that is no record and
        was left out. Of a record the member alone.
        """
    @property
    def expected(self) -> str:
        """What the vendor documents there: `text`, `an object` or `a list of objects`."""
    def __getnewargs__(self) -> tuple[str, str]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

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
    def faults(self) -> tuple[Fault, ...]:
        """The members that are not as the vendor documents them. Their attributes are None or empty, and what came
        stands in `extra`. A part of a record has none: its record says them.
        """
    @property
    def extra(self) -> dict[str, Any]:
        """The members that this SDK does not know, and those of another shape than it knows, as they came."""
    @classmethod
    def from_json(cls, json: str, /) -> Self:
        """Reads JSON with the vendor's names.

        Raises MalformedError where the text is not a JSON object. A member of another shape is among its `faults`.
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

    __match_args__ = ("msg_id", "id", "data", "settled", "existed")
    def __new__(
        cls,
        *,
        msg_id: str | None = None,
        id: str | None = None,
        data: _Json = None,
        settled: bool = False,
        existed: bool = False,
    ) -> Self: ...
    @property
    def msg_id(self) -> str | None:
        """`msg_id` (请求消息ID) as the service echoes it, or None."""
    @property
    def id(self) -> str | None:
        """The lead's id, where the service gives it, or None."""
    @property
    def data(self) -> Any:
        """What the service gives besides, or in place of, an id, as plain values; None where that is nothing."""
    @property
    def settled(self) -> bool:
        """Whether the request's own reply is missing and a query found the lead."""
    @property
    def existed(self) -> bool:
        """Whether there was a lead with this code already, so that nothing was added: see `ensure`."""
    @property
    def reply(self) -> Reply | None:
        """The reply that this was read from, where a client read it, as it came."""
    def _came_as(self, reply: Reply) -> None: ...
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
    @property
    def msg_id(self) -> str | None:
        """`msg_id` (请求消息ID) as the service echoes it, or None."""
    @property
    def faults(self) -> tuple[Fault, ...]:
        """What of the page is not as the vendor documents it, by row and member: `[1].linkman`. A row that is no record
        is left out and listed as `[1]`; rows are counted as they came. At most 100,000 are listed.
        """
    @property
    def reply(self) -> Reply | None:
        """The reply that this was read from, where a client read it, as it came."""
    def _came_as(self, reply: Reply) -> None: ...

def sign(
    account: Account,
    payload: Payload[Any] | Other,
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

@overload
def read(operation: type[Other], status: int, body: _Body) -> Receipt: ...
@overload
def read(operation: type[Payload[_R]], status: int, body: _Body) -> _R:
    """Reads the service's reply to an operation, which is chosen by the class of its payload.

    `status` is the HTTP status and `body` what came, as text or bytes, compressed by gzip or not. Of a write and of
    Other comes a Receipt, of a query a Page.

    Raises RejectedError, HttpStatusError or MalformedError.
    """

def check_header(name: str, value: str) -> None:
    """Raises InvalidAccountError where a request may not have this header besides its own."""

def redact(text: str, url: str, /) -> str:
    """A text in which openid and digest of a signed request's URL are replaced by `***`."""

@final
class Policy:
    """How often and how long a call tries. All times are in milliseconds.

    The defaults are four attempts, half a second apart at first and 8 seconds at most; no delay ends later than a
    minute after the first request.
    """

    def __new__(
        cls,
        *,
        max_attempts: int = ...,
        base_delay_ms: int = ...,
        max_delay_ms: int = ...,
        deadline_ms: int | None = ...,
        jitter: float = ...,
        settle_delay_ms: int = ...,
        resend_adds: bool = ...,
        retry_codes: Iterable[str] = ...,
        match_msg_id: bool = ...,
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
    @property
    def settle_delay_ms(self) -> int:
        """How long to wait at least before an add that may have been carried out is looked for: as long as the service
        may take to show what it stored.
        """
    @property
    def resend_adds(self) -> bool:
        """Whether an add that may have been carried out is sent again once a query has not found it. Without it such a
        call ends with an UncertainError.
        """
    @property
    def retry_codes(self) -> tuple[str, ...]:
        """Return codes by which this tenant's service says that it has not carried out a request and that it may be
        sent again: a rate limit that comes as HTTP 200, say.
        """
    @property
    def match_msg_id(self) -> bool:
        """Whether the tenant's service echoes message ids: then a reply with another one is another request's."""
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Attempt:
    """One finished attempt, for logs and metrics: it holds no secret, no body and no openid."""

    def __new__(
        cls,
        *,
        operation: str,
        number: int = ...,
        msg_id: str = ...,
        url: str = ...,
        status: int | None = None,
        outcome: str = ...,
        duration_ms: int = ...,
    ) -> Self: ...
    @property
    def operation(self) -> str:
        """The operation that was sent; a query where an add is being settled."""
    @property
    def number(self) -> int:
        """Which attempt of that operation it was, from 1."""
    @property
    def msg_id(self) -> str:
        """The message id of the request."""
    @property
    def url(self) -> str:
        """Where it was sent, openid and digest replaced by `***`."""
    @property
    def status(self) -> int | None:
        """The HTTP status, or None if no reply came."""
    @property
    def outcome(self) -> str:
        """`ok`, `not_sent`, `unknown`, `cancelled`, or the code of the error that the reply was."""
    @property
    def duration_ms(self) -> int:
        """How long it took, in milliseconds."""
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Progress:
    """What is known of a call beside its result."""

    @property
    def attempts(self) -> int:
        """How many requests were sent, those that settle an add included."""
    @property
    def msg_id(self) -> str | None:
        """The message id of the last request, or None."""
    @property
    def may_have_been_carried_out(self) -> bool:
        """Whether the operation may have been carried out without its reply being read."""
    @property
    def lead_code(self) -> str | None:
        """The code (线索编码) of the lead that is added, by which an add in doubt is looked up, or None."""

@final
class Send:
    """A step of a call: send this request, and tell the call what came of it."""

    __match_args__ = ("request",)
    @property
    def request(self) -> SignedRequest:
        """The request."""
    @property
    def number(self) -> int:
        """Which attempt of its operation it is, from 1."""

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
    if it has a `code`, the call first queries for that code; if it has none, the call ends with an UncertainError. Once
    an add may have been carried out, its call ends as a success or with an UncertainError, whatever ends it.

    With `by_code` an add only adds the lead where none has its code, which the receipt then says (`existed`), and a
    query finds the one lead that has its code; both need one.

    Whoever saves a call before it sends can stop at any instant and lose nothing: another process goes on with it.
    """

    def __class_getitem__(cls, key: Any) -> GenericAlias: ...
    @overload
    def __new__(
        cls: type[Call[Receipt]],
        account: Account,
        payload: Other,
        *,
        policy: Policy | None = None,
        timestamp_form: _TimestampForm = ...,
        by_code: bool = False,
    ) -> Call[Receipt]: ...
    @overload
    def __new__(
        cls,
        account: Account,
        payload: Payload[_R_co],
        *,
        policy: Policy | None = None,
        timestamp_form: _TimestampForm = ...,
        by_code: bool = False,
    ) -> Self: ...
    @classmethod
    def resume(cls, account: Account, text: str, *, policy: Policy | None = None) -> Call[Any]:
        """Goes on with a call that was saved.

        Raises MalformedError where the text is damaged, or of another version.
        """
    def save(self) -> str | None:
        """The call as one line of text, by which `resume` goes on with it in another process, host or language; None
        where its end is known. It holds the payload, but no secret, openid or digest.

        Save before sending: a request that was under way when a host ended counts as failed, in an unknown way.
        """
    @property
    def operation(self) -> str:
        """The operation's name, such as `add`."""
    def step(self, now_ms: int, msg_id: str, random: float) -> Send | Wait | Done[_R_co]:
        """Says what to do next: Send, Wait or Done.

        `now_ms` is the clock in milliseconds since the epoch, `msg_id` the id of the next request, used only if one is
        to be sent, and `random` a number from 0 to 1, for the jitter of delays.

        Whoever asks while a request is under way has lost track of it: it then counts as failed, in an unknown way.

        Raises a QinceError where the call has failed.
        """
    def replied(self, msg_id: str, now_ms: int, status: int, body: _Body, retry_after: str | None = None) -> None:
        """Takes the reply to the request with this message id; `retry_after` is the text of its `Retry-After` header,
        if it has one. A reply to any other request than the one under way comes too late, and changes nothing.
        """
    def failed(self, msg_id: str, now_ms: int, failure: Failure, cause: BaseException | None = None) -> None:
        """Takes note that no reply came to the request with this message id: `not_sent` where nothing left this host,
        else `unknown`. `cause` is what the transport raised, and becomes the error's cause. Of any other request than
        the one under way that changes nothing.
        """
    def give_up(self, now_ms: int) -> QinceError | None:
        """Gives the call up, because it is cancelled: it is over. Where an add may have been carried out, that is the
        error to report, else None.
        """
    @property
    def is_in_doubt(self) -> bool:
        """Whether an add may or may not have been carried out: whoever gives the call up now does not know."""
    @property
    def progress(self) -> Progress:
        """What is known of the call beside its result."""
    @property
    def doubt_line(self) -> str | None:
        """One line for a log, of a call that has ended in doubt: the operation, the error, and the lead's code and the
        message id to look it up by; None of any other.
        """
    @property
    def last_attempt(self) -> Attempt | None:
        """The attempt that finished last, for an observer; None before."""

@final
class Pages(Generic[_L]):
    """A scan over all pages of a query: the pager below Client, without a network of its own.

    It ends at the first empty page: a page shorter than asked for does not end it, for the service may cap the size.
    A lead is handed out once, wherever and however often it comes again: leads shift from page to page while a scan
    runs. A scan can be saved, and gone on with elsewhere.
    """

    def __class_getitem__(cls, key: Any) -> GenericAlias: ...
    def __new__(cls, query: Query[_L], /) -> Self: ...
    def next_query(self) -> Query[_L] | None:
        """The query for the next page; None where the scan has ended."""
    def take(self, page: Page[_L], /) -> list[_L]:
        """Takes the page that was asked for, and hands out its leads but for those that were handed out before.

        Raises MalformedError where this is the third page running without a new lead: the service does not turn the
        pages, and the scan would never end. It ends here.
        """
    def _take_columns(self, page: Page[_L], places: list[int]) -> tuple[int, list[tuple[bytes, bytes, bytes, int]]]: ...
    def save(self) -> str | None:
        """The scan as one line of text, by which `resume` goes on with it in another process, host or language; None
        where it has ended.
        """
    @classmethod
    def resume(cls, text: str, /) -> Pages[Any]:
        """Goes on with a scan that was saved.

        Raises MalformedError where the text is damaged, or of another version.
        """

@final
class Pace:
    """Says when each of many calls may begin, so that no more than `per_second` begin in a second.

    Raises InvalidAccountError where that is no number above 0, or less than one call a day.
    """

    def __new__(cls, per_second: float) -> Self: ...
    def next_ms(self, now_ms: int) -> int:
        """When the next call may begin, in milliseconds since the epoch: now, or later."""

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
    @property
    def faults(self) -> tuple[Fault, ...]:
        """What of the data is not as the vendor documents it; of data of an unknown type nothing."""
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

    Raises InvalidAccountError where no secret is given, or none but empty ones, BadSignatureError where none of the
    secrets signed it, StaleError where it is older than `max_age_ms` or from further in the future, MalformedError
    where it is no push, or its signed data is of another shape, and InvalidStampError where `max_age_ms` is negative.
    """

def acknowledge(event: PushEvent, /) -> str:
    """The body of the answer that acknowledges a push, to be sent with HTTP 200 within 5 seconds.

    Acknowledge once the event is safely stored: a push without acknowledgement comes again, nightly for up to ten days.
    """

def refuse(event: PushEvent, reason: str = ..., /) -> str:
    """The body of the answer that asks for a push to come again."""

def sign_push(
    data: str,
    *,
    secret: str,
    msg_id: str,
    data_type: str = ...,
    timestamp_ms: int | None = None,
    redelivery: bool = False,
    data_id: str | None = None,
    data_version: str | None = None,
    data_source: str | None = None,
    tenant_id: str | None = None,
    status_time: str | None = None,
) -> str:
    """The body of a push as the service would send it: a form, signed by this push secret. For tests of a receiver.

    `data` is JSON text, and `timestamp_ms` the time of the signature in milliseconds since the epoch, now where it is
    left out.
    """

@final
class Relayed:
    """A request of a program without a key, understood and checked, see Account.relay.

    Its payload is what this SDK read, so never is a text signed that it did not write.
    """

    @classmethod
    def read(cls, path: str, body: _Body, allow: Iterable[str]) -> Self:
        """Reads what came to a relay. `path` is what follows the relay's URL and its slash, `body` the request's body,
        and `allow` the names of the operations that may be used, such as `add`.

        Raises MalformedError where the path is none of this SDK, ForbiddenError where the operation is not among those
        allowed, and InvalidPayloadError where the body is no payload of it or breaks its rules.
        """
    @property
    def operation(self) -> str:
        """The operation's name, such as `add`."""
    @property
    def msg_id(self) -> str:
        """The message id that the program gave the request."""
    @property
    def payload(self) -> str:
        """The payload as it will be sent, as JSON."""
    def sign(
        self, account: Account, *, now_ms: int | None = None, timestamp_form: _TimestampForm = ...
    ) -> SignedRequest:
        """Signs it for the server's own account. `now_ms` is the clock in milliseconds since the epoch, and now where
        it is left out.

        Raises InvalidStampError.
        """
