//! A hundred shoppers race for the last unit, again and again: it is sold once each time, and the
//! waitlist is served in order.

use super::festival::{CATALOGUE, DEALS, Festival};
use super::journal::Journal;
use super::size::size;
use serde_json::Value;

#[test]
fn the_last_unit_is_sold_once_each_time_and_the_waitlist_is_served_in_order() {
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&[
        "--limits-requests-per-second",
        "100000",
        "--limits-address-requests-per-second",
        "10000000",
        "--limits-sessions-per-minute",
        "10000000",
    ]);
    festival.start();
    let data = festival.data().display().to_string();
    let rounds = size().rounds;
    let count = rounds.to_string();
    let crowd = festival.crowd(&["race", "--rounds", &count, "--data", &data]);
    let said = crowd.end(size().patience).done();
    eprintln!("{}", said.out);
    let report: Value = serde_json::from_str(&said.out).expect("--json prints one JSON object");
    assert_eq!(report["rounds"], rounds, "{report}");
    assert_eq!(report["sold"], rounds, "{report}");
    assert_eq!(
        report["wrongs"].as_array().map(Vec::len),
        Some(0),
        "{report}"
    );
    festival.stop();

    festival.run(&["verify", "--model"]).done();
    let journal = Journal::of(&festival.data());
    let pools = journal.allotted_and_sold();
    let raced: Vec<_> = pools
        .values()
        .filter(|(allotted, _)| *allotted == 1)
        .collect();
    assert_eq!(raced.len() as u64, rounds, "{pools:?}");
    assert!(raced.iter().all(|(_, sold)| *sold == 1), "{pools:?}");
    offers_follow_the_line(&journal);
}

/// Places are numbered as they are taken: of each pool, offers must come in that order.
fn offers_follow_the_line(journal: &Journal) {
    let mut offers = 0;
    let mut last = std::collections::BTreeMap::new();
    for placed in journal.all("HoldPlaced") {
        let Some(place) = placed["origin"]["Offered"].as_u64() else {
            continue;
        };
        let before = last.insert(placed["deal"].to_string(), place);
        assert!(
            before < Some(place),
            "place {place} was served after {before:?}"
        );
        offers += 1;
    }
    assert!(offers > 0, "nobody was ever served from a waitlist");
}
