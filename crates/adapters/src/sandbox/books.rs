//! The sandbox's books: every try, and double-entry balances over all of them. Pure; entries come
//! from the log or go there first.

use super::entry::{Entry, What};
use crate::provider_wire::{
    MethodWord, PaymentBody, ReasonWord, RefundBody, RefundWord, StateWord, StepsWord,
};
use money::{Amount, Currency};
use serde::Serialize;
use std::collections::BTreeMap;

/// A try.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) amount: Amount,
    pub(super) currency: Currency,
    pub(super) method: MethodWord,
    pub(super) steps: StepsWord,
    pub(super) months: u8,
    pub(super) return_url: String,
    pub(super) expires_at: u64,
    pub(super) state: StateWord,
    pub(super) reason: Option<ReasonWord>,
    pub(super) captured: Amount,
    pub(super) refunded: Amount,
    pub(super) refunds: Vec<RefundBody>,
    /// When the money that the shopper sent arrives.
    pub(super) promised: Option<u64>,
    /// The log's number of its last entry: an answer waits until that is on disk.
    pub(super) logged: u64,
}

/// An account of the sandbox's books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SandboxAccount {
    /// Reserved at the issuers for the shop.
    Reserved,
    /// What the issuers promised.
    Promises,
    /// Collected from the issuers.
    Collected,
    /// Owed to the shop.
    OwedToShop,
}

/// Every try and the balances over them.
#[derive(Debug, Default)]
pub(super) struct Books {
    rows: BTreeMap<String, Row>,
    balances: BTreeMap<(Currency, SandboxAccount), i64>,
}

impl Books {
    pub(super) fn row(&self, reference: &str) -> Option<&Row> {
        self.rows.get(reference)
    }

    /// Up to `limit` tries behind `after`, in the order of their references.
    pub(super) fn behind<'a>(
        &'a self,
        after: &str,
        limit: usize,
    ) -> impl Iterator<Item = (&'a String, &'a Row)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let range = (Excluded(after.to_owned()), Unbounded);
        self.rows.range(range).take(limit)
    }

    /// The tries whose money is on its way.
    pub(super) fn promised(&self) -> impl Iterator<Item = (&String, u64)> {
        let open = self
            .rows
            .iter()
            .filter(|(_, row)| row.state == StateWord::Open);
        open.filter_map(|(reference, row)| Some((reference, row.promised?)))
    }

    /// Debits count as positive; the balances of a currency add up to zero.
    pub(super) fn balances(&self) -> impl Iterator<Item = (Currency, SandboxAccount, i64)> {
        let balances = self.balances.iter();
        balances.map(|((currency, account), balance)| (*currency, *account, *balance))
    }

    /// Takes an entry in; `logged` is its number in the log.
    ///
    /// # Errors
    /// When no such entry can follow what went before: the log is damaged.
    pub(super) fn apply(&mut self, entry: &Entry, logged: u64) -> Result<(), &'static str> {
        if let What::Opened { .. } = &entry.what {
            return self.open(entry, logged);
        }
        let row = self.rows.get_mut(&entry.reference);
        let row = row.ok_or("a try that was not opened")?;
        row.logged = logged;
        let postings = row.change(&entry.what)?;
        let currency = row.currency;
        for (debit, credit, amount) in postings {
            *self.balances.entry((currency, debit)).or_default() += amount.0;
            *self.balances.entry((currency, credit)).or_default() -= amount.0;
        }
        Ok(())
    }

    fn open(&mut self, entry: &Entry, logged: u64) -> Result<(), &'static str> {
        let row = Row::opened(&entry.what, logged).ok_or("no opening")?;
        let before = self.rows.insert(entry.reference.clone(), row);
        if before.is_some() {
            return Err("a try that was opened twice");
        }
        Ok(())
    }
}

type Postings = Vec<(SandboxAccount, SandboxAccount, Amount)>;

impl Row {
    fn opened(what: &What, logged: u64) -> Option<Row> {
        let What::Opened {
            amount,
            currency,
            method,
            steps,
            months,
            return_url,
            expires_at,
        } = what
        else {
            return None;
        };
        Some(Row {
            amount: *amount,
            currency: *currency,
            method: *method,
            steps: *steps,
            months: *months,
            return_url: return_url.clone(),
            expires_at: *expires_at,
            state: StateWord::Open,
            reason: None,
            captured: Amount::ZERO,
            refunded: Amount::ZERO,
            refunds: Vec::new(),
            promised: None,
            logged,
        })
    }

    /// Changes the row and returns debit, credit and amount of what is posted for it.
    fn change(&mut self, what: &What) -> Result<Postings, &'static str> {
        use SandboxAccount::{Collected, OwedToShop, Promises, Reserved};
        let was_authorised = self.state == StateWord::Authorised;
        let mut postings = Vec::new();
        if was_authorised && !matches!(what, What::Promised { .. }) {
            postings.push((Promises, Reserved, self.amount));
        }
        match what {
            What::Opened { .. } => return Err("a try that was opened twice"),
            What::Authorised => {
                self.state = StateWord::Authorised;
                postings.push((Reserved, Promises, self.amount));
            }
            What::Captured { amount } => {
                self.state = StateWord::Captured;
                self.captured = *amount;
                postings.push((Collected, OwedToShop, *amount));
            }
            What::Promised { due_at } => self.promised = Some(*due_at),
            What::Declined { reason } => {
                self.state = StateWord::Declined;
                self.reason = Some(*reason);
            }
            What::Voided => self.state = StateWord::Voided,
            What::Refunded { refund, amount } => {
                self.keep_refund(refund, *amount, RefundWord::Sent);
                let refunded = self.refunded.checked_add(*amount);
                self.refunded = refunded.ok_or("a refund beyond 64 bits")?;
                postings.push((OwedToShop, Collected, *amount));
            }
            What::RefundFailed { refund, amount } => {
                self.keep_refund(refund, *amount, RefundWord::Failed);
            }
        }
        Ok(postings)
    }

    fn keep_refund(&mut self, reference: &str, amount: Amount, state: RefundWord) {
        self.refunds.push(RefundBody {
            reference: reference.to_owned(),
            amount,
            state,
        });
    }

    pub(super) fn body(&self, reference: &str) -> PaymentBody {
        PaymentBody {
            reference: reference.to_owned(),
            state: self.state,
            reason: self.reason,
            amount: self.amount,
            captured: self.captured,
            refunded: self.refunded,
            currency: self.currency,
            refunds: self.refunds.clone(),
        }
    }

    /// Whether the shopper may still pay.
    pub(super) fn is_payable(&self, now: u64) -> bool {
        self.state == StateWord::Open && self.promised.is_none() && now < self.expires_at
    }

    /// Whether nobody paid in time, and the books do not say so yet.
    pub(super) fn has_run_out(&self, now: u64) -> bool {
        self.state == StateWord::Open && self.promised.is_none() && now >= self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(what: What) -> Entry {
        Entry {
            at: 1,
            reference: "r".into(),
            what,
        }
    }

    fn opened() -> Entry {
        entry(What::Opened {
            amount: Amount(100),
            currency: Currency::KRW,
            method: MethodWord::Card,
            steps: StepsWord::Two,
            months: 0,
            return_url: "http://shop/".into(),
            expires_at: 10,
        })
    }

    fn after(entries: &[What]) -> Books {
        let mut books = Books::default();
        books.apply(&opened(), 1).expect("it opens");
        for what in entries {
            books.apply(&entry(what.clone()), 2).expect("it applies");
        }
        books
    }

    fn balance(books: &Books, account: SandboxAccount) -> i64 {
        let found = books.balances().find(|(_, each, _)| *each == account);
        found.map_or(0, |(_, _, balance)| balance)
    }

    #[test]
    fn the_balances_add_up_to_zero_and_say_what_is_owed() {
        let books = after(&[
            What::Authorised,
            What::Captured { amount: Amount(90) },
            What::Refunded {
                refund: "1".into(),
                amount: Amount(30),
            },
        ]);
        assert_eq!(
            books.balances().map(|(.., balance)| balance).sum::<i64>(),
            0
        );
        assert_eq!(balance(&books, SandboxAccount::OwedToShop), -60);
        assert_eq!(balance(&books, SandboxAccount::Reserved), 0);
    }

    #[test]
    fn a_void_gives_the_reservation_back() {
        let books = after(&[What::Authorised, What::Voided]);
        assert_eq!(balance(&books, SandboxAccount::Reserved), 0);
        assert_eq!(balance(&books, SandboxAccount::OwedToShop), 0);
    }

    #[test]
    fn entries_that_cannot_follow_are_refused() {
        let mut books = Books::default();
        assert!(books.apply(&entry(What::Voided), 1).is_err());
        books.apply(&opened(), 1).expect("it opens");
        assert!(books.apply(&opened(), 2).is_err());
    }
}
