//! How often and how fast the lane answered, counted as the router counts.

use super::request::{ROUTES, RouteName};
use crate::operations::answered;
use axum::http::StatusCode;
use metrics::{Counter, Histogram};
use std::sync::OnceLock;
use std::time::Duration;

/// Statuses from 100 to 599.
const STATUSES: usize = 500;

/// A meter for each route and status, made when it is first needed and then found without a look-up.
pub(crate) struct Meters(Box<[OnceLock<(Counter, Histogram)>]>);

impl Default for Meters {
    fn default() -> Meters {
        Meters(
            (0..ROUTES.len() * STATUSES)
                .map(|_| OnceLock::new())
                .collect(),
        )
    }
}

impl Meters {
    /// So many requests were answered so, each in this time.
    pub(super) fn note(&self, route: RouteName, status: StatusCode, took: Duration, times: usize) {
        let RouteName(number) = route;
        let place = usize::from(status.as_u16() - 100).min(STATUSES - 1);
        let meter = &self.0[number * STATUSES + place];
        let (count, time) = meter.get_or_init(|| answered(ROUTES[number], "POST", status.as_u16()));
        count.increment(times as u64);
        time.record_many(took.as_secs_f64(), times);
    }
}
