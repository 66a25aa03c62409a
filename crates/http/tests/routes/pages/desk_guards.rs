//! Every act at the desk, and what keeps it from being done by mistake: an undo beside the notice that
//! tells of it, or the effect in words where it is asked for. A test does or looks at each of them.

/// What stands between a wrong press and its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// The notice, or the page, that tells of it offers to undo it.
    Undo,
    /// The page at this address names the effect before, by this message.
    Confirmation {
        /// As the router has it.
        page: &'static str,
        /// The message that says what it comes to.
        says: &'static str,
    },
    /// It changes nothing of the shop: it reads, or it is the way in or out.
    Nothing,
}

/// An act, by the address to which its form is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Act {
    /// As the router has it; the method is `POST`.
    pub(super) path: &'static str,
    /// What guards it.
    pub(super) guard: Guard,
}

const fn undo(path: &'static str) -> Act {
    Act {
        path,
        guard: Guard::Undo,
    }
}

const fn told(path: &'static str, page: &'static str, says: &'static str) -> Act {
    Act {
        path,
        guard: Guard::Confirmation { page, says },
    }
}

const fn nothing(path: &'static str) -> Act {
    Act {
        path,
        guard: Guard::Nothing,
    }
}

/// Every act of the desk's pages.
#[rustfmt::skip]
pub(super) const ACTS: &[Act] = &[
    nothing("/desk/sign-in"),
    nothing("/desk/sign-in/code"),
    nothing("/desk/sign-in/passkey"),
    nothing("/desk/sign-in/passkey/answer"),
    nothing("/desk/sign-out"),
    nothing("/desk/invitation"),

    told("/desk/me/password", "/desk/me", "desk-password-effect"),
    told("/desk/me/codes", "/desk/me/codes", "codes-on-effect"),
    told("/desk/me/codes/remove", "/desk/me", "codes-remove-effect"),
    told("/desk/me/recovery", "/desk/me", "recovery-renew-effect"),
    nothing("/desk/me/passkeys/ask"),
    told("/desk/me/passkeys", "/desk/me", "passkeys-note"),
    undo("/desk/me/passkeys/{passkey}/rename"),
    told("/desk/me/passkeys/{passkey}/remove", "/desk/me", "passkey-remove-effect"),
    told("/desk/me/sessions/{session}/end", "/desk/me", "session-end-effect"),
    told("/desk/me/sessions/end", "/desk/me", "sessions-end-effect"),

    undo("/desk/webhooks/{webhook}/pause"),
    undo("/desk/webhooks/{webhook}/resume"),

    undo("/desk/schedule/make"),
    undo("/desk/deals/{deal}/change"),
    undo("/desk/deals/{deal}/move"),
    undo("/desk/deals/{deal}/take-back"),
    told("/desk/deals/{deal}/end", "/desk/deals/{deal}/end", "deal-end-effect"),
    told("/desk/deals/{deal}/allotments", "/desk/deals/{deal}/allotments", "stock-add-effect"),
    told("/desk/schedule/bulk", "/desk/schedule/bulk", "bulk-sum"),
    nothing("/desk/schedule/check"),
    nothing("/desk/schedule/import"),
    nothing("/desk/schedule/import/{chore}/again"),
    told("/desk/schedule/import/{chore}/put", "/desk/schedule/chores/{chore}", "import-put-note"),

    told("/desk/catalogue/make", "/desk/catalogue/make", "product-make-effect"),
    undo("/desk/products/{product}"),
    undo("/desk/products/{product}/stock"),
    undo("/desk/products/{product}/pictures"),
    undo("/desk/products/{product}/pictures/order"),
    undo("/desk/products/{product}/bring-back"),

    told("/desk/orders/{order}/refund", "/desk/orders/{order}/refund", "refund-effect"),
    told("/desk/orders/{order}/ship", "/desk/orders/{order}/ship", "ship-note"),
    told("/desk/orders/{order}/parcels/{waybill}/arrived", "/desk/orders/{order}", "parcel-arrive-effect"),
    told("/desk/orders/{order}/cancel", "/desk/orders/{order}", "cancel-note"),

    undo("/desk/people/policy"),
    undo("/desk/people/invite"),
    undo("/desk/people/{member}"),
    told("/desk/people/{member}/reset", "/desk/people/{member}", "factor-reset-effect"),
    told("/desk/people/{member}/sessions/{session}/end", "/desk/people/{member}", "session-end-effect"),
    told("/desk/invitations/{invitation}/revoke", "/desk/people", "invite-revoke-effect"),
    undo("/desk/keys"),
    told("/desk/keys/{key}/revoke", "/desk/keys", "key-revoke-effect"),
];
