//! The hosted payment page: card fields, the bank's app, the virtual account, and what became of it.

use super::super::cards::{FieldFault, FieldFaults, TEST_CARDS};
use super::super::deeds::Refusal;
use super::super::payment::Payment;
use super::super::provider::Trouble;
use super::super::words::{Method, Reason, State};
use super::language::{Language, price};
use super::texts::Texts;
use super::way_back;
use maud::{DOCTYPE, Markup, html};
use vocabulary::Millis;

/// What is shown again of what was typed: never the card's number or code.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) expiry: String,
    pub(super) faults: FieldFaults,
}

/// The page of a payment, as it stands.
pub(super) fn page(payment: &Payment, language: Language, typed: &Typed) -> Markup {
    let texts = language.texts();
    let open = payment.state == State::Open && payment.due.is_none();
    let (title, body) = match payment.terms.method {
        _ if !open => (standing(payment, texts), finished(payment, texts)),
        Method::Card => (texts.pay_title, card_form(payment, language, typed)),
        Method::Wallet => (texts.bank_title, bank_form(payment, language)),
        Method::Deposit => (texts.deposit_title, deposit_form(payment, language)),
    };
    let wrong = typed.faults != FieldFaults::default();
    frame(
        language,
        title,
        "pay",
        html! {
            h1 { (title) }
            @if wrong { p.alert role="alert" { (texts.check_fields) } }
            (summary(payment, language))
            (body)
        },
    )
}

/// The page of the bank's app, to which a wallet leads away.
pub(super) fn bank_page(payment: &Payment, language: Language) -> Markup {
    let texts = language.texts();
    if payment.state != State::Open || payment.terms.method != Method::Wallet {
        return page(payment, language, &Typed::default());
    }
    frame(
        language,
        texts.bank,
        "bank",
        html! {
            p.bank-name { (texts.bank) }
            h1 { (texts.bank_title) }
            p { (texts.bank_asks) }
            (summary(payment, language))
            (bank_form(payment, language))
        },
    )
}

/// The page that says why there is none.
pub(super) fn trouble_page(trouble: &Trouble, language: Language) -> Markup {
    let texts = language.texts();
    let title = match trouble {
        Trouble::Refused(Refusal::Unknown) => texts.unknown,
        _ => texts.not_now,
    };
    frame(language, title, "pay", html! { h1 { (title) } })
}

/// Head and foot around `main`, which looks as `kind` says.
pub(super) fn frame(language: Language, title: &str, kind: &str, main: Markup) -> Markup {
    let texts = language.texts();
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (texts.provider) }
                link rel="stylesheet" href="/style.css";
            }
            body class=(kind) {
                header { p.brand { (texts.provider) } p.fine { (texts.no_money) } }
                main { (main) }
                footer { nav { @for other in Language::ALL { (language_link(other, language)) } } }
            }
        }
    }
}

fn language_link(other: Language, current: Language) -> Markup {
    let (code, name) = (other.code(), other.texts().language);
    html! {
        a href={ "?lang=" (code) } lang=(code) hreflang=(code) aria-current=[(other == current).then_some("true")] {
            (name)
        }
    }
}

fn summary(payment: &Payment, language: Language) -> Markup {
    let (texts, terms) = (language.texts(), &payment.terms);
    let months = match terms.months {
        0 | 1 => texts.in_full.to_owned(),
        months => texts.over_months.replace("{}", &months.to_string()),
    };
    html! {
        dl.summary {
            div.sum { dt { (texts.amount) } dd { (price(terms.amount, terms.currency, language)) } }
            @if terms.method == Method::Card { div { dt { (texts.months) } dd { (months) } } }
            @if payment.state == State::Open { div { dt { (texts.until) } dd { (moment(terms.expires_at)) } } }
            div { dt { (texts.reference) } dd.code { (payment.reference) } }
        }
    }
}

/// A time as people of all three languages read it; the zone is named beside it.
pub(super) fn moment(at: Millis) -> Markup {
    let stamp = i64::try_from(at.0)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let stamp = stamp.unwrap_or(jiff::Timestamp::MAX);
    html! { time datetime=(stamp) { (stamp.strftime("%Y-%m-%d %H:%M:%S UTC")) } }
}

fn action(payment: &Payment, language: Language) -> String {
    format!("/pay/{}?lang={}", payment.reference, language.code())
}

fn card_form(payment: &Payment, language: Language, typed: &Typed) -> Markup {
    let (texts, faults) = (language.texts(), &typed.faults);
    let sum = price(payment.terms.amount, payment.terms.currency, language);
    let number = Field {
        name: "number",
        label: texts.number,
        hint: "",
        autocomplete: "cc-number",
        chars_max: 24,
    };
    let expiry = Field {
        name: "expiry",
        label: texts.expiry,
        hint: texts.expiry_hint,
        autocomplete: "cc-exp",
        chars_max: 9,
    };
    let cvc = Field {
        name: "cvc",
        label: texts.cvc,
        hint: texts.cvc_hint,
        autocomplete: "cc-csc",
        chars_max: 4,
    };
    html! {
        form method="post" action=(action(payment, language)) novalidate {
            (field(&number, "", faults.number, texts))
            div.pair {
                (field(&expiry, &typed.expiry, faults.expiry, texts))
                (field(&cvc, "", faults.cvc, texts))
            }
            button.go { (texts.pay.replace("{}", &sum)) }
        }
        (cancel_form(payment, language, texts.cancel))
        (test_cards(texts))
    }
}

struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    autocomplete: &'static str,
    chars_max: usize,
}

fn field(field: &Field, value: &str, fault: Option<FieldFault>, texts: &Texts) -> Markup {
    let hint = format!("{}-hint", field.name);
    let wrong = fault.map(|fault| fault_text(fault, texts));
    html! {
        div.field {
            label for=(field.name) { (field.label) }
            input id=(field.name) name=(field.name) value=(value) type="text" inputmode="numeric"
                autocomplete=(field.autocomplete) maxlength=(field.chars_max) required
                aria-describedby=(hint) aria-invalid=[wrong.map(|_| "true")];
            p.hint.wrong[wrong.is_some()] id=(hint) { (wrong.unwrap_or(field.hint)) }
        }
    }
}

fn fault_text(fault: FieldFault, texts: &Texts) -> &'static str {
    match fault {
        FieldFault::Missing => texts.missing,
        FieldFault::Mistyped => texts.mistyped,
        FieldFault::NotATestCard => texts.not_a_test_card,
        FieldFault::NoMonth => texts.no_month,
        FieldFault::Past => texts.past,
        FieldFault::NotACode => texts.not_a_code,
    }
}

fn test_cards(texts: &Texts) -> Markup {
    html! {
        details {
            summary { (texts.test_cards) }
            p { (texts.test_cards_hint) }
            dl.cards {
                @for ((number, _), does) in TEST_CARDS.iter().zip(texts.cards) {
                    div { dt.code { (in_fours(number)) } dd { (does) } }
                }
            }
        }
    }
}

fn in_fours(number: &str) -> String {
    let fours: Vec<&str> = (0..number.len())
        .step_by(4)
        .map(|at| &number[at..at + 4])
        .collect();
    fours.join(" ")
}

fn bank_form(payment: &Payment, language: Language) -> Markup {
    let texts = language.texts();
    html! {
        form method="post" action=(action(payment, language)) {
            button.go name="decision" value="approve" { (texts.approve) }
            button.quiet name="decision" value="cancel" { (texts.refuse) }
        }
    }
}

fn deposit_form(payment: &Payment, language: Language) -> Markup {
    let texts = language.texts();
    html! {
        p { (texts.deposit_asks) }
        @if let Some(account) = payment.account() {
            dl.account {
                div { dt { (texts.account_number) } dd.code { (account.number) } }
                div { dt { (texts.account_bank) } dd { (account.bank) } }
                div { dt { (texts.account_holder) } dd { (account.holder) } }
            }
        }
        form method="post" action=(action(payment, language)) {
            button.go name="deposit" value="now" { (texts.deposit_now) }
        }
        p { a.back href=(way_back(payment)) { (texts.deposit_later) } }
        (cancel_form(payment, language, texts.cancel))
    }
}

fn cancel_form(payment: &Payment, language: Language, label: &str) -> Markup {
    html! {
        form method="post" action=(action(payment, language)) {
            button.quiet name="decision" value="cancel" { (label) }
        }
    }
}

fn finished(payment: &Payment, texts: &Texts) -> Markup {
    html! { p { a.go href=(way_back(payment)) { (texts.back) } } }
}

fn standing(payment: &Payment, texts: &Texts) -> &'static str {
    match (payment.state, payment.reason) {
        (State::Open, _) => texts.waiting,
        (State::Authorised, _) => texts.authorised,
        (State::Captured, _) => texts.captured,
        (State::Voided, _) => texts.voided,
        (State::Declined, Some(Reason::TimedOut)) => texts.timed_out,
        (State::Declined, Some(Reason::Abandoned)) => texts.abandoned,
        (State::Declined, _) => texts.declined,
    }
}
