//! A chore while it is under way, and the frame of what came of it.

use super::head::crumbs;
use crate::pages::frame::Frame;
use crate::pages::words::Words;
use maud::{Markup, html};

/// How far a chore is. The page is asked again every second, with or without script.
pub fn under_way(frame: &Frame, staff: &str, (done, total): (usize, usize)) -> Markup {
    let w = &frame.words;
    let title = w.say("chore-under-way");
    let body = html! {
        section.trouble {
            h1 { (title) }
            progress.chore-bar max=(total.max(1)) value=[(total > 0).then_some(done)] aria-label=(title) {}
            p.lead role="status" { (progress(w, done, total)) }
            p.fine { (w.say("chore-leave")) }
            p { a.button-quiet href=(frame.address) { (w.say("chore-look")) } }
        }
    };
    frame.desk_page(&title, Some(staff), &body)
}

fn progress(w: &Words, done: usize, total: usize) -> String {
    let figure = |count: usize| w.count(count as u64);
    w.say_with(
        "chore-progress",
        [
            ("done", figure(done).into()),
            ("total", figure(total).into()),
        ],
    )
}

/// What came of many deals being changed.
pub fn bulk_done(
    frame: &Frame,
    staff: &str,
    what: &str,
    lines: &[super::bulk::BulkLine],
) -> Markup {
    let w = &frame.words;
    let refused = lines.iter().filter(|line| line.refused.is_some()).count();
    let done = lines.len() - refused;
    let title = w.say(&format!("bulk-{what}"));
    let body = html! {
        (crumbs(w, &[("/desk/deals", w.say("desk-deals"))]))
        h1 { (title) }
        p.notice.notice-bad[done == 0] role="status" {
            (w.say_with("bulk-done", [("count", w.count(done as u64).into()), ("refused", w.count(refused as u64).into())]))
        }
        (super::bulk::lines(frame, lines, "bulk-came"))
        p { a.button href="/desk/deals" { (w.say("bulk-back")) } }
    };
    frame.desk_page(&title, Some(staff), &body)
}
