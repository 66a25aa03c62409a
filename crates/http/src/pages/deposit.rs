//! Where a deposit goes, how much and until when: on the page of the payment and on the order's, for
//! as long as the money is awaited.

use super::countdown::turning_countdown;
use super::figures::machine_moment;
use super::frame::Frame;
use maud::{Markup, html};
use money::{Amount, Currency};
use records::VirtualAccount;
use vocabulary::Millis;

/// A deposit whose money may still come.
#[derive(Clone, Debug)]
pub struct Deposit {
    /// Where it goes.
    pub account: VirtualAccount,
    /// How much.
    pub amount: Amount,
    /// Of the amount.
    pub currency: Currency,
    /// When it is too late.
    pub until: Millis,
}

impl Deposit {
    /// What to transfer where, and what comes of it.
    pub fn render(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        let (amount, until) = (w.amount(self.amount, self.currency), w.moment(self.until));
        let zone = w.zone_name();
        let ask = [
            ("amount", amount.as_str().into()),
            ("moment", until.as_str().into()),
        ];
        html! {
            section.deposit aria-labelledby="deposit" {
                h2 #deposit { (w.say("deposit-account")) }
                p { (w.say_with("deposit-ask", ask)) }
                dl {
                    div { dt { (w.say("deposit-number")) } dd { (self.number(frame)) } }
                    div { dt { (w.say("deposit-bank")) } dd { (self.account.bank) } }
                    div { dt { (w.say("deposit-holder")) } dd { (self.account.holder) } }
                    div { dt { (w.say("deposit-amount")) } dd { (amount) } }
                    div {
                        dt { (w.say("deposit-until")) }
                        dd {
                            time datetime=(machine_moment(self.until)) { (until) } " "
                            span.deposit-left { (turning_countdown(w, frame.now, self.until)) }
                        }
                    }
                }
                p.fine { (w.say("deposit-note")) " " (w.say_with("times-in", [("zone", zone.into())])) }
            }
        }
    }

    /// The number, to be copied by a tap; by a button where there is script.
    fn number(&self, frame: &Frame) -> Markup {
        let w = &frame.words;
        html! {
            code.deposit-number #deposit-number { (self.account.number) } " "
            button.button-quiet type="button" hidden data-copies="deposit-number" data-copied=(w.say("copied")) {
                (w.say("copy"))
            }
        }
    }
}
