//! What all requests share.

use std::sync::Mutex;

use crate::account::Account;
use crate::faults::Faults;
use crate::leads::LeadStore;
use crate::lock::lock;
use crate::pushes::Journal;
use crate::quirks::Quirks;

/// The state of one running sandbox.
pub(crate) struct Sandbox {
    /// The account that requests must be signed for.
    pub(crate) account: Account,
    /// Every lead ever written.
    pub(crate) leads: LeadStore,
    quirks: Mutex<Quirks>,
    faults: Mutex<Faults>,
    pushes: Mutex<Journal>,
}

impl Sandbox {
    pub(crate) fn new(account: Account, leads: LeadStore) -> Self {
        Self {
            account,
            leads,
            quirks: Mutex::default(),
            faults: Mutex::default(),
            pushes: Mutex::default(),
        }
    }

    /// The quirks that replies have now.
    pub(crate) fn quirks(&self) -> Quirks {
        *lock(&self.quirks)
    }

    /// Gives replies other quirks from now on.
    pub(crate) fn replace_quirks(&self, quirks: Quirks) {
        *lock(&self.quirks) = quirks;
    }

    /// Looks at or changes the faults to come. The lock is held meanwhile.
    pub(crate) fn with_faults<T>(&self, act: impl FnOnce(&mut Faults) -> T) -> T {
        act(&mut lock(&self.faults))
    }

    /// Looks at or changes the journal of pushes. The lock is held meanwhile, so never deliver one inside.
    pub(crate) fn with_pushes<T>(&self, act: impl FnOnce(&mut Journal) -> T) -> T {
        act(&mut lock(&self.pushes))
    }

    /// Forgets everything but the account and the requests that are held back.
    pub(crate) fn forget(&self) -> rusqlite::Result<()> {
        self.leads.clear()?;
        self.replace_quirks(Quirks::default());
        self.with_faults(Faults::forget);
        self.with_pushes(|pushes| *pushes = Journal::default());
        Ok(())
    }
}
