//! Looking around in a real browser: what moves while one looks, pictures by keyboard, a list that is
//! found again, and what shows when there is no line.

use super::browser::{Chromium, Kind, Window};
use super::festival::{CATALOGUE, Festival};
use super::process::repository;
use std::fs;

/// A deal with one unit of either size, and one with a waitlist.
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
pair,scarf-S,19900,1,+1s,+1h,1,5m,10m,0
pair,scarf-L,19900,1,,,,,,
last,mug,5000,1,+1s,+1h,1,5m,10m,100
";

/// A mug with two pictures.
const PICTURED: &str = r#"{"id":"mug","seller":"s","name":{"ko":"머그"},"price":"9000","currency":"KRW","pictures":["a.webp","b.webp"],"skus":[{"id":"mug","stock":"30"}]}"#;
const PICTURED_DEAL: &str = "deal,sku,price,allotment,start,end\nmug,mug,5000,10,+1s,+1h\n";

const PHONE: Kind = Kind {
    width: 390,
    scripts: true,
    keys: false,
    language: "ko",
};

const DESK: Kind = Kind {
    width: 1_440,
    scripts: true,
    keys: false,
    language: "en",
};

#[tokio::test(flavor = "multi_thread")]
async fn bars_sizes_and_the_one_button_move_while_one_looks() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let open = async |path, kind| {
        let window = chromium.window(&festival.shop(), kind).await;
        window.visit_until(path, "form.hold").await;
        window
    };
    let home = chromium.window(&festival.shop(), DESK).await;
    home.visit_until("/", "[data-stand=open][data-deal=last]")
        .await;
    let (pair, last) = (
        open("/deals/pair", PHONE).await,
        open("/deals/last", DESK).await,
    );
    hold(&open("/deals/pair", DESK).await).await;
    pair.see("[data-sku='scarf-S'][data-stand=gone] input:disabled")
        .await;
    pair.see("[data-claimed-deal=pair][aria-valuenow='50']")
        .await;
    hold(&open("/deals/last", PHONE).await).await;
    last.see("article[data-stand=waitlist] form.hold:has([name=or_wait])")
        .await;
    last.see("[data-claimed-deal=last][aria-valuenow='100']")
        .await;
    home.see("[data-stand=waitlist][data-deal=last] .flag:not([hidden])")
        .await;
    for window in [&home, &pair, &last] {
        window.was_silent().await;
    }
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

async fn hold(window: &Window) {
    let button = "form.hold button[type=submit]";
    window.click(button, "#to-checkout").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_leafed_through_by_keyboard_and_the_page_is_as_before() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::nowhere();
    tokio::task::block_in_place(|| {
        let pictures = repository().join("demo/pictures");
        for (from, to) in [("c-0001.webp", "a.webp"), ("c-0002.webp", "b.webp")] {
            fs::copy(pictures.join(from), festival.beside(to)).expect("a picture");
        }
        for (what, text) in [("catalogue", PICTURED), ("deals", PICTURED_DEAL)] {
            let ending = if what == "deals" { "csv" } else { "jsonl" };
            let file = festival.write(&format!("{what}.{ending}"), text);
            festival.import(what, &file).done();
        }
        festival.start();
    });
    let window = chromium.window(&festival.shop(), DESK).await;
    window.visit_until("/deals/mug", "form.hold").await;
    window.press("a.gallery-large", "Enter").await;
    window
        .see("dialog.zoom[open] .zoom-next:not(:disabled)")
        .await;
    window
        .press("dialog.zoom[open] button:not(:disabled)", "ArrowRight")
        .await;
    window.see("dialog.zoom[open] .zoom-next:disabled").await;
    window
        .press("dialog.zoom[open] button:not(:disabled)", "Escape")
        .await;
    window.see("dialog.zoom:not([open])").await;
    window.see("a.gallery-large[data-place='1']:focus").await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_line_a_page_says_so() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let window = chromium.window(&festival.shop(), PHONE).await;
    window.visit("/").await;
    window
        .becomes("navigator.serviceWorker.controller !== null")
        .await;
    tokio::task::block_in_place(|| festival.stop());
    window.visit("/deals/last").await;
    window.see(".offline h1").await;
    window.fits().await;
    let style = "getComputedStyle(document.querySelector('.masthead')).backgroundColor !== 'rgba(0, 0, 0, 0)'";
    window.becomes(style).await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_one_comes_back_to_is_the_same_list() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let window = chromium.window(&festival.shop(), PHONE).await;
    window
        .visit_until("/deals", "[data-stand=open][data-deal=last]")
        .await;
    window
        .becomes("new URL(location).searchParams.has('at')")
        .await;
    window
        .click(".tile[data-deal=last] a", "article.deal")
        .await;
    window.run("history.back()").await;
    window.see(".list-body .tile[data-deal=pair]").await;
    window
        .becomes("new URL(location).searchParams.has('at')")
        .await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}
