//! Moments and durations as shops write them, to the millisecond.

use crate::Cause;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use vocabulary::Millis;

/// Reads RFC 3339 (`2026-11-11T00:00:00+09:00`) or a local time (`2026-11-11 00:00:00.000`) in `zone`.
///
/// # Errors
/// [`Cause::NotATime`] also for anything finer than a millisecond or before 1970;
/// [`Cause::NoSuchLocalTime`] where the zone's clocks skip or repeat the local time.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> Result<Millis, Cause> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return in_millis(timestamp);
    }
    let local: DateTime = text.parse().map_err(|_| Cause::NotATime)?;
    let unambiguous = zone.to_ambiguous_timestamp(local).unambiguous();
    in_millis(unambiguous.map_err(|_| Cause::NoSuchLocalTime)?)
}

/// The moment with the offset that `zone` has then; [`moment`] reads it back.
pub(crate) fn format(moment: Millis, zone: &TimeZone) -> String {
    let ms = i64::try_from(moment.0).expect("a moment that was read fits");
    let timestamp = Timestamp::from_millisecond(ms).expect("a moment that was read is a timestamp");
    timestamp
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M:%S%.3f%:z")
        .to_string()
}

/// Reads seconds (`900`) or a number with a unit (`500ms`, `20s`, `15m`, `24h`) as ms that fit a deal.
///
/// # Errors
/// [`Cause::NotADuration`], or [`Cause::DurationOutOfRange`] for more than 32 bits of ms.
pub(crate) fn duration_ms(text: &str) -> Result<u32, Cause> {
    let text = text.trim();
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    let unit_ms = match text[end..].trim() {
        "ms" => 1,
        "" | "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(Cause::NotADuration),
    };
    if end == 0 {
        return Err(Cause::NotADuration);
    }
    let count: u64 = text[..end].parse().map_err(|_| Cause::DurationOutOfRange)?;
    let ms = count
        .checked_mul(unit_ms)
        .and_then(|ms| u32::try_from(ms).ok());
    ms.ok_or(Cause::DurationOutOfRange)
}

/// The duration in the largest unit that divides it; [`duration_ms`] reads it back.
pub(crate) fn format_duration(ms: u32) -> String {
    match ms {
        0 => "0".to_owned(),
        _ if ms.is_multiple_of(3_600_000) => format!("{}h", ms / 3_600_000),
        _ if ms.is_multiple_of(60_000) => format!("{}m", ms / 60_000),
        _ if ms.is_multiple_of(1_000) => format!("{}s", ms / 1_000),
        _ => format!("{ms}ms"),
    }
}

fn in_millis(timestamp: Timestamp) -> Result<Millis, Cause> {
    let ms = timestamp.as_millisecond();
    let whole = timestamp.as_duration() == SignedDuration::from_millis(ms);
    match u64::try_from(ms) {
        Ok(ms) if whole => Ok(Millis(ms)),
        _ => Err(Cause::NotATime),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a known zone")
    }

    #[test]
    fn local_and_offset_times_mean_the_same_millisecond() {
        let bell = Millis(1_794_322_800_000);
        for text in [
            "2026-11-11T00:00:00+09:00",
            "2026-11-11 00:00:00.000",
            "2026-11-11 00:00",
            "2026-11-11",
            "2026-11-10T15:00:00Z",
        ] {
            assert_eq!(moment(text, &zone("Asia/Seoul")), Ok(bell), "{text}");
        }
        assert_eq!(
            moment("2026-11-11 00:00:00.001", &zone("Asia/Seoul")),
            Ok(Millis(bell.0 + 1))
        );
    }

    #[test]
    fn what_is_no_moment_or_no_one_moment_is_refused() {
        let seoul = zone("Asia/Seoul");
        for wrong in [
            "",
            "soon",
            "2026-13-01",
            "2026-11-11 00:00:00.0001",
            "1969-01-01T00:00:00Z",
        ] {
            assert_eq!(moment(wrong, &seoul), Err(Cause::NotATime), "{wrong}");
        }
        let new_york = zone("America/New_York");
        for twice_or_never in ["2026-11-01 01:30", "2026-03-08 02:30"] {
            assert_eq!(
                moment(twice_or_never, &new_york),
                Err(Cause::NoSuchLocalTime)
            );
        }
    }

    #[test]
    fn durations_have_units_and_limits() {
        assert_eq!(duration_ms("900"), Ok(900_000));
        assert_eq!(duration_ms(" 15 m"), Ok(900_000));
        assert_eq!(duration_ms("500ms"), Ok(500));
        assert_eq!(duration_ms("24h"), Ok(86_400_000));
        assert_eq!(duration_ms("50d"), Err(Cause::NotADuration));
        assert_eq!(duration_ms("m"), Err(Cause::NotADuration));
        assert_eq!(duration_ms("1200h"), Err(Cause::DurationOutOfRange));
    }

    proptest! {
        #[test]
        fn moments_and_durations_read_back(ms in 0u64..4_102_444_800_000, duration in any::<u32>(), east in any::<bool>()) {
            let zone = zone(if east { "Asia/Seoul" } else { "America/New_York" });
            prop_assert_eq!(moment(&format(Millis(ms), &zone), &zone), Ok(Millis(ms)));
            prop_assert_eq!(duration_ms(&format_duration(duration)), Ok(duration));
        }
    }
}
