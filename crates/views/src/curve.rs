//! What came in since the first bell, step by step, so that one festival can be laid over another.
//!
//! The first two hours are kept by the second, the first three days by the minute; what comes later is in the totals alone.

use serde::{Deserialize, Serialize};

/// How many seconds are kept.
const SECONDS_KEPT_MAX: usize = 2 * 60 * 60;
/// How many minutes are kept, those of the seconds among them.
const MINUTES_KEPT_MAX: usize = 3 * 24 * 60;

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurvePoint {
    /// Seconds since the first bell; the point stands at the end of its step.
    pub second: u32,
    /// All that had come in by then, in minor units.
    pub amount: i128,
}

/// What came in by the second and by the minute, in minor units of one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curve {
    seconds: Vec<i128>,
    minutes: Vec<i128>,
}

impl Curve {
    /// `amount` came in so long after the bell.
    pub(crate) fn add(&mut self, since_bell_ms: u64, amount: i128) {
        let second = usize::try_from(since_bell_ms / 1_000).unwrap_or(usize::MAX);
        add_to(&mut self.seconds, second, SECONDS_KEPT_MAX, amount);
        add_to(&mut self.minutes, second / 60, MINUTES_KEPT_MAX, amount);
    }

    /// The curve up to `now_ms` after the bell, in at most `points_max` steps of equal length: of seconds while they
    /// reach, else of minutes. The last point is the step that is not over yet.
    pub fn points(&self, now_ms: u64, points_max: usize) -> Vec<CurvePoint> {
        let seconds = usize::try_from(now_ms / 1_000).unwrap_or(usize::MAX) + 1;
        let (steps, step_seconds, wanted) = match seconds <= SECONDS_KEPT_MAX {
            true => (&self.seconds, 1, seconds),
            false => (&self.minutes, 60, (seconds / 60 + 1).min(MINUTES_KEPT_MAX)),
        };
        let stride = wanted.div_ceil(points_max.max(1)).max(1);
        let mut amount = 0;
        let ends = (0..wanted)
            .step_by(stride)
            .map(|from| (from, (from + stride).min(wanted)));
        let points = ends.map(|(from, to)| {
            amount += steps.iter().take(to).skip(from).sum::<i128>();
            CurvePoint {
                second: u32::try_from(to * step_seconds).unwrap_or(u32::MAX),
                amount,
            }
        });
        points.collect()
    }

    /// True where nothing came in.
    pub fn is_empty(&self) -> bool {
        self.minutes.is_empty()
    }

    /// Every second that is kept, as what had come in by its end.
    pub fn by_second(&self) -> impl Iterator<Item = i128> {
        self.seconds.iter().scan(0, |amount, step| {
            *amount += step;
            Some(*amount)
        })
    }

    /// Every minute that is kept, as what had come in by its end.
    pub fn by_minute(&self) -> impl Iterator<Item = i128> {
        self.minutes.iter().scan(0, |amount, step| {
            *amount += step;
            Some(*amount)
        })
    }
}

fn add_to(steps: &mut Vec<i128>, place: usize, kept_max: usize, amount: i128) {
    if place >= kept_max {
        return;
    }
    if place >= steps.len() {
        steps.resize(place + 1, 0);
    }
    steps[place] += amount;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(points: &[CurvePoint]) -> Vec<(u32, i128)> {
        points
            .iter()
            .map(|point| (point.second, point.amount))
            .collect()
    }

    #[test]
    fn a_curve_never_falls_and_ends_with_all_that_came_in() {
        let mut curve = Curve::default();
        for (ms, amount) in [(0, 5), (999, 1), (2_000, 10), (61_000, 100)] {
            curve.add(ms, amount);
        }
        assert!(!curve.is_empty() && Curve::default().is_empty());
        let points = curve.points(3_500, 100);
        assert_eq!(amounts(&points), [(1, 6), (2, 6), (3, 16), (4, 16)]);
        let coarse = curve.points(61_000, 4);
        assert_eq!(amounts(&coarse), [(16, 16), (32, 16), (48, 16), (62, 116)]);
        assert_eq!(curve.by_minute().collect::<Vec<_>>(), [16, 116]);
        assert_eq!(curve.by_second().last(), Some(116));
    }

    #[test]
    fn after_the_seconds_come_the_minutes_and_neither_grows_for_ever() {
        let mut curve = Curve::default();
        curve.add(0, 1);
        curve.add(3 * 60 * 60 * 1_000, 2);
        curve.add(30 * 24 * 60 * 60 * 1_000, 4);
        let points = curve.points(3 * 60 * 60 * 1_000, 10_000);
        assert_eq!(points.last().map(|point| point.amount), Some(3));
        assert_eq!(points[0].second, 60);
        assert!(curve.seconds.len() <= SECONDS_KEPT_MAX);
        assert!(curve.minutes.len() <= MINUTES_KEPT_MAX);
        let late = curve.points(u64::MAX, 500);
        assert!(late.len() <= 500);
    }
}
