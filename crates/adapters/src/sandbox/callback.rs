//! A callback: what the shop is told of a fact, and what befalls the telling.

use super::dice::Dice;
use super::fact::{Entry, Fact, Oddity};
use super::knobs::Knobs;
use super::payment::Payment;
use super::words::{Reason, RefundState};
use money::{Amount, Currency};
use serde::Serialize;
use vocabulary::Millis;

/// A message to the shop.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Callback {
    /// The same for each time it is sent: a payment has each event once, and each refund.
    pub(super) id: String,
    pub(super) reference: String,
    pub(super) at: Millis,
    pub(super) body: String,
    /// The card that was paid with loses it.
    pub(super) doomed: bool,
}

/// What the knobs do to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) lost: bool,
    /// How often it is sent: 1 to 3 times.
    pub(super) copies: u64,
    /// Whether it waits for the next one of its payment.
    pub(super) held: bool,
    pub(super) delay_ms: u64,
}

#[derive(Serialize)]
struct Body<'a> {
    event: &'static str,
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    currency: Currency,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl Callback {
    /// What the shop is told of `entry`, if anything.
    pub(super) fn of(entry: &Entry, payment: &Payment) -> Option<Callback> {
        let body = body(&entry.fact, payment)?;
        let suffix = match body.refund {
            Some(refund) => format!("refund-{refund}"),
            None => body.event.replace('.', "-"),
        };
        Some(Callback {
            // Standard Webhooks joins id, timestamp and body by full stops: an id has none.
            id: format!("{}-{suffix}", entry.reference).replace('.', "_"),
            reference: entry.reference.clone(),
            at: entry.at,
            body: serde_json::to_string(&body).expect("a callback is JSON"),
            doomed: oddity(&entry.fact) == Some(Oddity::CallbackLost),
        })
    }

    pub(super) fn fate(&self, knobs: &Knobs, seed: u64) -> Fate {
        let mut dice = Dice::of(seed, &self.id);
        let [least, most] = knobs.delay_ms;
        Fate {
            lost: dice.happens(knobs.lose_rate) || self.doomed,
            copies: if dice.happens(knobs.repeat_rate) {
                dice.between(2, 3)
            } else {
                1
            },
            held: dice.happens(knobs.reorder_rate),
            delay_ms: dice.between(least, most),
        }
    }
}

fn body<'a>(fact: &'a Fact, payment: &'a Payment) -> Option<Body<'a>> {
    let told = |event, amount| Body {
        event,
        reference: &payment.reference,
        refund: None,
        amount: Some(amount),
        currency: payment.terms.currency,
        reason: None,
    };
    let amount = payment.terms.amount;
    match fact {
        Fact::Opened(_) | Fact::Promised { .. } | Fact::Told { .. } => None,
        Fact::Authorised { .. } => Some(told("payment.authorised", amount)),
        Fact::Captured { amount, .. } => Some(told("payment.captured", *amount)),
        Fact::Voided => Some(told("payment.voided", amount)),
        Fact::Declined { reason } => {
            let reason = Some(*reason);
            Some(Body {
                reason,
                ..told("payment.declined", amount)
            })
        }
        Fact::Refunded { refund, state, .. } => {
            let event = match state {
                RefundState::Sent => "refund.sent",
                RefundState::Failed => "refund.failed",
            };
            let (amount, refund) = (None, Some(refund.as_str()));
            Some(Body {
                amount,
                refund,
                ..told(event, Amount::ZERO)
            })
        }
    }
}

fn oddity(fact: &Fact) -> Option<Oddity> {
    match fact {
        Fact::Authorised { oddity } | Fact::Captured { oddity, .. } => *oddity,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::deeds::stage::{authorised, captured, card};
    use super::*;

    fn callback(fact: Fact) -> Option<Callback> {
        let entry = Entry {
            at: Millis(5),
            reference: "r.1".into(),
            fact,
        };
        Callback::of(&entry, &card(&[]))
    }

    #[test]
    fn bodies_are_those_of_the_contract() {
        let refunded = |state| Fact::Refunded {
            refund: "7".into(),
            amount: Amount(9),
            state,
        };
        for (fact, id, body) in [
            (
                authorised(),
                "r_1-payment-authorised",
                r#"{"event":"payment.authorised","reference":"r.1","amount":41000,"currency":"KRW"}"#,
            ),
            (
                captured(),
                "r_1-payment-captured",
                r#"{"event":"payment.captured","reference":"r.1","amount":41000,"currency":"KRW"}"#,
            ),
            (
                Fact::Declined {
                    reason: Reason::TimedOut,
                },
                "r_1-payment-declined",
                r#"{"event":"payment.declined","reference":"r.1","amount":41000,"currency":"KRW","reason":"timed_out"}"#,
            ),
            (
                Fact::Voided,
                "r_1-payment-voided",
                r#"{"event":"payment.voided","reference":"r.1","amount":41000,"currency":"KRW"}"#,
            ),
            (
                refunded(RefundState::Sent),
                "r_1-refund-7",
                r#"{"event":"refund.sent","reference":"r.1","refund":"7","currency":"KRW"}"#,
            ),
            (
                refunded(RefundState::Failed),
                "r_1-refund-7",
                r#"{"event":"refund.failed","reference":"r.1","refund":"7","currency":"KRW"}"#,
            ),
        ] {
            let callback = callback(fact).unwrap();
            assert_eq!((callback.id.as_str(), callback.body.as_str()), (id, body));
        }
        assert_eq!(callback(Fact::Promised { due: Millis(9) }), None);
    }

    #[test]
    fn each_knob_has_its_own_say() {
        let callback = callback(authorised()).unwrap();
        let fate = |knobs: Knobs| callback.fate(&knobs, 1);
        let well = Fate {
            lost: false,
            copies: 1,
            held: false,
            delay_ms: 0,
        };
        assert_eq!(fate(Knobs::default()), well);
        assert!(
            fate(Knobs {
                lose_rate: 1.0,
                ..Knobs::default()
            })
            .lost
        );
        assert!(
            fate(Knobs {
                reorder_rate: 1.0,
                ..Knobs::default()
            })
            .held
        );
        let copies = fate(Knobs {
            repeat_rate: 1.0,
            ..Knobs::default()
        })
        .copies;
        assert!((2..=3).contains(&copies), "{copies}");
        let delay_ms = fate(Knobs {
            delay_ms: [40, 50],
            ..Knobs::default()
        })
        .delay_ms;
        assert!((40..=50).contains(&delay_ms), "{delay_ms}");
    }

    #[test]
    fn the_card_whose_callback_is_lost_loses_the_first_and_no_other() {
        let oddity = Some(Oddity::CallbackLost);
        let lost = |fact| callback(fact).unwrap().fate(&Knobs::default(), 1).lost;
        assert!(lost(Fact::Authorised { oddity }));
        assert!(lost(Fact::Captured {
            amount: Amount(1),
            oddity
        }));
        assert!(!lost(captured()));
    }
}
