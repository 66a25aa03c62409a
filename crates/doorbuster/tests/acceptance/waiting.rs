//! Ten times as many shoppers as are admitted in a second come through the pages, all at once: they wait in turn,
//! what there is is sold to the unit, and nobody sees a refusal without words.

use super::browser::{Chromium, Kind};
use super::festival::{CATALOGUE, Festival};
use super::process::until;
use super::size::size;
use super::web::Web;
use serde_json::Value;
use std::time::Duration;

const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
night-2,mug,5000,30,+1s,+1h,1,20m,30m,0
";

#[test]
fn a_crowd_ten_times_too_large_waits_in_turn_and_nobody_sees_a_bare_refusal() {
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&["--waiting-admitted-per-second", "20"]);
    festival.start();
    let how = [
        "pages",
        "--deal",
        "night-2",
        "--shoppers",
        "200",
        "--within",
        "1s",
        "--patience",
        "20s",
    ];
    let said = festival.crowd(&how).end(size().patience).done();
    let report: Value = serde_json::from_str(&said.out).expect("--json prints one JSON object");
    let ended = |how: &str| report["outcomes"][how].as_u64().unwrap_or(0);
    assert_eq!(report["wrongs"], serde_json::json!([]), "{report}");
    assert_eq!(ended("Held"), 30, "{report}");
    assert_eq!(
        ended("Held") + ended("SoldOut") + ended("GaveUp"),
        200,
        "{report}"
    );
    let waited = report["waited_in_room"].as_u64();
    assert!(waited.is_some_and(|waited| waited >= 150), "{report}");
    let statuses = report["statuses"]
        .as_object()
        .expect("answers have statuses");
    let known = |status: &String| matches!(status.as_str(), "200" | "303");
    assert!(statuses.keys().all(known), "{report}");
    festival.stop();
    festival.run(&["verify", "--model"]).done();
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_turn_it_is_goes_on_by_themselves_while_they_look_at_the_page() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&["--waiting-admitted-per-second", "1"]);
    tokio::task::block_in_place(|| festival.start());
    let shop = festival.shop();
    let phone = Kind {
        width: 390,
        scripts: true,
        keys: false,
        language: "ko",
    };
    let window = chromium.window(&shop, phone).await;
    window.visit_until("/deals/night-2", "form.hold").await;
    let how = [
        "pages",
        "--deal",
        "night-2",
        "--shoppers",
        "8",
        "--within",
        "0s",
    ];
    let crowd = festival.crowd(&how);
    tokio::task::block_in_place(|| others_wait(&shop));
    window
        .click("form.hold button[type=submit]", "#standing")
        .await;
    window.fits().await;
    window.see("#to-checkout").await;
    window.was_silent().await;
    tokio::task::block_in_place(|| crowd.end(size().patience).done());
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

/// Until some of the crowd wait, so that whoever comes then waits, too.
fn others_wait(shop: &str) {
    let (web, metrics) = (Web::open(), format!("{shop}/metrics"));
    until(Duration::from_secs(30), "others wait", || {
        let text = web.text(&metrics);
        let mut lines = text.lines();
        let turns = lines.find_map(|line| line.strip_prefix("doorbuster_waiting_turns "))?;
        (turns.trim().parse::<f64>().ok()? >= 3.0).then_some(())
    });
}
