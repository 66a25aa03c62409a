//! Requests that come too late, where they stand before all others of a round: what is the same for all is
//! made once, since in an overload most of what is done is to turn away.

use super::answer::Pen;
use super::request::{ROUTES, RouteName};
use crate::problem::Problem;
use axum::http::StatusCode;

/// How many came too late, by route.
#[derive(Default)]
pub(super) struct Late {
    why: Option<Problem>,
    routes: [usize; ROUTES.len()],
    count: usize,
}

impl Late {
    /// One more.
    pub fn note(&mut self, RouteName(route): RouteName) {
        self.routes[route] += 1;
        self.count += 1;
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// What all of them are told.
    pub fn told(&mut self, why: Option<Problem>) {
        self.why = why;
    }

    /// Writes the answers to all of them; `each` is told how many there were by route.
    pub fn answer(
        self,
        pen: &mut Pen,
        out: &mut Vec<u8>,
        mut each: impl FnMut(RouteName, StatusCode, usize),
    ) {
        let Some(why) = self.why.filter(|_| self.count > 0) else {
            return;
        };
        let begin = out.len();
        let status = pen.write(&Err(why), out);
        let end = out.len();
        for _ in 1..self.count {
            out.extend_from_within(begin..end);
        }
        for (route, times) in self.routes.into_iter().enumerate() {
            if times > 0 {
                each(RouteName(route), status, times);
            }
        }
    }
}
