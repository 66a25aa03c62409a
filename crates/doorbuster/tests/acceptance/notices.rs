//! A shopper is told: by mail, when a watched deal opens and when an order is paid.

use super::festival::{CATALOGUE, Festival};
use super::process::until;
use super::size::size;
use super::web::Web;
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A deal that opens a few seconds after the import.
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
soon,mug,5000,50,+6s,+1h,1,30s,30s,100
";

/// A mail server that takes everything, and what it took.
struct Postbox {
    port: u16,
    letters: Arc<Mutex<Vec<String>>>,
}

impl Postbox {
    fn open() -> Postbox {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it listens").port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let taken = letters.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let taken = taken.clone();
                thread::spawn(move || take_letters(stream, &taken));
            }
        });
        Postbox { port, letters }
    }

    /// Whether a letter to this address holds this text.
    fn has(&self, to: &str, text: &str) -> bool {
        let letters = self.letters.lock().expect("unpoisoned");
        letters
            .iter()
            .any(|letter| letter.contains(to) && letter.contains(text))
    }
}

/// As much of SMTP (RFC 5321) as a sender needs to be content.
fn take_letters(mut stream: TcpStream, taken: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
    let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).is_ok();
    say("220 postbox");
    while let Some(Ok(line)) = lines.next() {
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        match verb.as_str() {
            "DATA" => {
                say("354 go on");
                let letter = lines
                    .by_ref()
                    .map_while(Result::ok)
                    .take_while(|line| line != ".");
                let letter: Vec<String> = letter.collect();
                taken.lock().expect("unpoisoned").push(letter.join("\n"));
                say("250 taken");
            }
            "QUIT" => {
                say("221 bye");
                return;
            }
            _ => {
                say("250 postbox");
            }
        }
    }
}

#[test]
fn who_watches_gets_a_mail_when_the_deal_opens() {
    let postbox = Postbox::open();
    let server = format!("smtp://127.0.0.1:{}", postbox.port);
    let flags = [
        "--festival-language",
        "en",
        "--mail-server",
        &server,
        "--mail-from",
        "shop@festival.example",
    ];
    let mut festival = Festival::of(CATALOGUE, DEALS).set(&flags);
    festival.start();
    let (web, shop) = (Web::open(), festival.shop());
    let member = json!({"email": "mina@shopper.example", "password": "a long password", "name": "미나", "locale": "ko"});
    web.post(&format!("{shop}/v1/accounts"), "", &member);
    let member = json!({"email": "mina@shopper.example", "password": "a long password"});
    let signed_in = web.post(&format!("{shop}/v1/accounts/sign-in"), "", &member);
    let session = signed_in["session"].as_str().expect("a session");
    let watch = format!("{shop}/v1/watches/soon?at_night=true");
    let (status, _) = web.ask(reqwest::Method::PUT, &watch, session, &json!(null));
    assert_eq!(status, 204);
    let told = until(size().patience, "a notice that the deal is open", || {
        let url = format!("{shop}/v1/notices");
        let (_, told) = web.ask(reqwest::Method::GET, &url, session, &json!(null));
        told["notices"].as_array()?.first().cloned()
    });
    assert_eq!(
        (&told["kind"], &told["path"]),
        (&json!("deal_opened"), &json!("/deals/soon"))
    );
    until(size().patience, "a mail with the way to the deal", || {
        postbox
            .has("mina@shopper.example", "/deals/soon")
            .then_some(())
    });
}
