//! Staff at work in a real browser: the timeline by keys and by mouse, a file by its preview, pictures
//! as they are chosen.

use super::browser::{Chromium, Kind, Window};
use super::festival::{CATALOGUE, Festival};

/// Two deals that are still to come, and share a SKU.
const DEALS: &str = "\
deal,sku,price,allotment,start,end,limit,hold,payment,waitlist
early,scarf-S,19900,100,2031-11-11 10:00,2031-11-11 12:00,2,5m,10m,100
late,scarf-S,19900,100,2031-11-11 14:00,2031-11-11 16:00,2,5m,10m,100
";
/// The smallest GIF: one pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
const TIMELINE: &str = "/desk/timeline?day=2031-11-11";
const EARLY: &str = "a.bar[data-address='/desk/deals/early']";
const DESK: Kind = Kind {
    width: 1_440,
    scripts: true,
    keys: false,
    language: "en",
};

/// Every bar has its place as soon as the timeline is drawn, each another.
const BARS_LIE_APART: &str = "(() => {
    const bars = [...document.querySelectorAll('a.bar:not(.bar-new)')];
    const places = bars.map((bar) => `${bar.style.left} ${bar.style.top}`);
    return places.length > 1 && !places.includes(' ') && new Set(places).size === places.length;
})()";

async fn at_the_desk(chromium: &Chromium, festival: &Festival, kind: Kind) -> Window {
    let window = chromium.window(&festival.shop(), kind).await;
    window
        .carry(kind.language, &festival.secret("owner_key"))
        .await;
    window
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_is_moved_by_keys_and_by_mouse_and_nothing_is_saved_before_it_is_confirmed() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let window = at_the_desk(&chromium, &festival, DESK).await;
    window.visit(TIMELINE).await;
    window.see(".timeline[data-drawn]").await;
    window.becomes(BARS_LIE_APART).await;

    window.press(EARLY, "ArrowRight").await;
    window.see(&format!("{EARLY}[data-pending]")).await;
    window.press(EARLY, "Escape").await;
    window.see(&format!("{EARLY}:not([data-pending])")).await;
    window.press(EARLY, "ArrowRight").await;
    window.click(EARLY, "dialog .move-effect").await;
    assert!(
        window.text().await.contains("10:05"),
        "{}",
        window.text().await
    );
    window
        .click("dialog button.button", ".notice[role=status]")
        .await;
    window.see(".timeline[data-drawn]").await;

    window.drag(EARLY, 150.0).await;
    window.see(&format!("{EARLY}[data-clash]")).await;
    window
        .click(
            "dialog [data-closes]",
            &format!("{EARLY}:not([data-pending])"),
        )
        .await;
    window.visit("/desk/deals/early").await;
    assert!(
        window.text().await.contains("10:05"),
        "{}",
        window.text().await
    );
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_deal_is_drawn_by_mouse_or_by_keys_and_its_form_has_the_times() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let window = at_the_desk(&chromium, &festival, DESK).await;
    window.visit("/desk/timeline?day=2031-11-20").await;
    window.see(".timeline[data-drawn]").await;
    window.drag(".timeline-lane", 150.0).await;
    let field = |name: &str| format!("document.querySelector('#{name}')?.value");
    let (starts, ends) = (field("starts"), field("ends"));
    window
        .becomes(&format!(
            "{starts}?.startsWith('2031-11-20T1') && {starts} < {ends} && {ends} < '2031-11-21'"
        ))
        .await;

    window.visit(TIMELINE).await;
    window.see(".timeline[data-drawn]").await;
    let hangul = format!(
        "document.querySelector(`{EARLY}`).dispatchEvent(
            new KeyboardEvent('keydown', {{ key: 'ㅜ', code: 'KeyN', bubbles: true }}))"
    );
    let letters_off = "doorbuster-letters-off";
    window
        .run(&format!("localStorage.setItem('{letters_off}', '1')"))
        .await;
    window.run(&hangul).await;
    window.see("a.bar-new:not(:focus)").await;
    window
        .run(&format!("localStorage.removeItem('{letters_off}')"))
        .await;
    window.run(&hangul).await;
    window.see("a.bar-new:focus").await;
    window.press(EARLY, "n").await;
    window.see("a.bar-new:focus").await;
    window.press("a.bar-new", "ArrowRight").await;
    window.see("a.bar-new[data-pending]").await;
    window.press("a.bar-new", "Escape").await;
    window.see("a.bar-new:not([data-pending])").await;
    window.press("a.bar-new", "ArrowUp").await;
    window.press("a.bar-new", "n").await;
    window
        .becomes(&format!(
            "{starts} === '2031-11-11T00:00' && {ends} === '2031-11-11T01:05'"
        ))
        .await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_on_a_phone_the_timeline_is_a_list_of_forms() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    tokio::task::block_in_place(|| festival.start());
    let (width, scripts, language) = (390, false, "en");
    let kind = Kind {
        width,
        scripts,
        keys: false,
        language,
    };
    let window = at_the_desk(&chromium, &festival, kind).await;
    window.visit(TIMELINE).await;
    window.fits().await;
    window.click(EARLY, "#move-ends").await;
    window.fits().await;
    window
        .click("form.move-form button[formmethod=get]", ".move-effect")
        .await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_seen_before_it_goes_in_and_a_picture_is_sent_as_it_is_chosen() {
    let Some(chromium) = Chromium::start().await else {
        return;
    };
    let mut festival = Festival::of(CATALOGUE, DEALS);
    let rows = "sku,price,units,starts,ends\n\
        mug,5000,10,2031-11-12 00:00,2031-11-12 01:00\n\
        mug,free,10,2031-11-13 00:00,2031-11-13 01:00\n";
    let file = festival.write("more.csv", rows);
    let picture = festival.beside("mug.gif");
    std::fs::write(&picture, GIF).expect("the file is written");
    tokio::task::block_in_place(|| festival.start());
    let window = at_the_desk(&chromium, &festival, DESK).await;
    window.visit("/desk/schedule/import").await;
    window.choose_file("#file", &file).await;
    window
        .click("form.import button[type=submit]", ".tallies")
        .await;
    window.see("[data-verdict=wrong]").await;
    window
        .click(".import-put button[type=submit]", ".notice[role=status]")
        .await;
    window.visit("/desk/deals?state=upcoming&text=mug").await;
    window.see("a.deal-name").await;

    window.visit("/desk/products/mug").await;
    window.choose_file("#pictures-files", &picture).await;
    window.see(".gallery img").await;
    window.was_silent().await;
    chromium.close().await;
    tokio::task::block_in_place(|| festival.stop());
}
