//! After a crowd the board, the books and the journal say the same, to the unit: on the page, by the API, and to who
//! listens early, late, or again.

use super::festival::{CATALOGUE, DEALS, Festival};
use super::journal::Journal;
use super::process::{Running, until};
use super::web::Web;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn the_board_equals_the_books_the_journal_and_itself_wherever_it_is_looked_at() {
    let soon = ["--rules-payment-ms", "8000", "--rules-grace-ms", "2000"];
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&soon);
    festival.start();
    let address = festival.shop().replace("http://localhost", "127.0.0.1");
    let early = listener(&address);
    festival.is_shopped_at();
    until(PATIENCE, "nothing left for the clerks to do", || {
        let left = festival.run(&["inspect", "outbox"]).done().out;
        left.trim().is_empty().then_some(())
    });
    let web = Web::open();
    let asked = |path: &str| web.text(&format!("{}{path}", festival.shop()));
    let board: Value = serde_json::from_str(&asked("/v1/board")).expect("JSON");
    let (paid, placed) = (&board["totals"][0]["paid"], &board["totals"][0]["placed"]);
    let curve: Value = serde_json::from_str(&asked("/v1/board/curve")).expect("JSON");
    let page = asked("/board");
    assert!(
        page.contains(&format!("data-value=\"{}\"", paid["amount"])),
        "{paid}"
    );
    assert_eq!(
        curve["amounts"].as_array().and_then(|all| all.last()),
        Some(&paid["amount"])
    );

    // Who listened all the time, who comes late, and who comes again hear the same figures.
    let heard = [
        heard_at_last(early, &board),
        heard_at_last(listener(&address), &board),
    ];
    assert_eq!(heard[0]["totals"], heard[1]["totals"]);
    assert_eq!(heard[0]["totals"], board["totals"]);
    assert_eq!(balances_told(&board), balances_inspected(&festival));
    festival.stop();

    let journal = Journal::of(&festival.data());
    let sum = |kind: &str| {
        let totals = journal
            .all(kind)
            .map(|event| event["total"].as_i64().expect("minor units"));
        totals.fold((0, 0), |(count, sum), total| (count + 1, sum + total))
    };
    let told = |it: &Value| {
        (
            it["count"].as_i64().unwrap_or(-1),
            it["amount"].as_i64().unwrap_or(-1),
        )
    };
    assert!(told(paid).0 > 0, "nothing was sold");
    assert_eq!(
        (told(paid), told(placed)),
        (sum("OrderPaid"), sum("OrderPlaced"))
    );
    assert_eq!(
        board["totals"].as_array().map(Vec::len),
        Some(1),
        "one currency was sold in"
    );
    compares(&mut festival, paid);
    replays(&festival, &board);
}

/// The journal tells the same board again, as fast as one likes, and from any moment.
fn replays(festival: &Festival, board: &Value) {
    let elsewhere = Festival::nowhere().shop();
    let address = elsewhere.replace("http://localhost", "127.0.0.1");
    let data = festival.data().display().to_string();
    let replay = [
        "replay-board",
        "--data",
        &data,
        "--listen",
        &address,
        "--speed",
        "1000",
    ];
    let replay = Running::start(replay);
    let web = Web::open();
    let url = format!("{elsewhere}/v1/board");
    let shows = |what: &str, wanted: &Value| {
        until(PATIENCE, what, || {
            let is_there = web.status(&url) == Some(200);
            let told = is_there.then(|| serde_json::from_str::<Value>(&web.text(&url)))?;
            (told.expect("JSON")["totals"][0]["paid"] == *wanted).then_some(())
        });
    };
    shows("the end of the replay", &board["totals"][0]["paid"]);
    let page = web.text(&format!("{elsewhere}/board"));
    assert!(
        page.contains("data-speed=\"1000\"") && page.contains("/board/replay"),
        "{page}"
    );
    let levers = format!("{elsewhere}/board/replay");
    assert_eq!(web.send_form(&levers, &[("do", "stand"), ("to", "0")]), 200);
    shows(
        "its beginning",
        &serde_json::json!({"count": 0, "amount": 0}),
    );
    assert_eq!(
        web.status(&format!("{elsewhere}/cart")),
        Some(404),
        "nothing is sold in the past"
    );
    replay.terminate(PATIENCE).done();
}

/// The festival's own curve, as the one of an earlier festival, lies beside it.
fn compares(festival: &mut Festival, paid: &Value) {
    let curve = festival.run(&["curve", "--name", "Last year"]).done().out;
    let told: Value = serde_json::from_str(&curve).expect("JSON");
    assert_eq!(
        told["seconds"].as_array().and_then(|all| all.last()),
        Some(&paid["amount"])
    );
    let file = festival.write("earlier.json", &curve);
    let path = file.to_str().expect("a readable path");
    let mut nothing = Festival::nowhere().set(&["--board-compare", path]);
    nothing.start();
    let page = Web::open().text(&format!("{}/board", nothing.shop()));
    assert!(
        page.contains("Last year") && page.contains("data-curve-earlier"),
        "{page}"
    );
    nothing.stop();
}

/// Somebody who listens to the board, line by line.
fn listener(address: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    let asked = stream.write_all(b"GET /v1/board/stream HTTP/1.1\r\nhost: localhost\r\n\r\n");
    asked.expect("it is taken");
    BufReader::new(stream)
}

/// The first thing that is heard and goes as far as `board`.
fn heard_at_last(listener: BufReader<TcpStream>, board: &Value) -> Value {
    let wanted = sequence(board);
    let lines = listener.lines();
    let data = lines.map_while(Result::ok).filter_map(|line| {
        let body = line.strip_prefix("data: ")?;
        serde_json::from_str::<Value>(body).ok()
    });
    let mut far_enough = data.filter(|told| sequence(told) >= wanted);
    far_enough.next().expect("the stream goes on")
}

fn sequence(told: &Value) -> u64 {
    let text = told["sequence"].as_str().expect("a sequence");
    text.trim_start_matches("0-").parse().expect("a number")
}

/// Balances by currency and account.
type Balances = BTreeMap<(String, String), i64>;

fn balances_told(board: &Value) -> Balances {
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let balances = board["books"].as_array().expect("balances").iter();
    let entry = |it: &Value| {
        (
            (text(&it["currency"]), text(&it["account"])),
            it["balance"].as_i64().expect("minor units"),
        )
    };
    balances.map(entry).collect()
}

/// What the ledger says by itself, all sellers of a currency together.
fn balances_inspected(festival: &Festival) -> Balances {
    let told = festival.run(&["inspect", "books"]).done().out;
    let mut balances = Balances::new();
    for line in told.lines().filter(|line| line.contains("seller")) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let (currency, account) = (fields[0].to_owned(), fields[3].to_owned());
        let amount: i64 = fields[4].replace(',', "").parse().expect("won are whole");
        *balances.entry((currency, account)).or_default() += amount;
    }
    balances.retain(|_, balance| *balance != 0);
    balances
}
