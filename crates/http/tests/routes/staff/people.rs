//! /v1/staff/sessions, members and keys.

use crate::house::House;
use axum::extract::ConnectInfo;
use axum::http::Request;
use serde_json::{Value, json};
use std::net::SocketAddr;

fn ada() -> Value {
    json!({"email": "Ada@example.com", "name": "Ada", "role": "support", "password": "correct horse"})
}

#[tokio::test]
async fn somebody_is_taken_on_signs_in_and_out() {
    let house = House::unscheduled().await;
    let taken_on = house.keyed("owner", "/v1/staff/members", "k", &ada()).await;
    assert_eq!(
        (taken_on.status, &taken_on.json()["email"]),
        (201, &json!("ada@example.com"))
    );
    let again = house.keyed("owner", "/v1/staff/members", "k", &ada()).await;
    assert_eq!(
        (
            again.text == taken_on.text,
            again.header("idempotent-replayed")
        ),
        (true, "true")
    );
    assert_eq!(
        house
            .post("owner", "/v1/staff/members", &ada())
            .await
            .status,
        409
    );
    assert!(
        !house
            .deed("member.take_on")
            .await
            .to_string()
            .contains("correct")
    );

    let login = json!({"email": "ada@example.com", "password": "correct horse"});
    let session = house.post("", "/v1/staff/sessions", &login).await;
    assert_eq!(
        (session.status, &session.json()["role"]),
        (201, &json!("support"))
    );
    assert!(
        session
            .header("set-cookie")
            .contains("HttpOnly; SameSite=Lax")
    );
    let session = session.json()["session"]
        .as_str()
        .expect("a token")
        .to_owned();
    assert_eq!(house.get(&session, "/v1/staff/deals").await.status, 200);
    assert_eq!(
        house.delete(&session, "/v1/staff/sessions").await.status,
        204
    );
    assert_eq!(house.get(&session, "/v1/staff/deals").await.status, 401);
}

#[tokio::test]
async fn after_many_wrong_passwords_even_the_right_one_has_to_wait() {
    let house = House::unscheduled().await;
    house.post("owner", "/v1/staff/members", &ada()).await;
    let wrong = json!({"email": "ada@example.com", "password": "wrong"});
    let mut tries = 0;
    loop {
        let answer = house.post("", "/v1/staff/sessions", &wrong).await;
        tries += 1;
        if answer.status != 401 {
            assert_eq!(
                (answer.status, answer.header("retry-after").is_empty()),
                (429, false)
            );
            break;
        }
        assert!(tries < 50, "nobody is ever locked out");
    }
    let right = json!({"email": "ada@example.com", "password": "correct horse"});
    assert_eq!(
        house.post("", "/v1/staff/sessions", &right).await.status,
        429
    );
}

#[tokio::test]
async fn wrong_passwords_from_elsewhere_lock_no_owner_out() {
    let house = House::unscheduled().await;
    house.post("owner", "/v1/staff/members", &ada()).await;
    let sign_in = async |address: [u8; 4], password: &str| {
        let peer = ConnectInfo(SocketAddr::from((address, 50_000)));
        let request = Request::post("/v1/staff/sessions").extension(peer);
        let asked = json!({"email": "ada@example.com", "password": password});
        house.stranger().json(request, &asked).await
    };
    let (home, elsewhere) = ([203, 0, 113, 7], [198, 51, 100, 1]);
    for _ in 0..5 {
        sign_in(elsewhere, "wrong").await.is(401);
    }
    sign_in(elsewhere, "correct horse").await.is(429);
    sign_in(home, "correct horse").await.is(201);
}

#[tokio::test]
async fn a_member_can_be_changed_by_another_owner_only() {
    let house = House::unscheduled().await;
    let mut owner = ada();
    owner["role"] = json!("owner");
    let member = house
        .post("owner", "/v1/staff/members", &owner)
        .await
        .json();
    let path = format!(
        "/v1/staff/members/{}",
        member["member"].as_str().expect("an id")
    );
    let login = json!({"email": "ada@example.com", "password": "correct horse"});
    let session = house.post("", "/v1/staff/sessions", &login).await.json();
    let session = session["session"].as_str().expect("a token").to_owned();
    let own = house
        .patch(&session, &path, &json!({"role": "viewer"}))
        .await;
    assert_eq!(own.status, 422);
    let changed = house
        .patch("owner", &path, &json!({"active": false}))
        .await
        .json();
    assert_eq!(
        (&changed["role"], &changed["active"]),
        (&json!("owner"), &json!(false))
    );
    assert_eq!(
        house.get(&session, "/v1/staff/deals").await.status,
        401,
        "signed out at once"
    );
    let deed = house.deed("member.change").await;
    assert_eq!(
        (&deed["before"]["active"], &deed["after"]["active"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        house
            .patch("owner", "/v1/staff/members/7", &json!({}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_key_works_until_it_is_revoked_and_a_repeat_is_told_the_same_token() {
    let house = House::unscheduled().await;
    let ask = json!({"name": "warehouse", "role": "support"});
    let made = house.keyed("owner", "/v1/staff/keys", "k", &ask).await;
    let again = house.keyed("owner", "/v1/staff/keys", "k", &ask).await;
    assert_eq!((made.status, made.text == again.text), (201, true));
    assert_eq!(again.header("idempotent-replayed"), "true");
    let other = json!({"name": "warehouse", "role": "owner"});
    assert_eq!(
        house
            .keyed("owner", "/v1/staff/keys", "k", &other)
            .await
            .status,
        422
    );
    let made = made.json();
    let token = made["token"].as_str().expect("a token");
    assert_eq!(house.get(token, "/v1/staff/deals").await.status, 200);
    let listed = house.get("owner", "/v1/staff/keys").await;
    assert!(!listed.text.contains(token));
    let path = format!("/v1/staff/keys/{}", made["key"].as_str().expect("an id"));
    assert_eq!(house.delete("owner", &path).await.status, 204);
    assert_eq!(house.get(token, "/v1/staff/deals").await.status, 401);
    assert!(
        !house
            .get("viewer", "/v1/staff/audit")
            .await
            .text
            .contains(token)
    );
    assert_eq!(
        house
            .post(
                "owner",
                "/v1/staff/keys",
                &json!({"name": "x", "role": "king"})
            )
            .await
            .status,
        422
    );
}
