//! Answers of the fast lane, written one behind the other, as the router would have given them.

use crate::api::op::Told;
use crate::guard::TOLD_TO_BROWSERS;
use crate::moment::Point;
use crate::problem::Problem;
use arrayvec::ArrayVec;
use axum::http::StatusCode;
use serde::Serialize;
use std::io::Write;
use vocabulary::{Millis, Refusal, Shard};

/// What a problem is called; a refusal of the ledger may be called as a problem of ours.
type Name = (&'static str, Option<Refusal>);

/// How many problems a connection remembers.
const KNOWN_MAX: usize = 8;

/// Writes answers. What is the same in all of them lies ready.
pub(super) struct Pen {
    shard: Shard,
    /// Headers that every answer has, with the date, which is good for a second.
    standing: Vec<u8>,
    dated_at: u64,
    /// A body, whose length stands before it.
    body: Vec<u8>,
    /// Problems with nothing to say of this time, from the type of their content on: who asks in vain asks
    /// again and again.
    known: ArrayVec<(Name, Vec<u8>), KNOWN_MAX>,
}

impl Pen {
    pub fn of(shard: Shard) -> Pen {
        Pen {
            shard,
            standing: Vec::new(),
            dated_at: 0,
            body: Vec::new(),
            known: ArrayVec::new(),
        }
    }

    /// Takes notice of the time.
    pub fn look_at(&mut self, now: Millis) {
        let second = now.0 / 1_000;
        if second == self.dated_at {
            return;
        }
        self.dated_at = second;
        self.standing.clear();
        for (name, value) in TOLD_TO_BROWSERS {
            put(&mut self.standing, format_args!("{name}: {value}\r\n"));
        }
        let date = std::time::UNIX_EPOCH + std::time::Duration::from_secs(second);
        let date = httpdate::fmt_http_date(date);
        put(&mut self.standing, format_args!("date: {date}\r\n"));
    }

    /// Writes an answer behind what is in `out`; its status.
    pub fn write(&mut self, came: &Result<Told, Problem>, out: &mut Vec<u8>) -> StatusCode {
        match came {
            Ok(told) => self.write_told(told, out),
            Err(problem) => self.write_problem(problem, out),
        }
    }

    fn write_told(&mut self, told: &Told, out: &mut Vec<u8>) -> StatusCode {
        self.begin(told.status, out);
        if let Some(seq) = told.seq {
            let shard = self.shard;
            let point = Point { shard, seq };
            put(out, format_args!("doorbuster-sequence: {point}\r\n"));
        }
        if told.repeated {
            out.extend_from_slice(b"idempotent-replayed: true\r\n");
        }
        match &told.body {
            None => out.extend_from_slice(b"content-length: 0\r\n\r\n"),
            Some(body) => {
                out.extend_from_slice(b"content-type: application/json\r\n");
                self.end(body, out);
            }
        }
        told.status
    }

    fn write_problem(&mut self, problem: &Problem, out: &mut Vec<u8>) -> StatusCode {
        self.begin(problem.status, out);
        if let Some(ms) = problem.retry_after_ms {
            put(out, format_args!("retry-after: {}\r\n", ms.div_ceil(1_000)));
        }
        let known = self.known.iter().find(|(name, _)| *name == named(problem));
        match known.filter(|_| problem.is_plain()) {
            Some((_, rest)) => out.extend_from_slice(rest),
            None => self.explain(problem, out),
        }
        problem.status
    }

    fn explain(&mut self, problem: &Problem, out: &mut Vec<u8>) {
        let begin = out.len();
        out.extend_from_slice(b"content-type: application/problem+json\r\n");
        self.end(&problem.body(), out);
        if problem.is_plain() && !self.known.is_full() {
            self.known.push((named(problem), out[begin..].to_vec()));
        }
    }

    fn begin(&self, status: StatusCode, out: &mut Vec<u8>) {
        out.extend_from_slice(b"HTTP/1.1 ");
        out.extend_from_slice(status.as_str().as_bytes());
        out.push(b' ');
        out.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.standing);
        out.extend_from_slice(b"cache-control: no-store\r\n");
    }

    fn end(&mut self, body: &impl Serialize, out: &mut Vec<u8>) {
        self.body.clear();
        serde_json::to_writer(&mut self.body, body).expect("bodies are encodable");
        let length = self.body.len();
        put(out, format_args!("content-length: {length}\r\n\r\n"));
        out.extend_from_slice(&self.body);
    }
}

fn named(problem: &Problem) -> Name {
    (problem.name, problem.refusal)
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("memory takes every byte");
}
