//! The table of scenes: every page, and every state that somebody designed, by name, address, who looks, and what they do.
//!
//! A new page needs a line here; a test compares the table with the addresses of the router. A word in braces in an
//! address is a prop: what the play of [`crate::stage`] made and named.

use Act::{Choose, Fill, Press, See, Send};
use Who::{Bystander, Holder, Member, Newcomer, Owner, Stranger, Waiter};

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Nobody whom the shop knows.
    Stranger,
    /// A guest with a session and nothing else.
    Newcomer,
    /// A guest with holds, an offer, a place in a waitlist, a hold that lapsed and a watched deal.
    Holder,
    /// A member with orders of every standing.
    Member,
    /// A member who has done nothing yet.
    Bystander,
    /// A guest in the waiting rooms of several deals: early, behind others, and whose turn it is.
    Waiter,
    /// The owner at the desk.
    Owner,
}

/// What is done on the way to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A field is filled in.
    Fill(&'static str, &'static str),
    /// In a list this value is chosen.
    Choose(&'static str, &'static str),
    /// Something is clicked on.
    Press(&'static str),
    /// A form is sent by this button as it stands; the browser's own look at its fields is left out.
    Send(&'static str),
    /// Something is waited for.
    See(&'static str),
}

/// A page, or a state of one.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// What the pictures are called.
    pub name: &'static str,
    /// Path and query.
    pub address: &'static str,
    /// Who looks.
    pub who: Who,
    /// What the server answers with.
    pub status: u16,
    /// What is done there, in order.
    pub acts: &'static [Act],
    /// The page's scripts run; without them a page stands still that would go on by itself.
    pub scripts: bool,
    /// A page is photographed in every language and light, a state in one.
    pub page: bool,
}

const fn page(name: &'static str, who: Who, address: &'static str) -> Scene {
    Scene {
        name,
        address,
        who,
        status: 200,
        acts: &[],
        scripts: true,
        page: true,
    }
}

const fn behind(scene: Scene, acts: &'static [Act]) -> Scene {
    Scene { acts, ..scene }
}

const fn still(scene: Scene) -> Scene {
    Scene {
        scripts: false,
        ..scene
    }
}

const fn state(name: &'static str, who: Who, address: &'static str, acts: &'static [Act]) -> Scene {
    Scene {
        acts,
        page: false,
        ..page(name, who, address)
    }
}

const fn trouble(name: &'static str, who: Who, address: &'static str, status: u16) -> Scene {
    Scene {
        status,
        ..state(name, who, address, &[])
    }
}

/// Every scene, the shop first, then the board, then the desk.
#[rustfmt::skip]
pub const SCENES: &[Scene] = &[
    page("home", Stranger, "/"),
    page("deal", Holder, "/deals/stage-open"),
    page("product", Stranger, "/products/C-0001"),
    page("cart", Holder, "/cart"),
    page("checkout", Holder, "/checkout?{holds}"),
    page("payment", Member, "/checkouts/{checkout-unpaid}"),
    page("orders", Member, "/orders"),
    page("order", Member, "/orders/{order-paid}"),
    page("watches", Holder, "/watches"),
    page("deals", Stranger, "/deals"),
    page("search", Stranger, "/search?q=%EB%B8%94%EB%9E%99"),
    page("seller", Stranger, "/sellers/haetsal-farm"),
    page("about", Stranger, "/about/returns"),
    page("receipt", Member, "/orders/{order-paid}/receipt"),
    page("return", Member, "/orders/{order-delivered}/return"),
    page("me", Member, "/me"),
    page("me-erase", Member, "/me/erase"),
    page("addresses", Member, "/addresses"),
    page("address-add", Member, "/addresses/add"),
    page("address-change", Member, "/addresses/{address}"),
    page("waiting", Stranger, "/deals/stage-bell/waiting"),
    page("waiting-place", Waiter, "/deals/stage-queue/waiting"),
    page("sign-in", Stranger, "/sign-in"),
    page("sign-up", Stranger, "/sign-up"),
    page("forgotten", Stranger, "/forgotten"),
    page("forgotten-reset", Stranger, "/forgotten/{reset}"),
    page("me-verify", Member, "/me/verify"),

    state("home-as-member", Member, "/", &[]),
    state("deal-upcoming", Stranger, "/deals/stage-later", &[]),
    state("deal-upcoming-watched", Holder, "/deals/stage-later", &[]),
    state("deal-waitlist", Stranger, "/deals/stage-waitlist", &[]),
    state("deal-sold-out", Stranger, "/deals/stage-gone", &[]),
    state("deal-over", Stranger, "/deals/stage-over", &[]),
    state("deal-members-only", Newcomer, "/deals/stage-members", &[]),
    state("deal-members-only-refused", Newcomer, "/deals/stage-members", &[Press("form.hold button[type=submit]"), See("form[action^='/sign-in']")]),
    state("deal-bell", Newcomer, "/deals/stage-bell", &[]),
    state("waiting-early", Waiter, "/deals/stage-bell/waiting", &[]),
    still(state("waiting-turn", Waiter, "/deals/stage-turn/waiting", &[])),
    state("waiting-over", Waiter, "/deals/stage-queue-gone/waiting", &[]),
    state("cart-empty", Newcomer, "/cart", &[]),
    state("cart-of-a-stranger", Stranger, "/cart", &[]),
    state("checkout-wrong-fields", Holder, "/checkout?{holds}", &[Fill("#name", "홍길동"), Send("form[action='/checkout'] button.button"), See("[aria-invalid=true]")]),
    state("checkout-with-saved-addresses", Member, "/checkout?{member-holds}", &[]),
    state("checkout-abroad", Holder, "/checkout?{holds}", &[Choose("#country", "US"), See("#province")]),
    state("address-found", Holder, "/checkout?{holds}", &[Fill("#line1", "세종대로 110"), Send("button[formaction='/addresses/find']"), See(".found-address")]),
    state("addresses-empty", Bystander, "/addresses", &[]),
    state("payment-of-a-lapsed-order", Member, "/checkouts/{checkout-lapsed}", &[]),
    state("order-unpaid", Member, "/orders/{order-unpaid}", &[]),
    state("order-lapsed", Member, "/orders/{order-lapsed}", &[]),
    state("order-cancelled", Member, "/orders/{order-cancelled}", &[]),
    state("order-shipped", Member, "/orders/{order-shipped}", &[]),
    state("order-delivered", Member, "/orders/{order-delivered}", &[]),
    state("order-return-asked", Member, "/orders/{order-returned}", &[]),
    state("order-refunded", Member, "/orders/{order-refunded}", &[]),
    state("orders-empty", Newcomer, "/orders", &[]),
    state("watches-empty", Newcomer, "/watches", &[]),
    state("sign-in-wrong", Stranger, "/sign-in", &[Fill("main input[type=email]", "hong@example.kr"), Fill("main input[type=password]", "not this one"), Send("main form:has(input[type=password]) button.button"), See(".notice, [aria-invalid=true]")]),
    state("me-erase-of-a-guest", Holder, "/me/erase", &[]),
    state("me-verify-code", Member, "/me/verify", &[Fill("#name", "홍길동"), Fill("#phone", "010-1234-5678"), Send("main form button.button"), See("#code")]),
    trouble("forgotten-over", Stranger, "/forgotten/dbr_0", 410),
    state("sign-up-wrong", Stranger, "/sign-up", &[Fill("#name", "홍길동"), Fill("main input[type=email]", "hong@example.kr"), Fill("main input[type=password]", "short"), Send("main form:has(input[type=password]) button.button"), See("[aria-invalid=true]")]),
    trouble("nowhere", Stranger, "/no/such/page", 404),
    trouble("deal-unknown", Stranger, "/deals/no-such-deal", 404),
    trouble("order-of-another", Newcomer, "/orders/{order-paid}", 403),

    page("board", Stranger, "/board"),
    state("board-eve", Stranger, "{eve}/board", &[]),
    state("board-over", Stranger, "{over}/board", &[]),
    state("board-again", Stranger, "{again}/board", &[]),

    page("desk-sign-in", Stranger, "/desk/sign-in"),
    page("desk-today", Owner, "/desk"),
    page("desk-deals", Owner, "/desk/deals"),
    page("desk-deals-bulk", Owner, "/desk/schedule/bulk?deal=stage-open&deed=end"),
    page("desk-deals-import", Owner, "/desk/schedule/import"),
    page("desk-deal-move", Owner, "/desk/deals/stage-later/move"),
    page("desk-timeline", Owner, "/desk/timeline"),
    page("desk-products", Owner, "/desk/products"),
    page("desk-product-make", Owner, "/desk/catalogue/make"),
    page("desk-product", Owner, "/desk/products/C-0001"),
    page("desk-product-stock", Owner, "/desk/products/C-0008/stock"),
    page("desk-people", Owner, "/desk/people"),
    page("desk-colleague", Owner, "/desk/people/{colleague}"),
    page("desk-invitation", Stranger, "/desk/invitation?token={invitation}"),
    page("desk-people-invite", Owner, "/desk/people/invite"),
    page("desk-keys", Owner, "/desk/keys"),
    page("desk-find", Owner, "/desk/find?q=stage"),
    page("desk-me", Owner, "/desk/me"),
    behind(page("desk-me-codes", Stranger, "/desk/me/codes"), &[Fill("main input[type=email]", "desk@doorbuster.example"), Fill("main input[type=password]", "doorbuster-demo"), Send("main form:has(input[type=password]) button[type=submit]"), See("#code")]),
    page("desk-deal", Owner, "/desk/deals/stage-open"),
    page("desk-deal-make", Owner, "/desk/schedule/make"),
    page("desk-deal-change", Owner, "/desk/deals/stage-later/change"),
    page("desk-deal-allotments", Owner, "/desk/deals/stage-open/allotments?sku=C-0001-M&units=2"),
    page("desk-deal-end", Owner, "/desk/deals/stage-open/end"),
    page("desk-orders", Owner, "/desk/orders"),
    page("desk-order", Owner, "/desk/orders/{order-delivered}"),
    page("desk-refund", Owner, "/desk/orders/{order-delivered}/refund?scope=whole"),
    page("desk-ship", Owner, "/desk/orders/{order-paid}/ship"),
    page("desk-audit", Owner, "/desk/audit"),

    state("desk-deal-upcoming", Owner, "/desk/deals/stage-later", &[]),
    state("desk-deal-over", Owner, "/desk/deals/stage-over", &[]),
    state("desk-ship-wrong", Owner, "/desk/orders/{order-paid}/ship", &[Fill("#carrier", "CJ대한통운"), Fill("#tracking_number", "12"), Send("main form button.button"), See("[aria-invalid=true]")]),
    state("desk-order-refunded", Owner, "/desk/orders/{order-refunded}", &[]),
    state("desk-deal-make-wrong", Owner, "/desk/schedule/make", &[Fill("#deal", "."), Send("form[data-deal-form] button.button"), See("[aria-invalid=true]")]),
    state("desk-product-stock-foreseen", Owner, "/desk/products/C-0008/stock?sku=C-0008-M&flow=receive&units=2", &[See(".move-effect")]),
    state("desk-sign-in-wrong", Stranger, "/desk/sign-in", &[Fill("main input[type=email]", "nobody@doorbuster.example"), Fill("main input[type=password]", "not this one"), Send("main form:has(input[type=password]) button[type=submit]"), See(".notice, [aria-invalid=true]")]),
    state("desk-sign-in-code", Stranger, "/desk/sign-in", &[Fill("main input[type=email]", "seojun@doorbuster.example"), Fill("main input[type=password]", "doorbuster-careful"), Send("main form:has(input[type=password]) button[type=submit]"), See("#code")]),
    trouble("desk-nowhere", Owner, "/desk/deals/no-such-deal", 404),
];

/// Addresses that answer a GET with something other than a page of their own, and why.
pub const NO_PAGES: &[(&str, &str)] = &[
    ("/assets/{hash}/{*file}", "styles, scripts, symbols"),
    ("/pictures/{file}", "pictures"),
    ("/board/bells", "the next bell, for the board's script"),
    ("/enter", "leads on, with the token of another shop"),
    ("/sw.js", "the worker of the shop"),
    ("/me/export", "a file"),
    ("/deals/{deal}/waiting/stream", "a stream"),
    ("/desk/today", "the inner part of a page, for its script"),
    ("/desk/audit.csv", "a file"),
    ("/desk/schedule/export", "a file"),
    (
        "/desk/schedule/products",
        "the inner part of a page, for its script",
    ),
    ("/desk/schedule/chores/{chore}", "goes away when it is done"),
    ("/desk/schedule/import/{chore}/wrong.csv", "a file"),
    ("/desk/find.json", "for the palette's script"),
    (
        "/desk/sign-in/code",
        "the second step of signing in, behind the first",
    ),
];

/// The scenes whose names begin so; all of them without a name.
#[must_use]
pub fn named(only: Option<&str>) -> Vec<&'static Scene> {
    let fits = |scene: &&Scene| only.is_none_or(|only| scene.name.starts_with(only));
    SCENES.iter().filter(fits).collect()
}

impl Scene {
    /// True when it is on the board of another festival, whose address is a prop.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        !self.address.starts_with('/')
    }

    /// True when its address stands for this pattern of the router, such as `/deals/{deal}`.
    #[must_use]
    pub fn stands_for(&self, pattern: &str) -> bool {
        let path = self.address.split('?').next().unwrap_or_default();
        let (ours, theirs) = (path.split('/'), pattern.split('/'));
        let fits = |(own, pattern): (&str, &str)| own == pattern || pattern.starts_with('{');
        ours.clone().count() == theirs.clone().count() && ours.zip(theirs).all(fits)
    }
}
