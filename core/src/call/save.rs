//! A call as text, and back.

use std::str::FromStr;

use super::Policy;
use super::machine::{Aim, Call, InFlight, Purpose, State, Tally};
use crate::account::Account;
use crate::endpoint::Endpoint;
use crate::error::{Error, Failure, HttpStatus, Malformed, Rejected};
use crate::json::Object;
use crate::payload::dynamic::{Payload, Repeat};
use crate::record::{Record, record};
use crate::saved::{Kind, damaged};
use crate::stamp::TimestampForm;

record! {
    /// A call that was saved.
    SavedCall = "" {
        /// The operation's name.
        operation: text = "operation", "";
        /// Of a request to any endpoint: which one.
        path: text = "path", "";
        /// The body of the request.
        body: text = "body", "";
        /// `freely`, `once_settled` or `never`.
        repeat: text = "repeat", "";
        /// What a lead is looked up by.
        key: text = "key", "";
        /// `ensure` or `find`, where it is not just to be carried out.
        aim: text = "aim", "";
        /// Whether timestamps are written in the compact form.
        compact: text = "compact", "";
        /// `due`, `in_flight` or `waiting`.
        state: text = "state", "";
        /// Whether the request of that state is one that settles.
        settles: text = "settles", "";
        /// Until when it waits.
        until_ms: text = "until_ms", "";
        /// The request under way.
        msg_id: text = "msg_id", "";
        /// Where it was sent, redacted.
        url: text = "url", "";
        /// When it was sent.
        sent_ms: text = "sent_ms", "";
        /// The number for the delay after it.
        random: text = "random", "";
        /// The host's clock.
        clock_ms: text = "clock_ms", "";
        /// When the first request was sent.
        began_ms: text = "began_ms", "";
        /// How many requests there were.
        attempts: text = "attempts", "";
        /// Requests that were to carry the operation out.
        requests: text = "requests", "";
        /// How many of them failed.
        failures: text = "failures", "";
        /// Requests of the settling that is under way.
        settling_requests: text = "settling_requests", "";
        /// How many of them failed.
        settling_failures: text = "settling_failures", "";
        /// Whether any request may have been carried out.
        maybe: text = "maybe", "";
        /// Why an add may have been carried out.
        doubt: one SavedError = "doubt", "";
        /// The refusal of an add that was sent again.
        refusal: one SavedError = "refusal", "";
    }
}

record! {
    /// An error that was saved. What came as a body is not.
    SavedError = "" {
        /// Its code.
        code: text = "code", "";
        /// The HTTP status.
        status: text = "status", "";
        /// Why something is malformed.
        reason: text = "reason", "";
        /// Whether the host knows that nothing left it.
        not_sent: text = "not_sent", "";
        /// `return_code`.
        return_code: text = "return_code", "";
        /// `return_msg`.
        return_msg: text = "return_msg", "";
        /// `msg_id`.
        msg_id: text = "msg_id", "";
    }
}

impl Call {
    /// The call as text, see [`Call::save`](crate::Call::save).
    #[must_use]
    pub fn save(&self) -> Option<String> {
        let mut saved = Object::default();
        let (state, purpose) = match &self.state {
            State::Due(purpose) => ("due", purpose),
            State::InFlight(request) => ("in_flight", &request.purpose),
            State::Waiting { then, .. } => ("waiting", then),
            State::Over { .. } => return None,
        };
        saved.text("operation", self.payload.endpoint.name);
        saved.text_if("path", self.payload.path.as_deref());
        saved.text("body", self.payload.body().ok()?);
        match self.payload.repeat {
            Repeat::Freely => saved.text("repeat", "freely"),
            Repeat::OnceSettled => saved.text("repeat", "once_settled"),
            Repeat::Never => saved.text("repeat", "never"),
        }
        saved.text_if("key", self.payload.key.as_deref());
        match self.aim {
            Aim::CarryOut => {}
            Aim::Ensure => saved.text("aim", "ensure"),
            Aim::Find => saved.text("aim", "find"),
        }
        saved.flag("compact", self.timestamp_form == TimestampForm::Compact);
        saved.text("state", state);
        saved.flag("settles", *purpose == Purpose::Settling);
        match &self.state {
            State::Waiting { until_ms, .. } => saved.number("until_ms", *until_ms),
            State::InFlight(request) => {
                saved.text("msg_id", &request.msg_id);
                saved.text("url", &request.url);
                saved.number("sent_ms", request.sent_ms);
                saved.text("random", &request.random.to_bits().to_string());
            }
            State::Due(_) | State::Over { .. } => {}
        }
        for (name, time_ms) in [("clock_ms", self.clock_ms), ("began_ms", self.began_ms)] {
            if let Some(time_ms) = time_ms {
                saved.number(name, time_ms);
            }
        }
        saved.number("attempts", self.attempts);
        saved.number("requests", self.operation.requests);
        saved.number("failures", self.operation.failures);
        saved.number("settling_requests", self.settling.requests);
        saved.number("settling_failures", self.settling.failures);
        saved.flag("maybe", self.may_have_been_carried_out);
        for (name, error) in [("doubt", &self.doubt), ("refusal", &self.refusal)] {
            if let Some(error) = error {
                saved.json(name, &save_error(error));
            }
        }
        Some(Kind::Call.seal(&saved.finish()))
    }

    /// Goes on with a call that was saved, of this operation or, without one, of any; see
    /// [`Call::resume`](crate::Call::resume).
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the text is damaged, of another version, or of another operation.
    pub fn resume(
        account: Account,
        policy: Policy,
        text: &str,
        operation: Option<&str>,
    ) -> Result<Self, Error> {
        let saved = SavedCall::from_json(Kind::Call.open(text)?)?;
        let call = resumed(account, policy, &saved)
            .ok_or_else(|| damaged("something is missing, or not as it should be"))?;
        match operation {
            Some(operation) if operation != call.operation() => {
                Err(damaged("a call of another operation"))
            }
            _ => Ok(call),
        }
    }

    /// The name of the operation.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.payload.endpoint.name
    }
}

fn resumed(account: Account, policy: Policy, saved: &SavedCall) -> Option<Call> {
    let name = saved.operation()?;
    let endpoint =
        if name == Endpoint::OTHER.name { &Endpoint::OTHER } else { Endpoint::named(name)? };
    let repeat = match saved.repeat()? {
        "freely" => Repeat::Freely,
        "once_settled" => Repeat::OnceSettled,
        "never" => Repeat::Never,
        _ => return None,
    };
    let key = saved.key().map(str::to_owned);
    let aim = match saved.aim() {
        None => Aim::CarryOut,
        Some("ensure") => Aim::Ensure,
        Some("find") => Aim::Find,
        Some(_) => return None,
    };
    // What settles, and what looks for a lead, knows by which key.
    if key.is_none() && (repeat == Repeat::OnceSettled || aim != Aim::CarryOut) {
        return None;
    }
    let path = saved.path().map(str::to_owned);
    let payload = Payload::saved(endpoint, path, repeat, key, saved.body()?.to_owned());
    let (operation, settling) = (
        Tally { requests: number(saved.requests())?, failures: number(saved.failures())? },
        Tally {
            requests: number(saved.settling_requests())?,
            failures: number(saved.settling_failures())?,
        },
    );
    let purpose = if number(saved.settles())? { Purpose::Settling } else { Purpose::Operation };
    let sent_as = match (purpose, payload.endpoint.settled_by) {
        (Purpose::Operation, _) => payload.endpoint,
        (Purpose::Settling, settling) => settling?.query,
    };
    let state = match saved.state()? {
        "due" => State::Due(purpose),
        "waiting" => State::Waiting { until_ms: number(saved.until_ms())?, then: purpose },
        "in_flight" => State::InFlight(InFlight {
            purpose,
            operation: sent_as.name,
            number: if purpose == Purpose::Operation { operation } else { settling }.requests,
            msg_id: saved.msg_id()?.to_owned(),
            url: saved.url()?.to_owned(),
            sent_ms: number(saved.sent_ms())?,
            random: f64::from_bits(number(saved.random())?),
        }),
        _ => return None,
    };
    let form =
        if number(saved.compact())? { TimestampForm::Compact } else { TimestampForm::EpochMs };
    let call = Call::new(account, payload, policy).with_timestamp_form(form);
    Some(Call {
        state,
        clock_ms: given(saved.clock_ms())?,
        began_ms: given(saved.began_ms())?,
        operation,
        settling,
        attempts: number(saved.attempts())?,
        doubt: resumed_error(saved.doubt())?,
        refusal: resumed_error(saved.refusal())?,
        aim,
        may_have_been_carried_out: number(saved.maybe())?,
        ..call
    })
}

fn number<N: FromStr>(text: Option<&str>) -> Option<N> {
    text?.parse().ok()
}

/// A number that may be missing.
fn given<N: FromStr>(text: Option<&str>) -> Option<Option<N>> {
    match text {
        None => Some(None),
        text => number(text).map(Some),
    }
}

fn save_error(error: &Error) -> String {
    let mut saved = Object::default();
    saved.text("code", error.code());
    match error {
        Error::HttpStatus(HttpStatus { status, .. }) => saved.number("status", *status),
        Error::Rejected(Rejected { code, message, msg_id }) => {
            saved.text("return_code", code);
            saved.text_if("return_msg", message.as_deref());
            saved.text_if("msg_id", msg_id.as_deref());
        }
        Error::Transport(failure) => saved.flag("not_sent", *failure == Failure::NotSent),
        Error::Malformed(malformed) => saved.text("reason", &malformed.reason),
        other => saved.text("reason", &other.to_string()),
    }
    saved.finish()
}

fn resumed_error(saved: Option<SavedError>) -> Option<Option<Error>> {
    let Some(saved) = saved else { return Some(None) };
    let text = |text: Option<&str>| text.map(str::to_owned);
    Some(Some(match saved.code()? {
        "http_status" => Error::HttpStatus(HttpStatus::new(number(saved.status())?, &[])),
        "rejected" => Error::Rejected(Rejected {
            code: text(saved.return_code())?,
            message: text(saved.return_msg()),
            msg_id: text(saved.msg_id()),
        }),
        "transport" if number(saved.not_sent())? => Error::Transport(Failure::NotSent),
        "transport" => Error::Transport(Failure::Unknown),
        "malformed" => Malformed::new(saved.reason()?, &[]).into(),
        _ => return None,
    }))
}
