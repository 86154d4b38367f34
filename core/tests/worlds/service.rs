//! A model of the service, as far as adds and the queries that settle them need it.

/// What is so in a world, whatever happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Whether the add has a code.
    pub(crate) has_code: bool,
    /// Whether the call looks for the code before it adds.
    pub(crate) ensures: bool,
    /// Whether the policy sends an add again that a query has not found.
    pub(crate) resend_adds: bool,
    pub(crate) codes: Codes,
    pub(crate) sight: Sight,
    /// Whether somebody else's lead has the code from the beginning.
    pub(crate) is_taken: bool,
    /// Whether something between host and service sends every add twice, and hands on the second reply.
    pub(crate) is_repeated_on_its_way: bool,
}

/// What the service does with an add whose code it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codes {
    /// It refuses it.
    Refused,
    /// It refuses it, or has not noticed yet.
    RefusedLate,
    /// It takes it.
    Taken,
}

/// What a query sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// What is stored.
    AtOnce,
    /// What is stored, or nothing yet.
    Lagging,
}

/// What the service holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Service {
    /// How often the lead was stored.
    pub(crate) stored: u8,
    /// How many adds are still on their way.
    pub(crate) late: u8,
}

/// What became of an add that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Stored,
    Refused,
}

impl Service {
    fn knows_the_code(self, setting: Setting) -> bool {
        setting.has_code && (self.stored > 0 || setting.is_taken)
    }

    /// What may become of an add that arrives, and how the service is then.
    pub(crate) fn arrivals(self, setting: Setting) -> Vec<(Answer, Self)> {
        let once = self.arrival(setting);
        if !setting.is_repeated_on_its_way {
            return once;
        }
        once.into_iter().flat_map(|(_, service)| service.arrival(setting)).collect()
    }

    fn arrival(self, setting: Setting) -> Vec<(Answer, Self)> {
        let stored = (Answer::Stored, Self { stored: self.stored + 1, ..self });
        let refused = (Answer::Refused, self);
        match setting.codes {
            _ if !self.knows_the_code(setting) => vec![stored],
            Codes::Refused => vec![refused],
            Codes::RefusedLate => vec![refused, stored],
            Codes::Taken => vec![stored],
        }
    }

    /// How the service may be once none, some or all of the adds that are late have arrived.
    pub(crate) fn later(self, setting: Setting) -> Vec<Self> {
        let mut all = vec![self];
        let mut last = all.clone();
        for _ in 0..self.late {
            let arrived = last.iter().map(|service| Self { late: service.late - 1, ..*service });
            last = arrived
                .flat_map(|service| service.arrivals(setting))
                .map(|(_, service)| service)
                .collect();
            all.extend(&last);
        }
        all
    }

    /// Whether a query may find a lead with the code: what it may see.
    pub(crate) fn sights(self, setting: Setting) -> Vec<bool> {
        let is_there = self.stored > 0 || setting.is_taken;
        match setting.sight {
            Sight::Lagging if is_there => vec![true, false],
            _ => vec![is_there],
        }
    }
}
