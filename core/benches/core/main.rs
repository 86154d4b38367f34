//! What signing and reading cost, beside peers that do the same work: run by `cargo xtask bench`.

mod sample;

use std::hint::black_box;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, Criterion, SamplingMode, criterion_group, criterion_main,
};
use md5::{Digest, Md5};
use qince_leads::{Account, AddLead, Call, Lead, Operation, Policy, QueryLeads, RawReply, Stamp};
use serde::Deserialize;

use self::sample::page;

const ADD: &str = include_str!("../../../tests/samples/add.json");

const APP_KEY: &str = "2EV5i30kYI6r7Hz817";
const NOW_MS: i64 = 1_617_206_400_000;
/// The vendor's sample reply to an add.
const ADDED: &str = r#"{"return_code":"0","return_msg":null,"msg_id":"90b4b267dd3d49aeace879038b1e7291","response_data":null}"#;
const MSG_ID: &str = "90b4b267dd3d49aeace879038b1e7291";

fn account() -> Account {
    Account::new("8888888", APP_KEY).unwrap()
}

fn signing(criterion: &mut Criterion) {
    let account = account();
    let lead = AddLead::from_json(ADD).unwrap();
    let stamp = Stamp::new(NOW_MS, MSG_ID);
    let body = lead.to_body().unwrap();
    let signed = format!("{body}|{APP_KEY}|{NOW_MS}");

    let mut group = criterion.benchmark_group("signing");
    group.bench_function("md5", |bencher| bencher.iter(|| Md5::digest(black_box(&signed))));
    group.bench_function("sign", |bencher| {
        bencher.iter(|| account.sign(black_box(&lead), &stamp).unwrap());
    });
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let one = page(1000);
    let ten = page(10_000);

    let mut group = criterion.benchmark_group("reading");
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("md5", |bencher| bencher.iter(|| Md5::digest(black_box(&one))));
    group.bench_function("serde_json", |bencher| {
        bencher.iter_batched(
            || one.clone(),
            |body| {
                let reply: Reply = serde_json::from_slice(&body).unwrap();
                serde_json::from_str::<Vec<OwnedLead>>(&reply.response_data).unwrap()
            },
            BatchSize::LargeInput,
        );
    });
    for (name, body) in [("page", &one), ("ten pages", &ten)] {
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| RawReply::new(200, body.clone()), read, BatchSize::LargeInput);
        });
    }
    group.bench_function("page, every field", |bencher| {
        bencher.iter_batched(
            || RawReply::new(200, one.clone()),
            |reply| {
                let leads = read(reply);
                let length: usize = leads.iter().map(text_length).sum();
                (leads, length)
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// What the retry machine adds to signing a query and reading its page.
fn calling(criterion: &mut Criterion) {
    let account = account();
    let query = QueryLeads::new().create_time_start("2026-01-01");
    let body = page(1000);
    let reply = || RawReply::new(200, body.clone());

    let mut group = criterion.benchmark_group("calling");
    calling_an_add(&mut group);
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("sign and read", |bencher| {
        bencher.iter_batched(
            reply,
            |reply| {
                let request = account.sign(&query, &Stamp::new(NOW_MS, MSG_ID)).unwrap();
                (request, QueryLeads::read(reply).unwrap())
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("call", |bencher| {
        bencher.iter_batched(
            || (Call::new(account.clone(), query.clone(), Policy::default()), reply()),
            |(mut call, reply)| {
                let request = call.step(NOW_MS, MSG_ID, 0.5);
                call.replied(MSG_ID, NOW_MS, reply, None);
                (request, call.step(NOW_MS, MSG_ID, 0.5))
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// The same for an add, whose reply is small: here the machine has nothing to hide behind.
fn calling_an_add(group: &mut BenchmarkGroup<'_, WallTime>) {
    let account = account();
    let lead = AddLead::from_json(ADD).unwrap();
    let reply = || RawReply::new(200, ADDED);

    group.bench_function("add: sign and read", |bencher| {
        bencher.iter_batched(
            reply,
            |reply| {
                let request = account.sign(&lead, &Stamp::new(NOW_MS, MSG_ID)).unwrap();
                (request, AddLead::read(reply).unwrap())
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("add: call", |bencher| {
        bencher.iter_batched(
            || (Call::new(account.clone(), lead.clone(), Policy::default()), reply()),
            |(mut call, reply)| {
                let request = call.step(NOW_MS, MSG_ID, 0.5);
                call.replied(MSG_ID, NOW_MS, reply, None);
                (request, call.step(NOW_MS, MSG_ID, 0.5), call)
            },
            BatchSize::SmallInput,
        );
    });
}

fn read(reply: RawReply) -> Vec<Lead> {
    QueryLeads::read(reply).unwrap().iter().collect()
}

/// A struct of owned strings, and a function that touches every text of a record.
macro_rules! every_field {
    ($($field:ident),+; $($list:ident: $of:ident { $($inner:ident),+ }),+) => {
        #[derive(Deserialize)]
        #[allow(dead_code)]
        struct OwnedLead {
            $($field: Option<String>,)+
            $($list: Vec<$of>,)+
        }

        $(
            #[derive(Deserialize)]
            #[allow(dead_code)]
            struct $of {
                $($inner: Option<String>,)+
            }
        )+

        fn text_length(lead: &Lead) -> usize {
            let length = |text: Option<&str>| text.map_or(0, str::len);
            let mut sum = 0;
            $(sum += length(lead.$field());)+
            $(for element in lead.$list() {
                $(sum += length(element.$inner());)+
            })+
            sum
        }
    };
}

every_field! {
    id, cus_name, code, source_type_name, market_name, linkman, mobile_country, mobile, tel, position,
    detail, mss_province, mss_city, mss_area, mss_street, mark_addr, email, website, emp_name,
    emp_id_str, status_value, result, disable_reason_name, disable_reason_ext, delete_reason_name,
    delete_reason_ext, return_reason_name, pool_name, distribution_name, distribution_take_time,
    creator_name, create_time, transf_time, owner_change_time, follow_name, follow_time,
    modifyier_name, modify_time, customer_classification_name, cm_code, cm_name;
    labels: OwnedLabel { salesleads_id, color, name, rule_description, id, status },
    exts: OwnedExt { ext_key, ext_value, ext_column }
}

#[derive(Deserialize)]
struct Reply {
    response_data: String,
}

criterion_group! {
    name = benches;
    // Short, for `cargo xtask bench` measures in many rounds.
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(200))
        .sample_size(10)
        .nresamples(1001);
    targets = signing, reading, calling
}
criterion_main!(benches);
