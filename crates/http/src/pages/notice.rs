//! What happened with the last deed, said at the top of the next page.
//!
//! A form's answer is a redirect, so the next page is told by its address: `?said=` names a deed
//! that was done, `?refused=` the rule that said no. Only known names are repeated.

use super::words::Words;
use maud::{Markup, html};
use vocabulary::Refusal;

/// Deeds whose doing is said; the messages are `said-<name>`.
const SAID: &[&str] = &[
    "held",
    "waiting",
    "released",
    "extended",
    "left",
    "watching",
    "watching-at-night",
    "watching-not-at-night",
    "watching-open",
    "unwatched",
    "cancelled",
    "return-asked",
    "exchange-asked",
    "me-saved",
    "password-changed",
    "mail-changed",
    "signed-out-elsewhere",
    "erased",
    "guest-erased",
    "verified",
    "welcome",
    "signed-in",
    "signed-out",
    "forgotten-mailed",
    "password-reset",
    "payment-cancelled",
    "payment-declined",
    "payment-pending",
    "deal-created",
    "deal-changed",
    "deal-ended",
    "deal-unmade",
    "stock-added",
    "stock-received",
    "stock-withdrawn",
    "deal-moved",
    "deal-taken-back",
    "product-saved",
    "product-made",
    "pictures-saved",
    "pictures-saved-in-part",
    "refunded",
    "order-cancelled",
    "shipped",
    "parcel-mended",
    "parcel-arrived",
    "address-saved",
    "address-deleted",
    "address-book-full",
    "deposit-told",
    "desk-in",
    "desk-out",
    "desk-again",
    "desk-step-over",
    "desk-welcome",
    "desk-password-changed",
    "codes-on",
    "codes-off",
    "passkey-added",
    "passkey-renamed",
    "passkey-removed",
    "passkey-not-added",
    "passkey-name-missing",
    "factor-stays",
    "session-ended",
    "sessions-ended",
    "member-changed",
    "factors-reset",
    "undone",
    "undone-in-part",
    "webhook-paused",
    "webhook-resumed",
    "changed-meanwhile",
    "policy-changed",
    "policy-own-first",
    "invitation-revoked",
    "key-revoked",
];

/// Those of them that tell of something that did not come about.
const WRONG: &[&str] = &[
    "pictures-saved-in-part",
    "payment-cancelled",
    "payment-declined",
    "address-book-full",
    "desk-step-over",
    "passkey-not-added",
    "passkey-name-missing",
    "factor-stays",
    "changed-meanwhile",
    "policy-own-first",
];

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A deed was done.
    Said(&'static str),
    /// A rule said no.
    Refused(Refusal),
}

impl Notice {
    /// The notice that a query names, if it names a known one.
    pub fn of_query(query: &str) -> Option<Notice> {
        query
            .split('&')
            .find_map(|pair| match pair.split_once('=')? {
                ("said", name) => SAID
                    .iter()
                    .find(|said| **said == name)
                    .map(|said| Notice::Said(said)),
                ("refused", name) => Refusal::named(name).map(Notice::Refused),
                _ => None,
            })
    }

    /// The notice as part of an address, without `?` or `&`.
    pub fn query(self) -> String {
        match self {
            Notice::Said(name) => format!("said={name}"),
            Notice::Refused(refusal) => format!("refused={}", refusal.name()),
        }
    }

    /// The notice in words.
    pub fn render(self, words: &Words) -> Markup {
        let (class, text) = match self {
            Notice::Said(name) => (
                if WRONG.contains(&name) {
                    "notice notice-bad"
                } else {
                    "notice"
                },
                words.say(&format!("said-{name}")),
            ),
            Notice::Refused(refusal) => ("notice notice-bad", words.refusal(refusal)),
        };
        html! { p class=(class) role="status" { (text) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::language::Language;
    use jiff::tz::TimeZone;

    #[test]
    fn every_notice_has_its_words_and_survives_the_address() {
        let words = Words::of(Language::Ko, TimeZone::UTC);
        for said in SAID {
            assert!(words.knows(&format!("said-{said}")), "{said}");
            let notice = Notice::Said(said);
            assert_eq!(
                Notice::of_query(&format!("page=2&{}", notice.query())),
                Some(notice)
            );
        }
        assert_eq!(Notice::of_query("said=<script>"), None);
        let refused = Notice::of_query("refused=limit_reached");
        assert_eq!(refused, Some(Notice::Refused(Refusal::LimitReached)));
    }
}
