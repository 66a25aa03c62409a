//! Shoppers in a real browser: from the home page to a paid order, with scripts and without; a hold
//! that lapses and passes to who waits, or while an address is typed; every page in three languages
//! on a phone and on a desk.

use super::browser::{Chromium, Kind, Window};
use super::festival::{CATALOGUE, Festival};
use super::journal::Journal;

/// A deal to buy from at leisure, and one of a single unit that is held for a moment only.
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
night,scarf-S,19900,100,+1s,+1h,2,5m,10m,100
night,scarf-L,19900,100,,,,,,
last,mug,5000,1,+1s,+1h,1,6s,10m,100
later,socks,2000,10,+50m,+1h,1,5m,10m,100
brief,scarf-S,18900,10,+1s,+1h,1,15s,10m,100
";

/// The link to the first deal on the home page, once its bell has rung.
const OPEN_TILE: &str = "[data-stand=open] a.tile-link[href='/deals/night']";

const PHONE: Kind = Kind {
    width: 390,
    scripts: true,
    language: "ko",
    keys: false,
};

const DESK: Kind = Kind {
    width: 1_440,
    scripts: true,
    language: "en",
    keys: false,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_clicks_from_home_through_a_hold_and_the_payment_to_a_paid_order() {
    buys(DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_without_scripts_on_a_phone_buys_as_well() {
    let scripts = false;
    buys(Kind { scripts, ..PHONE }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_without_a_mouse_buys_as_well_and_always_sees_the_focus() {
    let keys = true;
    buys(Kind { keys, ..DESK }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_hold_passes_to_the_one_who_waits() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let holder = chromium.window(&festival.shop(), PHONE).await;
    let waiter = chromium.window(&festival.shop(), DESK).await;
    for window in [&holder, &waiter] {
        window.visit_until("/deals/last", "form.hold").await;
    }
    holder
        .click("form.hold button[type=submit]", "#to-checkout")
        .await;
    waiter
        .click("form.hold button[type=submit]", "#places")
        .await;
    assert!(
        !waiter.shows("#to-checkout").await,
        "one unit was given to two"
    );

    waiter.visit_until("/cart", ".row-flag").await;
    assert!(waiter.shows("#to-checkout").await, "an offer can be bought");
    holder.visit_until("/cart", "#lapsed").await;
    assert!(
        !holder.shows("#to-checkout").await,
        "what lapsed cannot be bought"
    );
    for window in [&holder, &waiter] {
        window.was_silent().await;
    }
    chromium.close().await;
    tokio::task::block_in_place(|| {
        festival.stop();
        let journal = Journal::of(&festival.data());
        let offered = journal
            .all("HoldPlaced")
            .filter(|hold| hold["origin"] != "Asked");
        assert_eq!(
            (journal.all("HoldLapsed").count() > 0, offered.count()),
            (true, 1)
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_lapses_while_an_address_is_typed_is_told_and_what_was_typed_stays() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let window = chromium.window(&festival.shop(), PHONE).await;
    window.visit_until("/deals/brief", "form.hold").await;
    window
        .click("form.hold button[type=submit]", "#to-checkout")
        .await;
    window.click("button[form=to-checkout]", "#name").await;
    window.fill("#name", "홍길동").await;
    window.fill("#line1", "서울 중구").await;
    window.see(".lapses .notice:not([hidden]) a").await;
    window
        .see("form[action='/checkout'] .order-deed button:disabled")
        .await;
    window.see("#all-lapsed:not([hidden])").await;
    assert_eq!(window.value("#name").await, "홍길동");
    assert_eq!(window.value("#line1").await, "서울 중구");
    window.fits().await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_phone_and_desk_in_three_languages_and_the_console_is_silent() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let names = [
        ("ko", "체크 머플러"),
        ("zh", "格子围巾"),
        ("en", "Checked muffler"),
    ];
    for kind in [PHONE, DESK] {
        for (language, name) in names {
            let window = chromium
                .window(&festival.shop(), Kind { language, ..kind })
                .await;
            window.visit_until("/", OPEN_TILE).await;
            assert!(
                window.text().await.contains(name),
                "{name} is not on the home page"
            );
            look_around(&window, language).await;
        }
    }
    let window = chromium.window(&festival.shop(), PHONE).await;
    window.visit("/").await;
    for language in ["zh", "en", "ko"] {
        let button = format!("button[name=to][value={language}]");
        window
            .click(&button, &format!("html[lang={language}]"))
            .await;
    }
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

async fn look_around(window: &Window, language: &str) {
    let paths = [
        "/",
        "/deals",
        "/deals?time=any&left=yes&most=1",
        "/search?q=%EC%96%91%EB%A7%90",
        "/search",
        "/offline",
        "/deals/night",
        "/deals/last",
        "/deals/later",
        "/cart",
        "/orders",
        "/watches",
        "/me",
        "/about/terms",
        "/sign-in",
        "/sign-up",
        "/board",
        "/desk/sign-in",
    ];
    for path in paths {
        window.visit(path).await;
        let lang = window.attribute("html", "lang").await;
        assert_eq!(lang.as_deref(), Some(language), "{path}");
        window.see("main").await;
        window.fits().await;
        window.was_silent().await;
    }
}

/// A festival, a shopper who buys one scarf in it, and what the journal says of it.
async fn buys(kind: Kind) {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let window = chromium.window(&festival.shop(), kind).await;
    holds(&window).await;
    checks_out(&window).await;
    pays(&window).await;
    window
        .visit_until("/orders", "[data-standing=order-paid]")
        .await;
    window
        .click("main a[href^='/orders/']", "code.number")
        .await;
    window.fits().await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| {
        festival.stop();
        let journal = Journal::of(&festival.data());
        assert_eq!(journal.all("OrderPaid").count(), 1);
        assert_eq!(journal.all("HoldPlaced").count(), 1);
        festival.run(&["verify", "--model"]).done();
    });
}

async fn holds(window: &Window) {
    window.visit_until("/", OPEN_TILE).await;
    window.fits().await;
    window.click(OPEN_TILE, "form.hold").await;
    let large = "label:has(input[value='scarf-L'])";
    window.click(large, "input[value='scarf-L']:checked").await;
    window
        .click("form.hold button[type=submit]", "#to-checkout")
        .await;
    window.fits().await;
}

async fn checks_out(window: &Window) {
    let on = match window.is_narrow() {
        true => "button[form=to-checkout]",
        false => "#to-checkout button",
    };
    window.click(on, "form[action='/checkout'] #name").await;
    window.fits().await;
    let contact = [
        ("#name", "홍길동"),
        ("#phone", "010-1234-5678"),
        ("#email", "hong@example.kr"),
        ("#postcode", "04524"),
        ("#line1", "서울 중구 세종대로 110"),
    ];
    for (field, text) in contact {
        window.fill(field, text).await;
    }
    window
        .click(
            "form[action='/checkout'] .order-deed button",
            "form[action$='/pay']",
        )
        .await;
    window.fits().await;
}

async fn pays(window: &Window) {
    window
        .click(
            "form[action$='/pay'] button[type=submit]",
            "input[name=number]",
        )
        .await;
    window.fits().await;
    for (field, text) in [
        ("number", "4242 4242 4242 4242"),
        ("expiry", "12/39"),
        ("cvc", "123"),
    ] {
        window.fill(&format!("input[name={field}]"), text).await;
    }
    window.click("form button.go", "a.brand[href='/']").await;
}
