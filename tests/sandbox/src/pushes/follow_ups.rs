//! Which follow-up records are to be pushed, and how.

use fluent_uri::Uri;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::deliveries::Deliveries;
use super::delivery::Delivery;
use super::journal::Push;

/// More would take the memory of whoever runs the sandbox.
const MOST: u32 = 100_000;

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowUps {
    url: String,
    #[serde(default = "once")]
    count: u32,
    #[serde(default)]
    follow_up: Map<String, Value>,
    #[serde(default = "follow_up_type")]
    data_type: String,
    #[serde(default)]
    repeat: f64,
    #[serde(default)]
    tamper: f64,
    #[serde(default)]
    shuffle: bool,
    #[serde(default = "seed")]
    seed: u64,
}

fn once() -> u32 {
    1
}

fn follow_up_type() -> String {
    "salesLeads_follow".to_owned()
}

fn seed() -> u64 {
    1
}

impl FollowUps {
    /// What is wrong with it, if anything.
    pub(crate) fn complaint(&self, push_hosts: &[String]) -> Option<&'static str> {
        let is_share = |share| (0.0..=1.0).contains(&share);
        if !may_be_pushed_to(&self.url, push_hosts) {
            Some("url must be an http address of this machine, or of a host that --push-host names")
        } else if self.count > MOST {
            Some("count must be at most 100000")
        } else if !is_share(self.repeat) || !is_share(self.tamper) {
            Some("repeat and tamper must lie between 0 and 1")
        } else {
            None
        }
    }

    /// The follow-up records, each in a push of its own.
    pub(crate) fn pushes(&self, rng: &mut fastrand::Rng) -> Vec<Push> {
        let sample = include_str!("../../samples/follow_up.json");
        let mut follow_up: Map<String, Value> =
            serde_json::from_str(sample).expect("the sample is an object");
        follow_up.extend(self.follow_up.clone());
        let data = Value::Object(follow_up).to_string();
        let push = |_| Push::new(rng, &self.url, &self.data_type, &data);
        (0..self.count).map(push).collect()
    }

    /// The deliveries of these pushes: repeated, with forged ones among them, and shuffled, as asked for.
    pub(crate) fn deliveries(&self, pushes: &[Push], secret: &str, now: i64) -> Deliveries {
        let mut rng = fastrand::Rng::with_seed(self.seed);
        let mut repeats = chosen(&mut rng, self.repeat, pushes.len());
        let mut forgeries = chosen(&mut rng, self.tamper, pushes.len());
        let mut deliveries = Vec::new();
        for push in pushes {
            let delivery = Delivery::first(push, secret, now);
            if repeats.next() == Some(true) {
                deliveries.push(delivery.clone());
            }
            deliveries.push(delivery);
            if forgeries.next() == Some(true) {
                deliveries.push(Delivery::forged(push, secret, now, rng.bool()));
            }
        }
        if self.shuffle {
            rng.shuffle(&mut deliveries);
        }
        Deliveries::new(deliveries)
    }
}

/// For each of so many, whether it belongs to the share.
fn chosen(rng: &mut fastrand::Rng, share: f64, of: usize) -> impl Iterator<Item = bool> + use<> {
    let number = (share * of as f64).round() as usize;
    let mut verdicts: Vec<bool> = (0..of).map(|index| index < number).collect();
    rng.shuffle(&mut verdicts);
    verdicts.into_iter()
}

fn may_be_pushed_to(url: &str, push_hosts: &[String]) -> bool {
    let Some((uri, authority)) = Uri::parse(url).ok().and_then(|uri| Some((uri, uri.authority()?)))
    else {
        return false;
    };
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback =
        address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    uri.scheme().as_str() == "http"
        && (host == "localhost" || is_loopback || push_hosts.iter().any(|named| named == host))
}

#[cfg(test)]
mod tests {
    use super::may_be_pushed_to;

    #[test]
    fn pushes_go_to_this_machine_and_to_hosts_that_are_named() {
        let named = ["host.docker.internal".to_owned()];
        let local = ["http://127.0.0.1:8080/push", "http://localhost/", "http://[::1]:1/"];
        for url in local {
            assert!(may_be_pushed_to(url, &[]), "{url}");
        }
        assert!(may_be_pushed_to("http://host.docker.internal:3000/push", &named));
        for url in [
            "https://127.0.0.1/",
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "/push",
            "",
        ] {
            assert!(!may_be_pushed_to(url, &named), "{url}");
        }
    }
}
