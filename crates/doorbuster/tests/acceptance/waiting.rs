//! Ten times as many shoppers as are admitted in a second come through the pages, all at once: they wait in turn,
//! what there is is sold to the unit, and nobody sees a refusal without words.

use super::festival::{CATALOGUE, Festival};
use super::process::Running;
use super::size::size;
use serde_json::Value;

const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
night-2,mug,5000,30,+1s,+1h,1,20m,30m,0
";

#[test]
fn a_crowd_ten_times_too_large_waits_in_turn_and_nobody_sees_a_bare_refusal() {
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&["--waiting-admitted-per-second", "20"]);
    festival.start();
    let shop = festival.shop();
    let args = [
        "crowd",
        "pages",
        "--url",
        &shop,
        "--deal",
        "night-2",
        "--shoppers",
        "200",
        "--within",
        "1s",
        "--patience",
        "20s",
        "--json",
    ];
    let said = Running::start(args).end(size().patience).done();
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
