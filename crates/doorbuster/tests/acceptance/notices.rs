//! A shopper is told: by mail, when a watched deal opens and when an order is paid.

use super::festival::{CATALOGUE, Festival};
use super::process::until;
use super::size::size;
use super::web::Web;
use serde_json::json;
use studio::Postbox;

/// A deal that opens a few seconds after the import.
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
soon,mug,5000,50,+6s,+1h,1,30s,30s,100
";

#[test]
fn who_watches_gets_a_mail_when_the_deal_opens() {
    let postbox = Postbox::open().expect("a free port");
    let flags = [
        "--festival-language",
        "en",
        "--mail-server",
        &postbox.server,
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
