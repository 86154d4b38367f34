//! Every schedule of an add against a model of the service: what no order of events can break, and what some can.
//!
//! A schedule is what becomes of each request and of the host's clock, until the call ends: up to three adds, and up to
//! three queries for each settling. Every state of the call is saved and gone on with, so a crash at any instant is among
//! them. Schedules that lead to the same state are walked together, and counted.

mod explorer;
mod service;

use std::process::ExitCode;

use explorer::{Explored, Promise, explore};
use service::{Codes, Setting, Sight};

/// A family of worlds, and the promises that some of its schedules break.
struct World {
    name: &'static str,
    setting: Setting,
    broken: &'static [Promise],
}

const PLAIN: Setting = Setting {
    has_code: true,
    ensures: false,
    resend_adds: true,
    codes: Codes::Refused,
    sight: Sight::AtOnce,
    is_taken: false,
    is_repeated_on_its_way: false,
};

const WORLDS: &[World] = &[
    World { name: "known codes are refused", setting: PLAIN, broken: &[] },
    World {
        name: "known codes are refused, queries lag",
        setting: Setting { sight: Sight::Lagging, ..PLAIN },
        broken: &[],
    },
    World {
        name: "the code was taken before",
        setting: Setting { sight: Sight::Lagging, is_taken: true, ..PLAIN },
        broken: &[Promise::OkIsOurs],
    },
    World {
        name: "codes are refused by an index that lags",
        setting: Setting { codes: Codes::RefusedLate, sight: Sight::Lagging, ..PLAIN },
        broken: &[Promise::NotTwice],
    },
    World {
        name: "codes are never refused",
        setting: Setting { codes: Codes::Taken, ..PLAIN },
        broken: &[Promise::NotTwice],
    },
    World {
        name: "codes are never refused, adds are not sent again",
        setting: Setting {
            codes: Codes::Taken,
            sight: Sight::Lagging,
            resend_adds: false,
            ..PLAIN
        },
        broken: &[],
    },
    World {
        name: "an add without a code",
        setting: Setting { has_code: false, codes: Codes::Taken, ..PLAIN },
        broken: &[],
    },
    World {
        name: "a proxy sends an add twice, known codes are refused",
        setting: Setting { is_repeated_on_its_way: true, ..PLAIN },
        broken: &[Promise::FailureIsTrue],
    },
    World {
        name: "a proxy sends an add twice, codes are never refused",
        setting: Setting { is_repeated_on_its_way: true, codes: Codes::Taken, ..PLAIN },
        broken: &[Promise::NotTwice],
    },
    World {
        name: "ensured, known codes are refused, queries lag",
        setting: Setting { ensures: true, sight: Sight::Lagging, ..PLAIN },
        broken: &[],
    },
    World {
        name: "ensured, the code was taken before",
        setting: Setting { ensures: true, is_taken: true, ..PLAIN },
        broken: &[],
    },
    World {
        name: "ensured, the code was taken before, queries lag",
        setting: Setting { ensures: true, is_taken: true, sight: Sight::Lagging, ..PLAIN },
        broken: &[Promise::OkIsOurs],
    },
    World {
        name: "ensured, codes are never refused, adds are not sent again",
        setting: Setting { ensures: true, codes: Codes::Taken, resend_adds: false, ..PLAIN },
        broken: &[],
    },
    World {
        name: "ensured, a proxy sends an add twice, known codes are refused",
        setting: Setting { ensures: true, is_repeated_on_its_way: true, ..PLAIN },
        broken: &[Promise::FailureIsTrue],
    },
];

fn main() -> ExitCode {
    let mut failed = 0;
    println!("{:<60}  {:>7}  {:>11}", "world", "states", "schedules");
    for World { name, setting, broken } in WORLDS {
        let Explored { states, schedules, violations } = explore(*setting);
        println!("{name:<60}  {states:>7}  {schedules:>11}");
        for promise in Promise::ALL {
            let violation = violations.iter().find(|violation| violation.promise == *promise);
            match (violation, broken.contains(promise)) {
                (None, false) => {}
                (Some(violation), true) => {
                    println!("  no client keeps this here: {promise}\n    {}", violation.schedule);
                }
                (Some(violation), false) => {
                    failed += 1;
                    println!("  BROKEN: {promise}\n    {}", violation.schedule);
                }
                (None, true) => {
                    failed += 1;
                    println!("  FAILED: {promise} is said to be broken here, and is not");
                }
            }
        }
    }
    println!("{} passed, {failed} failed", WORLDS.len() * Promise::ALL.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
