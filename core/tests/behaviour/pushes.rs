//! Pushes: nothing forged is accepted, and any signed bytes end in a value or a typed error.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::prelude::*;
use qince_leads::{Error, PushData, verify_push};

use crate::arbitrary;

const SECRET: &str = "push secret";
const NOW_MS: i64 = 1_503_276_678_552;

/// The body of a push that is rightly signed.
fn signed(data: &[u8], data_type: &str) -> String {
    let timestamp = NOW_MS.to_string();
    let text = [data, b"|", SECRET.as_bytes(), b"|", timestamp.as_bytes()].concat();
    let encode = |bytes: &[u8]| percent_encode(bytes, NON_ALPHANUMERIC).to_string();
    format!(
        "msgId=m1&timestamp={timestamp}&digest={}&dataType={}&data={}",
        hex::encode(Md5::digest(text)),
        encode(data_type.as_bytes()),
        encode(data),
    )
}

fn verify(body: &[u8]) -> Result<qince_leads::PushEvent, Error> {
    verify_push(body, &[SECRET], NOW_MS, None)
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_typed_error(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let error = verify(&body).unwrap_err();
        prop_assert!(matches!(error.code(), "malformed" | "bad_signature"));
    }

    #[test]
    fn any_signed_bytes_end_in_an_event_or_malformed(
        data in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            arbitrary::json().prop_map(|json| json.to_string().into_bytes()),
        ],
        is_follow_up: bool,
    ) {
        let data_type = if is_follow_up { "salesLeads_follow" } else { "other" };
        match verify(signed(&data, data_type).as_bytes()) {
            Ok(event) => {
                prop_assert_eq!(matches!(event.data, PushData::FollowUp(_)), is_follow_up);
                let told: serde_json::Value = serde_json::from_str(&event.data.to_json())?;
                prop_assert_eq!(told.is_object(), is_follow_up || told.is_object());
            }
            Err(error) => prop_assert_eq!(error.code(), "malformed"),
        }
    }

    #[test]
    fn any_mutation_of_what_is_signed_is_refused(
        text in arbitrary::text(),
        parameter in prop::sample::select(vec!["data", "timestamp", "digest"]),
        at in any::<prop::sample::Index>(),
        put in any::<char>(),
    ) {
        let data = serde_json::json!({ "activity_content": text, "lead_ID": "1" }).to_string();
        let body = signed(data.as_bytes(), "salesLeads_follow");
        prop_assert!(verify(body.as_bytes()).is_ok());
        let mut pairs: Vec<(String, String)> =
            url_pairs(&body).map(|(name, value)| (name.to_owned(), decode(value))).collect();
        let value = &mut pairs.iter_mut().find(|(name, _)| name == parameter).unwrap().1;
        let before = value.clone();
        let mut characters: Vec<char> = value.chars().collect();
        let at = at.index(characters.len());
        characters[at] = put;
        *value = characters.into_iter().collect();
        // The digest's hex digits count in any case.
        prop_assume!(!value.eq_ignore_ascii_case(&before));
        let mutated: Vec<_> = pairs
            .iter()
            .map(|(name, value)| {
                format!("{name}={}", percent_encode(value.as_bytes(), NON_ALPHANUMERIC))
            })
            .collect();
        let error = verify(mutated.join("&").as_bytes()).unwrap_err();
        prop_assert!(matches!(error.code(), "malformed" | "bad_signature"), "{}", error);
    }

    #[test]
    fn no_other_secret_verifies(secret in ".{0,20}") {
        prop_assume!(secret != SECRET);
        let body = signed(b"{}", "salesLeads_follow");
        let is_one = !secret.trim().is_empty();
        let refused = verify_push(body.as_bytes(), &[secret], NOW_MS, None).unwrap_err();
        prop_assert_eq!(refused.code(), if is_one { "bad_signature" } else { "invalid_account" });
    }
}

fn url_pairs(body: &str) -> impl Iterator<Item = (&str, &str)> {
    body.split('&').filter_map(|pair| pair.split_once('='))
}

fn decode(value: &str) -> String {
    percent_encoding::percent_decode_str(value).decode_utf8().unwrap().into_owned()
}

#[test]
fn an_empty_secret_verifies_nothing_and_no_other_one_is_a_mistake_of_configuration() {
    let text = format!("{{}}||{NOW_MS}");
    let digest = hex::encode(Md5::digest(text));
    let body = format!("msgId=m&timestamp={NOW_MS}&digest={digest}&dataType=x&data={{}}");
    let verify = |secrets: &[&str]| verify_push(body.as_bytes(), secrets, NOW_MS, None);
    assert_eq!(verify(&["", SECRET]), Err(Error::BadSignature));
    for none in [&[][..], &[""], &["", " \n"]] {
        let error = verify(none).unwrap_err();
        assert_eq!(error.code(), "invalid_account");
        assert!(error.to_string().contains("push secret"), "{error}");
    }
}

#[test]
fn what_is_no_raw_body_is_told_by_what_it_is() {
    let body = signed(b"{}", "salesLeads_follow");
    for (given, word) in [
        (String::new(), "empty"),
        (" \r\n".to_owned(), "empty"),
        (r#"{"msgId":"m1","data":"{}"}"#.to_owned(), "JSON"),
        (STANDARD.encode(&body), "base64"),
        (format!("{}\n", URL_SAFE_NO_PAD.encode(&body)), "base64"),
        ("msgId=m1".to_owned(), "data: missing"),
        (body.replace("msgId", "msgid"), "msgId: missing"),
    ] {
        let error = verify(given.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "malformed");
        assert!(error.to_string().contains(word), "{given}: {error}");
    }
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for open in ["[", "{\"a\":"] {
        for data_type in ["salesLeads_follow", "other"] {
            let body = signed(open.repeat(200_000).as_bytes(), data_type);
            assert_eq!(verify(body.as_bytes()).unwrap_err().code(), "malformed");
        }
    }
}

#[test]
fn a_refusal_asks_for_the_push_to_come_again() {
    let event = verify(signed(b"{}", "salesLeads_follow").as_bytes()).unwrap();
    let refusal = r#"{"return_code":1,"return_msg":"数据库\"忙\"","msg_id":"m1"}"#;
    assert_eq!(event.refuse("数据库\"忙\""), refusal);
}
