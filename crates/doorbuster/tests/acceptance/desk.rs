//! Staff in a real browser: a passkey is made and opens the desk, the palette leads by keyboard, and
//! every page of one's own fits phone and desk with a silent console.

use super::browser::{Chromium, Kind, Window};
use super::festival::{CATALOGUE, Festival};
use serde_json::json;

const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
night,scarf-S,19900,100,+1s,+1h,2,5m,10m,100
";
const LOGIN: &str = "ada@shop.example";
const PASSWORD: &str = "a long enough password";

fn kind(width: u32) -> Kind {
    Kind {
        width,
        scripts: true,
        keys: false,
        language: "en",
    }
}

/// Takes an owner on, as a program with the owner's key does.
async fn take_on(festival: &Festival) {
    let body = json!({"email": LOGIN, "name": "Ada", "role": "owner", "password": PASSWORD});
    let ask = reqwest::Client::new()
        .post(format!("{}/v1/staff/members", festival.shop()))
        .bearer_auth(festival.secret("owner_key"))
        .json(&body);
    let answer = ask.send().await.expect("somebody answers");
    assert_eq!(answer.status(), 201);
}

async fn signs_in(window: &Window) {
    window.visit("/desk/sign-in").await;
    window.fill("#email", LOGIN).await;
    window.fill("#password", PASSWORD).await;
    window
        .click("form[action='/desk/sign-in'] button", "#today")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_and_opens_the_desk_by_itself() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    take_on(&festival).await;
    let window = chromium.window(&festival.shop(), kind(1_440)).await;
    window.holds_passkeys().await;
    signs_in(&window).await;
    window.visit("/desk/me").await;
    let add = "form[data-passkey=add]:not([hidden]) button";
    window.click(add, "#recovery-codes li:nth-child(10)").await;
    window.visit("/desk/me").await;
    window.see("form[action$='/remove']").await;
    window
        .click("details.desk-me summary", "details.desk-me[open]")
        .await;
    let enter = "form[data-passkey=enter]:not([hidden]) button";
    window
        .click("form[action='/desk/sign-out'] button", enter)
        .await;
    window.click(enter, "#today").await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_desk_fit_phone_and_desk_and_the_console_is_silent() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    take_on(&festival).await;
    for width in [390, 1_440] {
        let window = chromium.window(&festival.shop(), kind(width)).await;
        signs_in(&window).await;
        for path in [
            "/desk",
            "/desk/me",
            "/desk/me/codes",
            "/desk/people",
            "/desk/people/invite",
            "/desk/keys",
            "/desk/audit",
            "/desk/find?q=night",
        ] {
            window.visit(path).await;
            window.see("main h1").await;
            window.fits().await;
            window.was_silent().await;
        }
    }
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}
