//! The seven operations of the API.

mod address;
mod carry_out;
mod envelope;
mod operation;
mod refusal;

pub(crate) use self::operation::Operation;
pub(crate) use self::refusal::{Failure, Refusal};

use self::address::Address;
use self::envelope::Envelope;
use crate::faults::{Fault, Kind};
use crate::http::{Reply, Request};
use crate::sandbox::{Sandbox, Step};

/// A request that is yet to be carried out.
pub(crate) struct Held {
    operation: Operation,
    address: Address,
    body: Vec<u8>,
    fault: Fault,
}

/// Answers a request, with whatever fault it meets.
pub(crate) fn answer(sandbox: &mut Sandbox, now_ms: i64, request: &Request) -> Step {
    let Some((operation, address)) = Address::read(request.path()) else {
        return Step::Reply(Reply::page(404));
    };
    if request.method != "POST" {
        return Step::Reply(Reply::page(405));
    }
    let fault = sandbox.faults.take(operation);
    let held = Held { operation, address, body: request.body.clone(), fault };
    if held.fault == Fault::Kind(Kind::Late) {
        return sandbox.hold(sandbox.faults.delay_ms(), held);
    }
    carry_out(sandbox, now_ms, held)
}

/// Carries out a request that was held back.
pub(crate) fn carry_out_held(sandbox: &mut Sandbox, now_ms: i64, held: Held) -> Step {
    sandbox.faults.let_through();
    carry_out(sandbox, now_ms, held)
}

fn carry_out(sandbox: &mut Sandbox, now_ms: i64, held: Held) -> Step {
    let Held { operation, address, body, fault } = held;
    if let Some(step) = instead_of_carrying_out(sandbox, &fault, &address) {
        return step;
    }
    let done = carry_out::envelope(sandbox, now_ms, operation, &address, &body);
    let envelope = match done {
        Ok(envelope) => envelope,
        // The sandbox itself failed, which is no fault that was asked for.
        Err(error) => return Step::Reply(Reply::broken(&error)),
    };
    match fault {
        Fault::Kind(Kind::DropAfter) => Step::Close,
        Fault::Kind(Kind::Error500After) => Step::Reply(Reply::empty(500)),
        Fault::Kind(Kind::Truncated) => Step::Reply(envelope.cut_in_half().reply()),
        Fault::Kind(Kind::Gzip) => Step::Reply(envelope.compressed().reply()),
        Fault::Kind(Kind::Slow) => {
            sandbox.after(sandbox.faults.delay_ms(), Step::Reply(envelope.reply()))
        }
        Fault::Refusal(refusal) => {
            Step::Reply(Envelope::scripted(&refusal, &address.msg_id, &sandbox.quirks).reply())
        }
        Fault::Kind(_) => Step::Reply(envelope.reply()),
    }
}

fn instead_of_carrying_out(sandbox: &Sandbox, fault: &Fault, address: &Address) -> Option<Step> {
    Some(match fault {
        Fault::Kind(Kind::DropBefore) => Step::Close,
        Fault::Kind(Kind::Error500) => Step::Reply(Reply::empty(500)),
        Fault::Kind(Kind::BadGateway) => Step::Reply(Reply::page(502)),
        Fault::Kind(Kind::TooMany) => Step::Reply(Reply::empty(429).with("retry-after", "1")),
        Fault::Refusal(refusal) if !refusal.carried_out => {
            Step::Reply(Envelope::scripted(refusal, &address.msg_id, &sandbox.quirks).reply())
        }
        _ => return None,
    })
}
