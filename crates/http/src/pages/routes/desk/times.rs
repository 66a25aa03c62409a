//! Times as fields of forms have them: local ones, in the festival's time zone.

use super::pairs::{Pairs, first};
use crate::pages::frame::Frame;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use vocabulary::Millis;

/// The festival's time zone.
pub fn shop_zone(frame: &Frame) -> TimeZone {
    frame.words.zone.clone()
}

/// A moment as `datetime-local` writes it.
pub fn local(frame: &Frame, at: Millis) -> String {
    frame.words.exact_moment(at).replace(' ', "T")
}

/// The moment that a `datetime-local` field says.
pub fn moment_of(frame: &Frame, text: &str) -> Option<Millis> {
    let local: DateTime = text.parse().ok()?;
    millis(local.to_zoned(shop_zone(frame)).ok()?.timestamp())
}

/// The window that was drawn on the timeline, as its script says it: `window=<ms>-<ms>`.
pub fn window_of(asked: &Pairs) -> Option<[Millis; 2]> {
    let (starts, ends) = first(asked, "window").split_once('-')?;
    Some([Millis(starts.parse().ok()?), Millis(ends.parse().ok()?)])
}

/// The first moments of a day, `2026-11-11`, and of the next.
pub fn day_of(frame: &Frame, text: &str) -> Option<(Millis, Millis)> {
    let day: Date = text.parse().ok()?;
    let begins = |day: Date| millis(day.to_zoned(shop_zone(frame)).ok()?.timestamp());
    Some((begins(day)?, begins(day.tomorrow().ok()?)?))
}

/// The day in which a moment lies, so many days later.
pub fn day_text(frame: &Frame, at: Millis, later: i64) -> String {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    let day = moment.to_zoned(shop_zone(frame)).date();
    let day = day.checked_add(Span::new().days(later)).unwrap_or(day);
    day.to_string()
}

fn millis(at: Timestamp) -> Option<Millis> {
    u64::try_from(at.as_millisecond()).ok().map(Millis)
}
