//! How time is written in a table: `29.999`, `30m`, `1h59m59.999`, `-24h`, `forever`.
//!
//! A moment is counted from the dawn of the scenario, which is the same for all. Reads and writes
//! text only; no clock is known here.

use vocabulary::Millis;

/// The moment 0 of every scenario: 2026-11-11T00:00:00Z.
const DAWN: Millis = Millis(1_794_355_200_000);

/// Reads a span of time in ms: parts of whole or thousandth days (`d`), hours (`h`), minutes (`m`)
/// and seconds (`s` or nothing).
pub(super) fn parse_span(text: &str) -> Option<i64> {
    let (sign, mut rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    if rest.is_empty() {
        return None;
    }
    let mut sum = 0i64;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        let seconds = unit_seconds(tail.chars().next())?;
        sum = sum.checked_add(thousandths(number)?.checked_mul(seconds)?)?;
        rest = tail.get(1..).unwrap_or_default();
    }
    Some(sign * sum)
}

/// Reads a moment; before the epoch is none.
pub(super) fn parse_moment(text: &str) -> Option<Millis> {
    if text == "forever" {
        return Some(Millis(u64::MAX));
    }
    DAWN.0.checked_add_signed(parse_span(text)?).map(Millis)
}

/// Writes a span in seconds with three decimals.
pub(super) fn show_span(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

/// Writes a moment in seconds from the dawn with three decimals.
pub(super) fn show_moment(moment: Millis) -> String {
    match moment {
        Millis(u64::MAX) => "forever".to_owned(),
        after if after >= DAWN => show_span(after.since(DAWN)),
        before => format!("-{}", show_span(DAWN.since(before))),
    }
}

fn unit_seconds(unit: Option<char>) -> Option<i64> {
    match unit {
        None | Some('s') => Some(1),
        Some('m') => Some(60),
        Some('h') => Some(3600),
        Some('d') => Some(86_400),
        Some(_) => None,
    }
}

/// `12` or `12.345`: always three decimals or none.
fn thousandths(number: &str) -> Option<i64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "000"));
    if whole.is_empty() || part.len() != 3 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(part.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_in_days_hours_minutes_and_seconds() {
        assert_eq!(parse_span("29.999"), Some(29_999));
        assert_eq!(parse_span("1h59m59.999"), Some(7_199_999));
        assert_eq!(parse_span("1d20s"), Some(86_420_000));
        assert_eq!(parse_span("-30m"), Some(-1_800_000));
        for wrong in ["", "-", "1.5", "1.2345", "h", "1w", "h1", "1.2.3"] {
            assert_eq!(parse_span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments_are_written_as_they_are_read() {
        for text in ["0.000", "30.001", "-1.500", "forever"] {
            let moment = parse_moment(text).expect("a moment");
            assert_eq!(show_moment(moment), text);
        }
    }
}
