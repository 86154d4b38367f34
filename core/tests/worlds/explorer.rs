//! Walks all schedules, breadth first, so that what is found first is shortest.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use qince_leads::{
    Account, AddLead, Call, Error, Failure, Policy, RawReply, Receipt, SignedRequest, Step,
};

use crate::service::{Answer, Service, Setting};

const HOUR_MS: i64 = 3_600_000;

/// What a user is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// The lead is stored once at most.
    NotTwice,
    /// After `ok` a lead with the code is stored, or will be.
    OkIsTrue,
    /// And it is this one, unless it is said that it was there before.
    OkIsOurs,
    /// After a failure that is not `uncertain` the lead is not stored, and will not be.
    FailureIsTrue,
}

impl Promise {
    pub(crate) const ALL: &[Self] =
        &[Self::NotTwice, Self::OkIsTrue, Self::OkIsOurs, Self::FailureIsTrue];
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotTwice => "no lead is stored twice",
            Self::OkIsTrue => "after `ok` there is a lead with the code",
            Self::OkIsOurs => "after `ok` the lead is ours, or was there before and that is said",
            Self::FailureIsTrue => "after a definite failure there is no lead",
        })
    }
}

/// What was found in a world.
pub(crate) struct Explored {
    pub(crate) states: usize,
    pub(crate) schedules: u128,
    /// The shortest schedule that breaks a promise, of each promise that any breaks.
    pub(crate) violations: Vec<Violation>,
}

pub(crate) struct Violation {
    pub(crate) promise: Promise,
    pub(crate) schedule: String,
}

/// A call between two events, and the service.
struct State {
    /// The call as text: every state is one that a crash may leave behind.
    saved: String,
    now_ms: i64,
    sent: u32,
    service: Service,
    was_set_back: bool,
    story: Rc<Story>,
}

/// What happened, the last event first.
struct Story {
    event: String,
    before: Option<Rc<Story>>,
}

impl Story {
    fn then(self: &Rc<Self>, event: String) -> Rc<Self> {
        Rc::new(Self { event, before: Some(Rc::clone(self)) })
    }

    fn told(&self) -> String {
        match &self.before {
            None => self.event.clone(),
            Some(before) => format!("{}; {}", before.told(), self.event),
        }
    }
}

/// What may become of a request.
enum Fate {
    Failed(Failure),
    Replied(u16, String),
    /// The host ends before it learns of anything.
    Crashed,
}

/// Walks all schedules of an add.
pub(crate) fn explore(setting: Setting) -> Explored {
    let mut explored = Explored { states: 0, schedules: 0, violations: Vec::new() };
    let mut lead = AddLead::new().emp_name("负责人");
    lead.code = setting.has_code.then(|| "L1".to_owned());
    let begin = if setting.ensures { Call::ensure } else { Call::new };
    let first = State {
        saved: begin(account(), lead, policy(setting)).save().expect("a call that has not begun"),
        now_ms: 10 * HOUR_MS,
        sent: 0,
        service: Service::default(),
        was_set_back: false,
        story: Rc::new(Story { event: "an add".to_owned(), before: None }),
    };
    // All states of one length, and how many schedules lead to each.
    let mut layer = vec![(first, 1)];
    while !layer.is_empty() {
        explored.states += layer.len();
        let mut next: HashMap<String, (State, u128)> = HashMap::new();
        for (state, schedules) in layer {
            for state in after(setting, &state, schedules, &mut explored) {
                let known = next.entry(state.key()).or_insert((state, 0));
                known.1 += schedules;
            }
        }
        layer = next.into_values().collect();
    }
    explored
}

/// An account whose requests are quickly made.
fn account() -> Account {
    Account::relay("https://relay.example").expect("a URL")
}

fn policy(setting: Setting) -> Policy {
    Policy {
        max_attempts: 3,
        deadline_ms: None,
        jitter: 0.0,
        resend_adds: setting.resend_adds,
        ..Policy::default()
    }
}

impl State {
    /// What it is, wherever its clock stands.
    fn key(&self) -> String {
        let mut saved = self.saved.clone();
        let times = ["clock_ms", "began_ms", "until_ms", "sent_ms"];
        for name in times.map(|name| format!("\"{name}\":")) {
            if let Some(at) = saved.find(&name) {
                let digits = at + name.len();
                let end = digits + saved[digits..].find([',', '}']).expect("an object");
                let time_ms: i64 = saved[digits..end].parse().expect("a time");
                saved.replace_range(digits..end, &(time_ms - self.now_ms).to_string());
            }
        }
        // All but the checksum.
        let state = saved.find('{').expect("an object");
        format!("{} {:?} {}", &saved[state..], self.service, self.was_set_back)
    }

    fn call(&self, setting: Setting) -> Call<AddLead> {
        Call::resume(account(), policy(setting), &self.saved).expect("what was saved")
    }

    fn then(&self, call: &Call<AddLead>, event: String) -> Self {
        Self {
            saved: call.save().expect("a call that goes on"),
            story: self.story.then(event),
            ..*self
        }
    }
}

/// All states that may follow; what ends a schedule is judged.
fn after(setting: Setting, state: &State, schedules: u128, explored: &mut Explored) -> Vec<State> {
    let mut call = state.call(setting);
    let msg_id = format!("m{}", state.sent + 1);
    match call.step(state.now_ms, &msg_id, 0.0) {
        Step::Done(result) => {
            explored.schedules += schedules;
            judge(setting, state, &result, explored);
            Vec::new()
        }
        Step::WaitUntil(until_ms) => {
            assert!(until_ms > state.now_ms, "a wait that is over: {}", state.story.told());
            let waited = "the delay passes".to_owned();
            let mut all = vec![State { now_ms: until_ms, ..state.then(&call, waited) }];
            if !state.was_set_back {
                let now_ms = state.now_ms - HOUR_MS;
                let Step::WaitUntil(after_ms) = call.step(now_ms, &msg_id, 0.0) else {
                    panic!("the clock was set back, and nothing is waited for");
                };
                assert_eq!(after_ms - now_ms, until_ms - state.now_ms, "{}", state.story.told());
                let set_back = state.then(&call, "the clock is set back".to_owned());
                all.push(State { now_ms, was_set_back: true, ..set_back });
            }
            all
        }
        Step::Send(request) => {
            let sent = State {
                sent: state.sent + 1,
                ..state.then(&call, format!("{} is sent", request.operation))
            };
            let fates = fates(setting, state.service, &request);
            fates
                .into_iter()
                .map(|(event, service, fate)| {
                    let mut call = sent.call(setting);
                    let raw = |status, body| RawReply::new(status, body);
                    match fate {
                        Fate::Failed(failure) => call.failed(&msg_id, sent.now_ms, failure),
                        Fate::Replied(status, body) => {
                            call.replied(&msg_id, sent.now_ms, raw(status, body), None);
                        }
                        Fate::Crashed => {}
                    }
                    (call, event, service)
                })
                .filter_map(|(mut call, event, service)| {
                    let went_on = call.save().is_some();
                    if went_on {
                        return Some(State { service, ..sent.then(&call, event) });
                    }
                    let Step::Done(result) = call.step(sent.now_ms, "unused", 0.0) else {
                        panic!("a call that has nothing to save, and goes on");
                    };
                    explored.schedules += schedules;
                    let ended = State {
                        saved: String::new(),
                        service,
                        story: sent.story.then(event),
                        ..sent
                    };
                    judge(setting, &ended, &result, explored);
                    None
                })
                .collect()
        }
    }
}

/// What may become of a request: in words, how the service is then, and what the host learns.
fn fates(
    setting: Setting,
    service: Service,
    request: &SignedRequest,
) -> Vec<(String, Service, Fate)> {
    let lost = |words: &str, service: Service| {
        [
            (format!("{words}, its reply is lost"), service, Fate::Failed(Failure::Unknown)),
            (format!("{words}, the host crashes"), service, Fate::Crashed),
        ]
    };
    let mut all = Vec::new();
    for service in service.later(setting) {
        let not_sent = Fate::Failed(Failure::NotSent);
        let busy = Fate::Replied(429, String::new());
        all.push(("it does not leave".to_owned(), service, not_sent));
        all.push(("it is refused with 429".to_owned(), service, busy));
        all.extend(lost("it never arrives", service));
        if request.operation == "add" {
            for (answer, service) in service.arrivals(setting) {
                let (words, body) = match answer {
                    Answer::Stored => {
                        ("it is stored", r#"{"return_code":"0","response_data":"7"}"#)
                    }
                    Answer::Refused => ("it is refused", r#"{"return_code":"1"}"#),
                };
                all.extend(lost(words, service));
                all.push((words.to_owned(), service, Fate::Replied(200, body.to_owned())));
            }
            let late = Service { late: service.late + 1, ..service };
            all.extend(lost("it is late", late));
        } else {
            for finds in service.sights(setting) {
                let (words, rows) = match finds {
                    true => ("it finds the lead", r#"[{"id":"7","code":" l1"}]"#),
                    false => ("it finds nothing", "[]"),
                };
                let body = format!(r#"{{"return_code":"0","response_data":{rows}}}"#);
                all.push((words.to_owned(), service, Fate::Replied(200, body)));
            }
        }
    }
    all
}

/// Holds how a schedule ended against what is promised, whatever is still on its way.
fn judge(
    setting: Setting,
    state: &State,
    result: &Result<Receipt, Error>,
    explored: &mut Explored,
) {
    for service in state.service.later(setting) {
        let will_be = service.stored + service.late > 0;
        let kept = |promise: &Promise| match promise {
            Promise::NotTwice => service.stored < 2,
            Promise::OkIsTrue => result.is_err() || will_be || setting.is_taken,
            Promise::OkIsOurs => !matches!(result, Ok(receipt) if !receipt.existed) || will_be,
            Promise::FailureIsTrue => match result {
                Ok(_) | Err(Error::Uncertain { .. }) => true,
                Err(_) => !will_be,
            },
        };
        for &promise in Promise::ALL.iter().filter(|promise| !kept(promise)) {
            if !explored.violations.iter().any(|violation| violation.promise == promise) {
                let end = match result {
                    Ok(receipt) if receipt.settled => "ok, settled".to_owned(),
                    Ok(receipt) if receipt.existed => "ok, existed".to_owned(),
                    Ok(_) => "ok".to_owned(),
                    Err(error) => error.code().to_owned(),
                };
                let schedule = format!("{}; {end}; {service:?}", state.story.told());
                explored.violations.push(Violation { promise, schedule });
            }
        }
    }
}
