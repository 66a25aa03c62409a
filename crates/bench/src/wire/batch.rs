//! Shoppers whose shop asks for them: what a single connection of [`Buyers`] asks one by one, in batches.

use super::buyer::{Buyers, Step, put};
use super::talk::{Counted, Talk};
use memchr::memmem;
use std::collections::VecDeque;

/// How many requests a batch has.
pub const BATCH: usize = 500;

/// The shoppers of one connection, who go through a purchase together.
pub struct Batches {
    buyers: Buyers,
    due: VecDeque<Vec<Step>>,
    body: Vec<u8>,
}

impl Batches {
    /// These shoppers.
    pub fn of(buyers: Buyers) -> Batches {
        Batches {
            buyers,
            due: VecDeque::new(),
            body: Vec::new(),
        }
    }

    fn write(&mut self, steps: &[Step], out: &mut Vec<u8>) {
        let of_provider = matches!(steps.first(), Some(Step::Capture { .. }));
        self.body.clear();
        let (path, list): (&str, &[u8]) = match of_provider {
            true => ("/v1/payments/callbacks/batches", b"{\"callbacks\":["),
            false => ("/v1/batches", b"{\"requests\":["),
        };
        self.body.extend_from_slice(list);
        for (n, step) in steps.iter().enumerate() {
            if n > 0 {
                self.body.push(b',');
            }
            self.buyers.write_entry(*step, &mut self.body);
        }
        self.body.extend_from_slice(b"]}");
        put(
            out,
            format_args!("POST {path} HTTP/1.1\r\nhost: localhost\r\n"),
        );
        if of_provider {
            self.buyers.write_signature(&self.body, out);
        }
        let length = self.body.len();
        let rest = "content-type: application/json\r\ncontent-length";
        put(out, format_args!("{rest}: {length}\r\n\r\n"));
        out.extend_from_slice(&self.body);
    }
}

impl Talk for Batches {
    type Asked = Vec<Step>;

    fn ask(&mut self, out: &mut Vec<u8>) -> Vec<Step> {
        let steps = self.due.pop_front();
        let steps = steps.unwrap_or_else(|| (0..BATCH).map(|_| self.buyers.newcomer()).collect());
        self.write(&steps, out);
        steps
    }

    fn heard(&mut self, steps: Vec<Step>, status: u16, body: &[u8]) -> Counted {
        let mut counted = Counted::default();
        let mut next = Vec::with_capacity(steps.len());
        let mut results = results(body);
        for step in steps {
            let status = results.next().unwrap_or(status);
            let (one, then) = self.buyers.heard_of(step, status);
            counted += one;
            next.extend(then);
        }
        if !next.is_empty() {
            self.due.push_back(next);
        }
        counted
    }
}

/// The status of each result.
pub fn results(body: &[u8]) -> impl Iterator<Item = u16> {
    const NAME: &[u8] = b"{\"status\":";
    memmem::find_iter(body, NAME).map(|at| {
        let digits = body[at + NAME.len()..].iter().take(3);
        digits.fold(0, |sum, digit| {
            10 * sum + u16::from(digit.wrapping_sub(b'0'))
        })
    })
}
