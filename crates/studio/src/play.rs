//! The play: deals of every standing, and shoppers with holds, places, offers and orders of every standing, all made
//! through the API as a shop's own programs would.

use crate::client::{Client, LOOK_EVERY, PATIENCE, text, won};
use crate::codes;
use crate::postbox::Postbox;
use crate::scenes::Who;
use crate::turns;
use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Instant;
use uuid::Uuid;

/// How long what must last lasts: longer than anybody looks at it.
const LONG_SECONDS: u32 = 4 * 60 * 60;
/// When the bells ring of what is to open during the play, of what one may wait for, and of what is to open later.
const SOON_S: i64 = 1;
const DRAWN_S: i64 = 8;
const BELL_S: i64 = 7 * 1_800;
const LATER_S: i64 = 5 * 3_600;

/// How the member signs in.
const MEMBER: &str = "hong@example.kr";
/// How a colleague signs in whom an authenticator belongs to, what it knows, and the same in Base32.
const CAREFUL: (&str, &str) = ("seojun@doorbuster.example", "doorbuster-careful");
const CODE_SECRET: &[u8] = b"12345678901234567890";
const CODE_SECRET_TEXT: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// What the play made: the words that addresses name, and the session of each who looks.
#[derive(Debug, Default)]
pub struct Props {
    /// By the name in braces.
    pub words: BTreeMap<&'static str, String>,
    /// Without those whom the shop does not know.
    pub sessions: BTreeMap<Who, String>,
}

/// A deal of the play.
struct Deal {
    id: &'static str,
    skus: &'static [&'static str],
    units: u32,
    price: u64,
    terms: Value,
    opens_after_s: i64,
}

/// Plays it all; `staff` are the mail address and the password of the owner.
pub async fn perform(shop: &str, staff: (&str, &str), postbox: &Postbox) -> Result<Props> {
    let stranger = Client::stranger(shop)?;
    let owner = json!({"email": staff.0, "password": staff.1});
    let owner = stranger.entering("/v1/staff/sessions", &owner).await?;
    for deal in deals() {
        schedule(&owner, &deal).await?;
    }
    let early = turns::before_the_bell(&stranger).await?;
    for deal in deals().iter().filter(|deal| deal.opens_after_s < BELL_S) {
        let path = format!("/v1/deals/{}", deal.id);
        owner.until(&path, |said| said["state"] == "open").await?;
    }
    let waiter = turns::behind_the_bell(early).await?;
    let mut props = Props::default();
    let newcomer = stranger.entering("/v1/sessions", &Value::Null).await?;
    let holder = hold(&stranger, &mut props).await?;
    let member = order(&stranger, &owner, &mut props).await?;
    keep(&member, &mut props).await?;
    let bystander = sign_up(&stranger, "lee@example.kr", "이서연").await?;
    forget(&stranger, postbox, &mut props).await?;
    invite(&owner, &mut props).await?;
    ask_for_codes(&stranger, &owner).await?;
    owner
        .post("/v1/staff/deals/stage-over/end", &Value::Null)
        .await?;
    let who = [
        Who::Newcomer,
        Who::Holder,
        Who::Member,
        Who::Bystander,
        Who::Waiter,
        Who::Owner,
    ];
    let sessions =
        [newcomer, holder, member, bystander, waiter, owner].map(|client| client.session);
    props.sessions = who.into_iter().zip(sessions).collect();
    Ok(props)
}

#[rustfmt::skip]
fn deals() -> Vec<Deal> {
    let long = json!({"hold_seconds": LONG_SECONDS, "payment_seconds": LONG_SECONDS, "limit": 0});
    let with = |changes: Value| {
        let mut terms = long.clone();
        merge(&mut terms, &changes);
        terms
    };
    vec![
        Deal { id: "stage-open", skus: &["C-0001-S", "C-0001-M", "C-0001-L"], units: 12, price: 29_000, terms: with(json!({"limit": 3})), opens_after_s: SOON_S },
        Deal { id: "stage-waitlist", skus: &["C-0002-M"], units: 1, price: 31_000, terms: with(json!({"limit": 1, "waitlist_max": 100})), opens_after_s: SOON_S },
        Deal { id: "stage-offer", skus: &["C-0003-M"], units: 1, price: 19_900, terms: with(json!({"limit": 1, "waitlist_max": 100})), opens_after_s: SOON_S },
        Deal { id: "stage-gone", skus: &["C-0004-120"], units: 1, price: 22_000, terms: with(json!({"limit": 1, "waitlist_max": 0})), opens_after_s: SOON_S },
        Deal { id: "stage-later", skus: &["C-0005-110", "C-0005-120"], units: 30, price: 24_000, terms: with(json!({"limit": 2})), opens_after_s: LATER_S },
        Deal { id: "stage-over", skus: &["C-0006-M"], units: 10, price: 27_000, terms: long.clone(), opens_after_s: SOON_S },
        Deal { id: "stage-members", skus: &["C-0007-M"], units: 20, price: 33_000, terms: with(json!({"members_only": true})), opens_after_s: SOON_S },
        Deal { id: "stage-brief", skus: &["C-0008-M"], units: 9, price: 17_500, terms: with(json!({"hold_seconds": 1, "payment_seconds": 1})), opens_after_s: SOON_S },
        Deal { id: "stage-apples", skus: &["G-0001-1KG"], units: 60, price: 6_900, terms: long.clone(), opens_after_s: SOON_S },
        Deal { id: "stage-coats", skus: &["C-0024-M", "C-0024-L"], units: 40, price: 19_500, terms: long.clone(), opens_after_s: SOON_S },
        Deal { id: "stage-bell", skus: &["C-0009-M", "C-0009-L"], units: 20, price: 21_000, terms: with(json!({"limit": 1})), opens_after_s: BELL_S },
        Deal { id: "stage-queue", skus: &["C-0010-M"], units: 1, price: 26_000, terms: with(json!({"limit": 1, "waitlist_max": 0})), opens_after_s: DRAWN_S },
        Deal { id: "stage-queue-gone", skus: &["C-0011-M"], units: 1, price: 18_000, terms: with(json!({"limit": 1, "waitlist_max": 0})), opens_after_s: DRAWN_S },
        Deal { id: "stage-turn", skus: &["C-0012-M"], units: 20, price: 34_000, terms: with(json!({"limit": 1})), opens_after_s: DRAWN_S },
    ]
}

async fn schedule(owner: &Client, deal: &Deal) -> Result<()> {
    for sku in deal.skus {
        let stock = json!({"sku": sku, "units": deal.units});
        owner.post("/v1/staff/stock", &stock).await?;
    }
    let pool = |sku: &&str| json!({"sku": sku, "units": deal.units, "price": won(deal.price)});
    let pools: Vec<Value> = deal.skus.iter().map(pool).collect();
    let wait = deal.opens_after_s;
    let mut ask = json!({"deal": deal.id, "skus": pools, "starts_at": after(wait), "ends_at": after(wait + 6 * 3_600)});
    merge(&mut ask, &deal.terms);
    owner.post("/v1/staff/deals", &ask).await?;
    Ok(())
}

/// The guest with everything in hand. The lapsed hold comes first: it lapses meanwhile.
async fn hold(stranger: &Client, props: &mut Props) -> Result<Client> {
    let holder = stranger.entering("/v1/sessions", &Value::Null).await?;
    let other = stranger.entering("/v1/sessions", &Value::Null).await?;
    let take = |deal: &str, sku: &str| json!({"deal": deal, "sku": sku});
    holder
        .post("/v1/holds", &take("stage-brief", "C-0008-M"))
        .await?;
    for sku in ["C-0001-S", "C-0001-L"] {
        holder.post("/v1/holds", &take("stage-open", sku)).await?;
    }
    other
        .post("/v1/holds", &take("stage-waitlist", "C-0002-M"))
        .await?;
    let taken = other
        .post("/v1/holds", &take("stage-offer", "C-0003-M"))
        .await?;
    for (deal, sku) in [("stage-waitlist", "C-0002-M"), ("stage-offer", "C-0003-M")] {
        holder.post("/v1/waitlist", &take(deal, sku)).await?;
    }
    let given_up = format!("/v1/holds/{}", text(&taken, "hold")?);
    other.send(Method::DELETE, &given_up, &Value::Null).await?;
    let watch = "/v1/watches/stage-later";
    holder.send(Method::PUT, watch, &Value::Null).await?;
    let all = |cart: &Value| {
        let count = |list: &str| cart[list].as_array().map_or(0, Vec::len);
        (count("holds"), count("places"), count("lapsed")) == (3, 1, 1)
    };
    let cart = holder.until("/v1/cart", all).await?;
    let holds = cart["holds"].as_array().context("holds are a list")?;
    let holds = holds
        .iter()
        .map(|hold| Ok(format!("hold={}", text(hold, "hold")?)));
    props
        .words
        .insert("holds", holds.collect::<Result<Vec<_>>>()?.join("&"));
    Ok(holder)
}

/// The member with orders of every standing.
async fn order(stranger: &Client, owner: &Client, props: &mut Props) -> Result<Client> {
    let member = sign_up(stranger, MEMBER, "홍길동").await?;
    let lapsed = place(&member, "stage-brief", "C-0008-M").await?;
    let unpaid = place(&member, "stage-coats", "C-0024-M").await?;
    props
        .words
        .insert("checkout-unpaid", unpaid.checkout.clone());
    props
        .words
        .insert("checkout-lapsed", lapsed.checkout.clone());
    let cancelled = place(&member, "stage-apples", "G-0001-1KG").await?;
    let cancel = format!("/v1/orders/{}/cancel", cancelled.order);
    member.post(&cancel, &Value::Null).await?;
    buy(&member, "stage-gone", "C-0004-120").await?;
    let paid = buy(&member, "stage-coats", "C-0024-L").await?;
    let shipped = buy(&member, "stage-apples", "G-0001-1KG").await?;
    let delivered = buy(&member, "stage-coats", "C-0024-M").await?;
    let returned = buy(&member, "stage-coats", "C-0024-L").await?;
    let refunded = buy(&member, "stage-apples", "G-0001-1KG").await?;
    for order in [&shipped, &delivered, &returned] {
        told(owner, "shipments", order).await?;
    }
    for order in [&delivered, &returned] {
        told(owner, "deliveries", order).await?;
    }
    let ask = json!({"line": 0, "units": 1});
    member
        .post(&format!("/v1/orders/{}/returns", returned.order), &ask)
        .await?;
    let whole = json!({"scope": "whole"});
    owner
        .post(
            &format!("/v1/staff/orders/{}/refunds", refunded.order),
            &whole,
        )
        .await?;
    let orders = [
        ("order-lapsed", lapsed),
        ("order-unpaid", unpaid),
        ("order-cancelled", cancelled),
        ("order-paid", paid),
        ("order-shipped", shipped),
        ("order-delivered", delivered),
        ("order-returned", returned),
        ("order-refunded", refunded),
    ];
    for (name, placed) in orders {
        props.words.insert(name, placed.order);
    }
    Ok(member)
}

async fn sign_up(stranger: &Client, mail: &str, name: &str) -> Result<Client> {
    let password = "correct horse battery";
    let account = json!({"email": mail, "password": password, "name": name, "locale": "ko"});
    stranger.post("/v1/accounts", &account).await?;
    let login = json!({"email": mail, "password": password});
    stranger.entering("/v1/accounts/sign-in", &login).await
}

/// What the member keeps: two addresses, and something in the cart.
async fn keep(member: &Client, props: &mut Props) -> Result<()> {
    let home = json!({"country": "KR", "postcode": "04524", "line1": "서울 중구 세종대로 110", "line2": "3층"});
    let parents = json!({"country": "KR", "postcode": "63122", "line1": "제주 제주시 문연로 6"});
    for (recipient, address, first) in [("홍길동", home, true), ("홍판서", parents, false)] {
        let entry = json!({"recipient": recipient, "phone": "010-1234-5678", "address": address, "first": first});
        let added = member.post("/v1/addresses", &entry).await?;
        props.words.insert("address", text(&added, "id")?);
    }
    let hold = json!({"deal": "stage-coats", "sku": "C-0024-L"});
    let held = member.post("/v1/holds", &hold).await?;
    let hold = format!("hold={}", text(&held, "hold")?);
    props.words.insert("member-holds", hold);
    Ok(())
}

/// The member forgot their password; the link is in the letter.
async fn forget(stranger: &Client, postbox: &Postbox, props: &mut Props) -> Result<()> {
    let asked = [("email", MEMBER)];
    stranger.send_form("/forgotten", &asked).await?;
    let deadline = Instant::now() + PATIENCE;
    let token = loop {
        if let Some(token) = postbox.word("dbr_") {
            break token;
        }
        ensure!(Instant::now() < deadline, "no letter has a link");
        tokio::time::sleep(LOOK_EVERY).await;
    };
    props.words.insert("reset", token);
    Ok(())
}

/// A colleague whom an authenticator belongs to.
async fn ask_for_codes(stranger: &Client, owner: &Client) -> Result<()> {
    let careful =
        json!({"email": CAREFUL.0, "name": "박서준", "role": "viewer", "password": CAREFUL.1});
    owner.post("/v1/staff/members", &careful).await?;
    let sign_in = json!({"email": CAREFUL.0, "password": CAREFUL.1});
    let careful = stranger.entering("/v1/staff/sessions", &sign_in).await?;
    let code = codes::code(CODE_SECRET, Timestamp::now());
    let fields = [("secret", CODE_SECRET_TEXT), ("code", &code)];
    careful.send_form("/desk/me/codes", &fields).await
}

/// A colleague who works here, and one who is invited to.
async fn invite(owner: &Client, props: &mut Props) -> Result<()> {
    let helper = json!({"email": "minji@doorbuster.example", "name": "김민지", "role": "support", "password": "doorbuster-helper"});
    let helper = owner.post("/v1/staff/members", &helper).await?;
    let invited =
        json!({"email": "wei@doorbuster.example", "name": "王伟", "role": "merchandiser"});
    let invited = owner.post("/v1/staff/invitations", &invited).await?;
    let link = text(&invited, "link")?;
    let (_, token) = link.split_once("token=").context("a link has a token")?;
    props.words.insert("colleague", text(&helper, "member")?);
    props.words.insert("invitation", token.to_owned());
    Ok(())
}

/// An order that was placed.
pub(crate) struct Placed {
    order: String,
    checkout: String,
    total: Value,
}

async fn place(shopper: &Client, deal: &str, sku: &str) -> Result<Placed> {
    let contact = json!({
        "name": "홍길동", "phone": "010-1234-5678", "email": MEMBER, "memo": "문 앞에 놓아 주세요",
        "address": {"country": "KR", "postcode": "04524", "line1": "서울 중구 세종대로 110", "line2": "3층"},
    });
    let order = Uuid::now_v7().to_string();
    let ask = json!({"order": order, "deal": deal, "sku": sku, "units": 1, "contact": contact});
    let placed = shopper.post("/v1/orders", &ask).await?;
    Ok(Placed {
        order,
        checkout: text(&placed, "checkout")?,
        total: placed["total"].clone(),
    })
}

/// Orders a unit and pays for it.
pub(crate) async fn buy(shopper: &Client, deal: &str, sku: &str) -> Result<Placed> {
    let placed = place(shopper, deal, sku).await?;
    let path = format!("/v1/checkouts/{}", placed.checkout);
    let pay = json!({"method": "card", "amount": placed.total, "return_url": format!("/orders/{}", placed.order)});
    let started = shopper.post(&format!("{path}/payments"), &pay).await?;
    shopper
        .pay_by_card(&text(&started, "redirect_url")?)
        .await?;
    shopper.until(&path, |said| said["state"] == "paid").await?;
    Ok(placed)
}

async fn told(owner: &Client, what: &str, placed: &Placed) -> Result<()> {
    let mut row = json!({"order": placed.order, "line": 0, "units": 1});
    if what == "shipments" {
        row["carrier"] = json!("cj");
        row["tracking_number"] = json!("6891-2345-6789");
    }
    let rows = json!([row]);
    owner.post(&format!("/v1/staff/{what}"), &rows).await?;
    Ok(())
}

fn merge(into: &mut Value, from: &Value) {
    if let (Some(into), Some(from)) = (into.as_object_mut(), from.as_object()) {
        into.extend(from.clone());
    }
}

/// The moment so many seconds from now, as the API writes moments.
fn after(seconds: i64) -> String {
    let now = Timestamp::now().as_second();
    let then = Timestamp::from_second(now + seconds);
    then.unwrap_or_default().to_string()
}
