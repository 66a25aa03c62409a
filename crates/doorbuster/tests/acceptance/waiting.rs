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
    let known = |status: &String| matches!(status.as_str(), "200" | "303" | "503");
    assert!(statuses.keys().all(known), "{report}");
    festival.stop();
    festival.run(&["verify", "--model"]).done();
}

/// What a crowd that came so to the festival's mug saw.
fn seen(festival: &Festival, how: &[&str]) -> Value {
    let how = [&["pages", "--deal", "night-2"], how].concat();
    let said = festival.crowd(&how).end(size().patience).done();
    serde_json::from_str(&said.out).expect("--json prints one JSON object")
}

#[test]
fn without_any_setting_a_few_are_served_and_a_burst_is_served_or_asked_in_words_to_wait() {
    let mut festival = Festival::of(CATALOGUE, DEALS);
    festival.start();
    let few = seen(&festival, &["--shoppers", "8", "--within", "1s"]);
    assert_eq!(few["outcomes"], serde_json::json!({"Held": 8}), "{few}");
    let burst = ["--shoppers", "600", "--within", "1s", "--patience", "40s"];
    let burst = seen(&festival, &burst);
    let number = |name: &str| burst[name].as_u64().unwrap_or(0);
    assert_eq!(burst["wrongs"], serde_json::json!([]), "{burst}");
    assert_eq!((number("shoppers"), number("lost")), (600, 0), "{burst}");
    let ended = number("served") + number("gave_up_waiting");
    assert_eq!(ended, 600, "everybody ends at a page with words: {burst}");
    assert_eq!(burst["outcomes"]["Held"], 22, "to the unit: {burst}");
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
