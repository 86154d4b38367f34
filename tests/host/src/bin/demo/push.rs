//! The service pushes; the host's webhook verifies and acknowledges.

use std::sync::mpsc;

use anyhow::{Context, bail, ensure};
use qince_host::{LocalServer, Receiver};
use qince_leads::{PushData, PushEvent};
use serde_json::json;

use crate::screen;
use crate::stage::Stage;

pub(crate) fn show(stage: &mut Stage) -> anyhow::Result<()> {
    let (handle, handled) = mpsc::channel();
    let receiver = Receiver::new(vec![stage.push_secret.clone()], move |event| {
        handle.send(event.clone()).map_err(|error| error.to_string())
    });
    let webhook = LocalServer::start(receiver.into_router())?;
    let url = webhook.url("/push");
    screen::line("webhook", "", &url);

    let follow_up = json!({
        "lead_code": "D1", "lead_name": "示例公司", "activity_type": "电话", "activity_content": "客户很感兴趣",
        "create_by": "张三", "create_at": "2026-01-02 09:30",
    });
    let order = json!({ "url": url, "count": 1, "tamper": 1, "follow_up": follow_up });
    let deliveries = stage.sandbox.push(&order)?;
    let events: Vec<_> = handled.try_iter().collect();
    let genuine = deliveries.iter().find(|delivery| !delivery.forged);
    let genuine = genuine.context("nothing was pushed")?;
    let forged = deliveries.iter().find(|delivery| delivery.forged);
    let forged = forged.context("nothing forged was pushed")?;

    let [event] = &events[..] else {
        bail!("{} events were handled", events.len());
    };
    screen::line("follow-up", "came", format!("msg_id {}", event.msg_id));
    screen::line("", "", describe(event)?);
    screen::line("", "said", &genuine.answer);
    ensure!(event.msg_id == genuine.msg_id, "what was handled is not what was pushed");
    ensure!(
        stage.sandbox.journal()?.iter().all(|push| push.acknowledged && push.attempts == 1),
        "the sandbox took the answer for no acknowledgement"
    );
    screen::ok("verified, handled once, and acknowledged at once");

    let status = forged.http_status.context("no answer came")?;
    screen::line("forged", "came", format!("msg_id {}", forged.msg_id));
    screen::line("", "said", format!("HTTP {status} and nothing else"));
    ensure!(
        status == 401 && forged.answer.is_empty() && !forged.acknowledged,
        "the forged push was answered with HTTP {status} `{}`",
        forged.answer
    );
    screen::ok("turned away, and never handled");
    Ok(())
}

fn describe(event: &PushEvent) -> anyhow::Result<String> {
    let PushData::FollowUp(follow_up) = &event.data else {
        bail!("the push holds no follow-up");
    };
    let words = [
        follow_up.lead_name(),
        follow_up.activity_type(),
        follow_up.activity_content(),
        follow_up.create_by(),
        follow_up.create_at(),
    ];
    let words: Option<Vec<_>> = words.into_iter().collect();
    Ok(words.context("the follow-up is not whole")?.join(", "))
}
