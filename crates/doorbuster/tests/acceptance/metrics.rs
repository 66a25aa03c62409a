//! The operator's list of metrics against a shop that is served: each one is there, and no other.

use super::festival::{CATALOGUE, DEALS, Festival};
use super::process::repository;
use super::web::Web;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_metric_of_the_guide_is_served_and_every_one_served_is_in_the_guide() {
    let mut festival = Festival::of(CATALOGUE, DEALS);
    festival.start();
    let address = format!("{}/metrics", festival.shop());
    let web = Web::open();
    assert_eq!(
        web.status(&address),
        Some(200),
        "the first is counted by the second"
    );
    let served = web.text(&address);
    festival.stop();

    let families = served
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let families = families.filter_map(|line| line.split_once(' '));
    let served: BTreeSet<(&str, &str)> = families.collect();
    let guide = fs::read_to_string(repository().join("docs/guide/operations.md"));
    let guide = guide.expect("the guide is there");
    let rows = guide
        .lines()
        .filter_map(|line| line.strip_prefix("| `doorbuster_"));
    let listed: BTreeSet<(String, &str)> = rows
        .filter_map(|row| {
            let (name, rest) = row.split_once("` | ")?;
            let (kind, _) = rest.split_once(" |")?;
            Some((format!("doorbuster_{name}"), kind))
        })
        .collect();
    let listed: BTreeSet<(&str, &str)> = listed.iter().map(|(n, k)| (n.as_str(), *k)).collect();
    assert!(listed.len() > 10, "{listed:?}");
    assert_eq!(served, listed);
}
