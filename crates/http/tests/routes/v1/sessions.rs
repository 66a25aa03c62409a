//! `/v1/sessions`: guests, and members whom an existing shop hands over.

use crate::house::{BELL, HANDOVER, House, signed, uuid7};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

fn claims(exp: u64) -> Value {
    json!({"aud": "doorbuster", "sub": "m-7", "person": "p-1", "exp": exp})
}

#[tokio::test]
async fn a_read_needs_a_session_and_the_first_write_makes_one() {
    let house = House::at_the_bell().await;
    let stranger = house.stranger();
    let answer = stranger.get("/v1/cart").await.is(401);
    assert_eq!(answer.problem(), "session_required");
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let given = stranger.post("/v1/holds", hold).await.is(201);
    house.settle(&given).await;
    let cookie = given.header("set-cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair");
    let request = Request::get("/v1/cart").header("cookie", pair);
    let cart = stranger.send(request, Body::empty()).await.is(200);
    assert_eq!(cart.body["holds"][0]["hold"], given.body["hold"]);
}

#[tokio::test]
async fn a_forged_session_is_none() {
    let house = House::at_the_bell().await;
    let forged = house.stranger().with(&json!("AAAA"));
    forged.get("/v1/cart").await.is(401);
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    forged.post("/v1/holds", hold).await.is(401);
}

#[tokio::test]
async fn a_member_who_is_handed_over_is_the_same_person_each_time() {
    let house = House::at_the_bell().await;
    let soon = BELL / 1_000 + 300;
    let body = json!({"token": signed(&claims(soon), HANDOVER)});
    let first = house
        .stranger()
        .post("/v1/sessions", body.clone())
        .await
        .is(201);
    assert_eq!(first.body["guest"], false);
    let second = house.stranger().post("/v1/sessions", body).await.is(201);
    let (one, two) = (
        house.stranger().with(&first.body["session"]),
        house.stranger().with(&second.body["session"]),
    );
    let last = json!({"deal": "LAST", "sku": "COAT-S"});
    one.post("/v1/holds", last.clone()).await.is(201);
    let answer = two.post("/v1/holds", last).await.is(409);
    assert_eq!(answer.problem(), "limit_reached");
}

#[tokio::test]
async fn a_handover_that_is_not_as_agreed_is_refused_with_its_reason() {
    let house = House::at_the_bell().await;
    let now = BELL / 1_000;
    let with = |name: &str, value: Value| {
        let mut claims = claims(now + 60);
        claims[name] = value;
        signed(&claims, HANDOVER)
    };
    let without = |name: &str| {
        let mut claims = claims(now + 60);
        claims.as_object_mut().expect("claims").remove(name);
        signed(&claims, HANDOVER)
    };
    let wrong = [
        (signed(&claims(now), HANDOVER), "`exp` has passed"),
        (signed(&claims(now + 601), HANDOVER), "10 minutes"),
        (without("exp"), "`exp` is missing"),
        (with("exp", json!("soon")), "whole seconds"),
        (signed(&claims(now + 60), b"what nobody knows"), "signature"),
        (with("aud", json!("another")), "`aud` must be `doorbuster`"),
        (without("aud"), "`aud` is missing"),
        (without("sub"), "`sub`"),
        (with("sub", json!(7)), "`sub`"),
        (with("sub", json!("")), "`sub`"),
        (with("sub", json!(" ")), "`sub`"),
        (with("sub", json!("m".repeat(201))), "`sub`"),
        (with("person", json!("")), "`person`"),
        (with("person", json!(" ")), "`person`"),
        ("nonsense".to_owned(), "JSON Web Token"),
    ];
    for (token, reason) in wrong {
        let body = json!({"token": token});
        let answer = house.stranger().post("/v1/sessions", body).await.is(401);
        assert_eq!(answer.problem(), "handover_refused");
        let detail = answer.says("detail");
        assert!(detail.contains(reason), "{detail} says nothing of {reason}");
    }
}

#[tokio::test]
async fn a_grade_goes_with_the_session_and_one_that_is_none_is_refused() {
    let house = House::at_the_bell().await;
    let come = async |grade: Value| {
        let token = house.handover(json!({"sub": "m-7", "grade": grade}));
        house.stranger().post("/v1/sessions", token).await
    };
    assert_eq!(come(json!("골드")).await.is(201).body["grade"], "골드");
    assert_eq!(come(Value::Null).await.is(201).body["grade"], Value::Null);
    for none in [json!(""), json!("x".repeat(33)), json!("a\nb"), json!(7)] {
        let answer = come(none).await.is(401);
        assert_eq!(answer.problem(), "handover_refused");
    }
}

#[tokio::test]
async fn who_signs_in_keeps_what_they_held_as_a_guest_and_orders_it() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let held = guest.post("/v1/holds", &hold).await.is(201);
    house.settle(&held).await;
    house.schedule_later().await;
    guest.put("/v1/watches/LATER").await.is(204);
    let token = house.handover(json!({"sub": "m-7"}));
    let session = guest.post("/v1/sessions", token).await.is(201);
    let member = house.stranger().with(&session.body["session"]);
    let cart = member.get("/v1/cart").await.is(200);
    assert_eq!(cart.body["holds"][0]["hold"], held.body["hold"]);
    let watches = member.get("/v1/watches").await.is(200);
    assert_eq!(watches.body["deals"], json!(["LATER"]));
    let later = member.post("/v1/holds", &hold).await.is(201);
    house.settle(&later).await;
    let both = json!({
        "order": uuid7(house.now()), "holds": [held.body["hold"], later.body["hold"]],
    });
    let apart = member.post("/v1/orders", both).await;
    assert!(apart.says("detail").contains("before the sign-in"));
    apart.refused("not_yours");
    let mut orders = Vec::new();
    for held in [held, later] {
        let order = json!({"order": uuid7(house.now()), "holds": [held.body["hold"]]});
        let placed = member.post("/v1/orders", order).await.is(201);
        house.settle(&placed).await;
        let path = format!("/v1/checkouts/{}", placed.says("checkout"));
        let ask = json!({"method": "card", "amount": placed.body["total"], "return_url": "/"});
        member.post(&format!("{path}/payments"), ask).await.is(201);
        member.get(&path).await.is(200);
        orders.push(placed.body["orders"][0]["order"].clone());
    }
    let listed = member.get("/v1/orders?limit=1").await.is(200);
    assert_eq!(listed.body["items"][0]["order"], orders[1]);
    let rest = format!("/v1/orders?limit=1&cursor={}", listed.says("next"));
    let rest = member.get(&rest).await.is(200);
    assert_eq!(rest.body["items"][0]["order"], orders[0]);
    assert_eq!(rest.body["next"], Value::Null);
    let cancel = format!("/v1/orders/{}/cancel", orders[0].as_str().expect("an id"));
    member.post(&cancel, Value::Null).await.is(200);
}

#[tokio::test]
async fn what_a_guest_held_or_waited_for_is_given_up_by_the_member_they_became() {
    let house = House::at_the_bell().await;
    let sign_up = json!({"email": "hong@example.kr", "password": "correct horse"});
    house
        .stranger()
        .post("/v1/accounts", &sign_up)
        .await
        .is(201);
    let guest = house.guest().await;
    let night = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let alone = guest.post("/v1/holds", &night).await.is(201).says("hold");
    let batched = guest.post("/v1/holds", &night).await.is(201).says("hold");
    let last = json!({"deal": "LAST", "sku": "COAT-S"});
    house.guest().await.post("/v1/holds", &last).await.is(201);
    let place = guest
        .post("/v1/waitlist", &last)
        .await
        .is(201)
        .says("place");
    let session = guest.post("/v1/accounts/sign-in", &sign_up).await.is(201);
    let member = house.stranger().with(&session.body["session"]);
    member.delete(&format!("/v1/holds/{alone}")).await.is(204);
    let release = json!({"requests": [{"op": "release", "hold": batched}]});
    let released = member.post("/v1/batches", release).await.is(200);
    assert_eq!(released.body["results"][0]["status"], 204);
    let left = member
        .delete(&format!("/v1/waitlist/{place}"))
        .await
        .is(204);
    house.settle(&left).await;
    let cart = member.get("/v1/cart").await.is(200);
    assert_eq!(
        (&cart.body["holds"], &cart.body["places"]),
        (&json!([]), &json!([]))
    );
}

#[tokio::test]
async fn nobody_inherits_the_cart_of_another_member_or_of_their_guest() {
    let house = House::at_the_bell().await;
    let guest = house.guest().await;
    let hold = json!({"deal": "NIGHT", "sku": "COAT-S"});
    let held = guest.post("/v1/holds", &hold).await.is(201);
    house.settle(&held).await;
    let token = |sub: &str| house.handover(json!({"sub": sub}));
    let first = guest.post("/v1/sessions", token("m-1")).await.is(201);
    let first = house.stranger().with(&first.body["session"]);
    let again = first.post("/v1/sessions", token("m-1")).await.is(201);
    let again = house.stranger().with(&again.body["session"]);
    assert_eq!(
        again.get("/v1/cart").await.body["holds"][0]["hold"],
        held.body["hold"]
    );
    let own = json!({"deal": "LAST", "sku": "COAT-S"});
    let own = first.post("/v1/holds", own).await.is(201);
    house.settle(&own).await;
    let second = first.post("/v1/sessions", token("m-2")).await.is(201);
    let second = house.stranger().with(&second.body["session"]);
    assert_eq!(second.get("/v1/cart").await.body["holds"], json!([]));
    let release = format!("/v1/holds/{}", held.says("hold"));
    second.delete(&release).await.refused("not_yours");
}
