//! /v1/staff/sessions, members, invitations and keys.

use crate::house::{House, PASSWORD};
use axum::extract::ConnectInfo;
use axum::http::Request;
use records::Role;
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

/// Somebody of this role who has signed in: their session as a bearer.
async fn signed_in(house: &House, mail: &str) -> String {
    let login = json!({"email": mail, "password": PASSWORD});
    let session = house.post("", "/v1/staff/sessions", &login).await.is(201);
    session.says("session")
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it_there() {
    let house = House::unscheduled().await;
    house.hire("ada@example.com", Role::Viewer).await;
    let mut sessions = Vec::new();
    for _ in 0..3 {
        sessions.push(signed_in(&house, "ada@example.com").await);
    }
    let [here, other, third] = [0, 1, 2].map(|nth| sessions[nth].as_str());
    let path = "/v1/staff/sessions";
    let listed = house.get(here, path).await.is(200).json();
    let items = listed["items"].as_array().expect("sessions");
    let ids = |current: bool| -> Vec<&str> {
        let items = items.iter().filter(|item| item["current"] == current);
        items.filter_map(|item| item["session"].as_str()).collect()
    };
    assert_eq!((ids(true).len(), ids(false).len()), (1, 2));
    assert!(!listed.to_string().contains(here), "no token is told");
    for id in ids(false) {
        house.delete(here, &format!("{path}/{id}")).await.is(204);
        house.delete(here, &format!("{path}/{id}")).await.is(404);
    }
    for ended in [other, third] {
        house.get(ended, path).await.is(401);
    }
    let fresh = signed_in(&house, "ada@example.com").await;
    house
        .post(&fresh, "/v1/staff/sessions/end", &json!({}))
        .await
        .is(204);
    house.get(here, path).await.is(401);
    house.get(&fresh, path).await.is(200);
    let program = house.get("viewer", path).await.is(403);
    assert_eq!(program.problem(), "role_insufficient");
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else_but_an_owner() {
    let house = House::unscheduled().await;
    house.hire("ada@example.com", Role::Viewer).await;
    house.hire("bo@example.com", Role::Merchandiser).await;
    let ada = signed_in(&house, "ada@example.com").await;
    let bo = signed_in(&house, "bo@example.com").await;
    let own = house.get(&ada, "/v1/staff/sessions").await.json();
    let id = own["items"][0]["session"].as_str().expect("an id");
    house
        .delete(&bo, &format!("/v1/staff/sessions/{id}"))
        .await
        .is(404);
    house.get(&ada, "/v1/staff/sessions").await.is(200);
    let members = house.get("owner", "/v1/staff/members").await.json();
    let member = |mail: &str| {
        let mut items = members["items"].as_array().expect("people").iter();
        let found = items.find(|item| item["email"] == mail).expect("hired");
        format!(
            "/v1/staff/members/{}",
            found["member"].as_str().expect("an id")
        )
    };
    let (of_ada, of_bo) = (member("ada@example.com"), member("bo@example.com"));
    let seen = house
        .get("owner", &format!("{of_ada}/sessions"))
        .await
        .is(200);
    assert_eq!(seen.body["items"][0]["session"], id);
    house.get(&bo, &format!("{of_ada}/sessions")).await.is(403);
    let elsewhere = format!("{of_bo}/sessions/{id}");
    house.delete("owner", &elsewhere).await.is(404);
    house
        .delete("owner", &format!("{of_ada}/sessions/{id}"))
        .await
        .is(204);
    house.get(&ada, "/v1/staff/sessions").await.is(401);
    let deed = house.deed("session.end").await;
    assert_eq!(deed["target"], "staff:ada@example.com");
    let reset = house
        .post("owner", &format!("{of_bo}/reset"), &json!({}))
        .await;
    assert_eq!(reset.is(200).body["second_factor"], json!(false));
    house.get(&bo, "/v1/staff/sessions").await.is(401);
    let read = house.get("owner", &of_bo).await.is(200);
    assert_eq!(read.body["role"], "merchandiser");
}

#[tokio::test]
async fn an_invitation_is_told_once_seen_withdrawn_and_opens_nothing_more() {
    let house = House::unscheduled().await;
    let (path, ask) = (
        "/v1/staff/invitations",
        json!({"email": "New@shop.kr", "name": "새 동료", "role": "support"}),
    );
    let made = house.keyed("owner", path, "k", &ask).await.is(201);
    let again = house.keyed("owner", path, "k", &ask).await.is(201);
    assert_eq!(
        (&again.text, again.header("idempotent-replayed")),
        (&made.text, "true")
    );
    assert_eq!(made.header("cache-control"), "no-store");
    let link = made.says("link");
    let token = link.split_once("token=").expect("a token").1;
    let listed = house.get("owner", path).await.is(200);
    assert_eq!(listed.body["items"][0]["email"], "new@shop.kr");
    assert!(!listed.text.contains(token));
    assert!(
        house.tables_with(token).await.is_empty(),
        "it is stored nowhere"
    );
    let other = json!({"email": "new@shop.kr", "name": "새 동료", "role": "owner"});
    house.keyed("owner", path, "k", &other).await.is(422);
    let address = link.split_once("/desk").expect("of the desk").1;
    let address = format!("/desk{address}");
    assert!(house.browser().see(&address).await.has("new@shop.kr"));
    let one = format!("{path}/{}", made.says("invitation"));
    house.delete("owner", &one).await.is(204);
    house.delete("owner", &one).await.is(404);
    assert!(!house.browser().see(&address).await.has("new@shop.kr"));
    house.hire("new@shop.kr", Role::Viewer).await;
    let taken = house.post("owner", path, &ask).await.is(409);
    assert_eq!(taken.problem(), "mail_taken");
    for wrong in [("email", "nobody"), ("name", ""), ("role", "king")] {
        let mut ask = json!({"email": "x@shop.kr", "name": "X", "role": "viewer"});
        ask[wrong.0] = json!(wrong.1);
        let refused = house.post("owner", path, &ask).await.is(422);
        assert_eq!(refused.body["errors"][0]["field"], wrong.0);
    }
}
