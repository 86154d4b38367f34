//! Which follow-up records are to be pushed, and how.

use std::net::IpAddr;

use axum::http::Uri;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::delivery::Delivery;
use super::journal::Push;
use crate::clock::now_ms;

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
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        let is_share = |share| (0.0..=1.0).contains(&share);
        if !is_loopback_http(&self.url) {
            Some("url must be an http address of this machine")
        } else if !is_share(self.repeat) || !is_share(self.tamper) {
            Some("repeat and tamper must lie between 0 and 1")
        } else {
            None
        }
    }

    /// The follow-up records, each in a push of its own.
    pub(crate) fn pushes(&self) -> Vec<Push> {
        let sample = include_str!("../../samples/follow_up.json");
        let mut follow_up: Map<String, Value> =
            serde_json::from_str(sample).expect("the sample is an object");
        follow_up.extend(self.follow_up.clone());
        let data = Value::Object(follow_up).to_string();
        let push = |_| Push::new(&self.url, &self.data_type, &data);
        (0..self.count).map(push).collect()
    }

    /// The deliveries of these pushes: repeated, with forged ones among them, and shuffled, as asked for.
    pub(crate) fn deliveries(&self, pushes: &[Push], secret: &str) -> Vec<Delivery> {
        let mut rng = fastrand::Rng::with_seed(self.seed);
        let now = now_ms();
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
        deliveries
    }
}

/// For each of so many, whether it belongs to the share.
fn chosen(rng: &mut fastrand::Rng, share: f64, of: usize) -> impl Iterator<Item = bool> + use<> {
    let number = (share * of as f64).round() as usize;
    let mut verdicts: Vec<bool> = (0..of).map(|index| index < number).collect();
    rng.shuffle(&mut verdicts);
    verdicts.into_iter()
}

fn is_loopback_http(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    uri.scheme_str() == Some("http") && (host == "localhost" || is_loopback)
}

#[cfg(test)]
mod tests {
    use super::is_loopback_http;

    #[test]
    fn pushes_go_to_this_machine_only() {
        for url in ["http://127.0.0.1:8080/push", "http://localhost/", "http://[::1]:1/"] {
            assert!(is_loopback_http(url), "{url}");
        }
        for url in [
            "https://127.0.0.1/",
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "/push",
            "",
        ] {
            assert!(!is_loopback_http(url), "{url}");
        }
    }
}
