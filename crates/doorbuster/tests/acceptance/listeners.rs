//! A thousand who listen, and one who never reads: orders go on, memory has a bound, everybody hears what
//! changed, and one more is turned away.

use super::festival::{CATALOGUE, Festival};
use super::process::until;
use super::web::Web;
use reqwest::Method;
use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(60);
const LISTENERS: usize = 1_000;
/// Those who listen, and the one who never reads.
const LISTENING: usize = LISTENERS + 1;
/// What a listener may take of the server's memory, in KiB, its connection included.
const LISTENER_KIB_MAX: u64 = 128;
/// A deal for two a person, and one of a single unit.
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
many,scarf-S,19900,100,+1s,+2h,2,1h,1h,0
one,mug,5000,1,+1s,+2h,1,1h,1h,0
";
const SETTINGS: [&str; 4] = [
    "--limits-listeners",
    "1001",
    "--limits-address-requests-per-second",
    "1000000",
];

#[test]
fn a_thousand_who_listen_and_one_who_never_reads_harm_nobody_and_hear_what_changed() {
    allow_descriptors(4 * LISTENING as u64);
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&SETTINGS);
    festival.start();
    let web = Web::open();
    let session = shopper(&web, &festival);
    until(PATIENCE, "the deal is open", || {
        let (status, _) = hold(&web, &festival, &session, "many", "scarf-S");
        (status == 201).then_some(())
    });
    let before_kib = festival.memory_kib();
    let mut listeners: Vec<Listener> = (0..LISTENERS).map(|_| Listener::of(&festival)).collect();
    let deaf = Listener::of(&festival);
    for listener in &mut listeners {
        listener.hear("id: ");
    }
    until(PATIENCE, "all listen", || {
        (listening(&web, &festival) == LISTENING).then_some(())
    });

    orders_go_on(&web, &festival);
    is_turned_away(&web, &festival);
    let (status, said) = hold(&web, &festival, &session, "one", "mug");
    assert_eq!(status, 201, "{said}");
    for listener in &mut listeners {
        listener.hear(r#""deal":"one","state":"open","claimed_percent":100"#);
    }
    let grown_kib = festival.memory_kib().saturating_sub(before_kib);
    let each_kib = grown_kib / LISTENING as u64;
    assert!(each_kib <= LISTENER_KIB_MAX, "{each_kib} KiB a listener");

    drop((listeners, deaf));
    until(PATIENCE, "nobody listens", || {
        (listening(&web, &festival) == 0).then_some(())
    });
    festival.stop();
}

/// Forty shoppers are each given two units, and nobody a third.
fn orders_go_on(web: &Web, festival: &Festival) {
    for _ in 0..40 {
        let session = shopper(web, festival);
        for expected in [201, 201, 409] {
            let (status, said) = hold(web, festival, &session, "many", "scarf-S");
            assert_eq!(status, expected, "{said}");
            if expected == 409 {
                assert_eq!(said["refusal"], "limit_reached");
            }
        }
    }
}

/// One more finds no place, and is told when to come again.
fn is_turned_away(web: &Web, festival: &Festival) {
    for path in ["/v1/claimed", "/v1/board/stream"] {
        let turned = web.get(&format!("{}{path}", festival.shop()));
        assert_eq!(turned.status(), 503);
        assert_eq!(turned.headers()["retry-after"], "10");
        let said: Value = serde_json::from_str(&web.body(turned)).expect("JSON");
        assert_eq!(said["type"], "/problems/listeners_full");
    }
}

fn shopper(web: &Web, festival: &Festival) -> String {
    let url = format!("{}/v1/sessions", festival.shop());
    let begun = web.post(&url, "", &json!({}));
    begun["session"].as_str().expect("a session").to_owned()
}

fn hold(web: &Web, festival: &Festival, session: &str, deal: &str, sku: &str) -> (u16, Value) {
    let url = format!("{}/v1/holds", festival.shop());
    let wanted = json!({"deal": deal, "sku": sku});
    web.ask(Method::POST, &url, session, &wanted)
}

/// How many listen, as the server counts them.
fn listening(web: &Web, festival: &Festival) -> usize {
    let metrics = web.text(&format!("{}/metrics", festival.shop()));
    let mut lines = metrics.lines();
    let count = lines.find_map(|line| line.strip_prefix("doorbuster_stream_listeners "));
    count.map_or(0, |count| count.parse().expect("a number"))
}

/// Somebody who listens to the claimed bars.
struct Listener {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Listener {
    fn of(festival: &Festival) -> Listener {
        let address = festival.shop().replace("http://localhost", "127.0.0.1");
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let asked = stream.write_all(b"GET /v1/claimed HTTP/1.1\r\nhost: localhost\r\n\r\n");
        asked.expect("it is taken");
        let heard = Vec::new();
        Listener { stream, heard }
    }

    /// Listens until this was said.
    fn hear(&mut self, mark: &str) {
        let mut room = [0; 4_096];
        while !String::from_utf8_lossy(&self.heard).contains(mark) {
            let count = self.stream.read(&mut room).expect("something is told");
            assert!(count > 0, "it hung up");
            self.heard.extend_from_slice(&room[..count]);
        }
        self.heard.clear();
    }
}

/// Each listener is a descriptor here and one in the server, which inherits what may be opened.
fn allow_descriptors(count: u64) {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.current.map(|now| now.max(count));
    setrlimit(Resource::Nofile, limit).expect("as many as the system allows");
}
