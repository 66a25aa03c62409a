//! The books for people: the sums and the latest payments.

use super::super::books::Sums;
use super::super::payment::Payment;
use super::super::provider::Glance;
use super::super::words::{Method, State};
use super::language::{Language, group, price};
use super::pay::{frame, moment};
use super::texts::Texts;
use maud::{Markup, html};
use money::Currency;

/// The page of the books.
pub(super) fn page(glance: &Glance, language: Language) -> Markup {
    let texts = language.texts();
    frame(
        language,
        texts.books,
        "books",
        html! {
            h1 { (texts.books) }
            p { (texts.books_lead) }
            p.fine { (texts.untold) ": " (group(&glance.untold.to_string())) }
            @if glance.latest.is_empty() { p { (texts.no_payments) } } @else {
                h2 { (texts.sums) }
                (sums(glance, texts))
                h2 { (texts.latest) }
                (latest(&glance.latest, language))
            }
        },
    )
}

fn sums(glance: &Glance, texts: &Texts) -> Markup {
    html! {
        div.scroll { table {
            thead { tr {
                th { (texts.currency) }
                @for heading in [texts.came, texts.went_back, texts.balance] { th.number { (heading) } }
                @for state in texts.states { th.number { (state) } }
            } }
            tbody { @for (currency, sums) in &glance.sums { (sums_row(*currency, sums)) } }
        } }
    }
}

fn sums_row(currency: Currency, sums: &Sums) -> Markup {
    let (came, back) = (sums.captured, sums.refunded);
    let states = [
        State::Open,
        State::Authorised,
        State::Captured,
        State::Declined,
        State::Voided,
    ];
    html! {
        tr {
            th scope="row" { (currency) }
            @for sum in [came, back, came - back] { td.number { (plain(sum, currency)) } }
            @for state in states {
                td.number { (group(&sums.states.get(&state).copied().unwrap_or(0).to_string())) }
            }
        }
    }
}

/// A sum with the digits of its currency. Sums are wider than amounts.
fn plain(sum: i128, currency: Currency) -> String {
    let scale = 10i128.pow(currency.digits());
    let whole = group(&(sum / scale).to_string());
    match currency.digits() as usize {
        0 => whole,
        digits => format!("{whole}.{:0digits$}", sum % scale),
    }
}

fn latest(payments: &[Payment], language: Language) -> Markup {
    let texts = language.texts();
    html! {
        div.scroll { table {
            thead { tr {
                th { (texts.opened) } th { (texts.reference) } th { (texts.method) }
                th.number { (texts.amount) } th { (texts.state) }
            } }
            tbody { @for payment in payments { (payment_row(payment, language)) } }
        } }
    }
}

fn payment_row(payment: &Payment, language: Language) -> Markup {
    let (texts, terms) = (language.texts(), &payment.terms);
    let method = match terms.method {
        Method::Card => texts.methods[0],
        Method::Wallet => texts.methods[1],
        Method::Deposit => texts.methods[2],
    };
    html! {
        tr {
            td { (moment(payment.opened_at)) }
            td.code { (payment.reference) }
            td { (method) }
            td.number { (price(terms.amount, terms.currency, language)) }
            td { (texts.states[payment.state as usize]) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_have_the_digits_of_their_currency() {
        assert_eq!(plain(1_234_567, Currency::KRW), "1,234,567");
        assert_eq!(plain(1_234_567, Currency::USD), "12,345.67");
        assert_eq!(plain(5, Currency::USD), "0.05");
    }
}
