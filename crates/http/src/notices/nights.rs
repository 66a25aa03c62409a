//! When it is night in the shop: what promotes something is then kept back.

use clerks::notices::{NoticeKind, kept_back_ms};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use vocabulary::Millis;

/// How long a notice that would leave at `at` is kept back in this zone, in ms.
pub fn kept_back(zone: &TimeZone, kind: NoticeKind, at_night: bool, at: Millis) -> u64 {
    kept_back_ms(kind, at_night, second_of_day(zone, at))
}

fn second_of_day(zone: &TimeZone, at: Millis) -> u32 {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    let time = moment.to_zoned(zone.clone()).time();
    let part = |number: i8| u32::try_from(number).unwrap_or(0);
    part(time.hour()) * 3_600 + part(time.minute()) * 60 + part(time.second())
}
