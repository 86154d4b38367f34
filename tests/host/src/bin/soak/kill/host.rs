//! A host that may be killed at any instant: what it has to know stands in its files.

use std::path::Path;
use std::thread;

use anyhow::anyhow;
use qince_host::{Client, Environment, SavedCall, Transport};
use qince_leads::{Account, Error, Receipt, Request};

use super::journal::{Entry, Journal};
use super::{AT_ONCE, leads, policy};
use crate::family::{Family, apaas_lead, lead};
use crate::options::{Options, TIME_OUT};

/// Goes on from the files in this folder until all leads have been added.
pub(crate) fn be_host(options: &Options, folder: &Path) -> anyhow::Result<()> {
    let account = Environment::read()?.account;
    thread::scope(|scope| {
        let callers: Vec<_> = (0..AT_ONCE)
            .map(|number| {
                let account = account.clone();
                scope.spawn(move || work(number, options, account, folder))
            })
            .collect();
        let mut ended = callers.into_iter().map(|caller| caller.join());
        ended.try_for_each(|ended| ended.map_err(|_| anyhow!("a caller panicked"))?)
    })
}

/// Adds one caller's share of the leads, one after the other, from the first that has not ended.
fn work(number: usize, options: &Options, account: Account, folder: &Path) -> anyhow::Result<()> {
    let transport = Transport::new(account.base_url(), TIME_OUT);
    let mut client = Client::new(account, transport, policy());
    let (mut journal, ended) = Journal::open(folder, number)?;
    for (n, (family, code)) in leads(options).skip(number).step_by(AT_ONCE).enumerate() {
        let saved = SavedCall::at(folder.join(format!("{code}.call")));
        if n >= ended {
            let mut add = Add { client: &mut client, journal: &mut journal, saved: &saved, code };
            match family {
                Family::Classic => add.end(lead)?,
                Family::Apaas => add.end(apaas_lead)?,
            }
        }
        // Also where the one before was killed just before it could.
        if n + 1 >= ended {
            saved.forget()?;
        }
    }
    Ok(())
}

/// An add, begun by this host or one before.
struct Add<'a> {
    client: &'a mut Client,
    journal: &'a mut Journal,
    saved: &'a SavedCall,
    code: String,
}

impl Add<'_> {
    /// Brings it to its end, and notes that.
    fn end<R: Request<Output = Receipt>>(&mut self, lead: fn(&str) -> R) -> anyhow::Result<()> {
        let Self { client, journal, saved, code } = self;
        if saved.read()?.is_some() {
            journal.note(&Entry::WentOn { code: code.clone() })?;
        }
        let call = client.call_in(saved, lead(code))?;
        let ended = client.run(call, |call, request| -> anyhow::Result<()> {
            saved.save(call)?;
            let operation = request.operation.to_owned();
            journal.note(&Entry::Sent { code: code.clone(), operation })
        });
        let code = code.clone();
        let entry = match ended {
            Ok(Receipt { id, settled, .. }) => Entry::Ended { code, id, settled },
            Err(error) => {
                let error = error.downcast::<Error>()?.to_string();
                Entry::Failed { code, error }
            }
        };
        journal.note(&entry)
    }
}
