//! Staff: roles, sessions, keys.

use crate::{NOW, fresh};
use records::{
    Changed, NewInvitation, NewStaffSession, OpenedBy, Records, Role, StaffId, StaffSignIn, Token,
};

async fn hired(records: &Records) -> StaffId {
    let password = "고양이 열쇠".to_owned();
    let added = records
        .add_staff("Owner@shop.kr", "주인", Role::Support, password, NOW)
        .await;
    added.expect("added").expect("the login is free")
}

async fn signed_in(records: &Records) -> Token {
    let password = "고양이 열쇠".to_owned();
    match records
        .staff_password("owner@SHOP.kr", password, "203.0.113.7", NOW)
        .await
        .expect("an answer")
    {
        StaffSignIn::Right(member) => opened(records, member.id).await,
        other => panic!("not in: {other:?}"),
    }
}

async fn opened(records: &Records, staff: StaffId) -> Token {
    let session = NewStaffSession {
        staff,
        opened_by: OpenedBy::Password,
        device: "Firefox".to_owned(),
        address: "203.0.113.7".to_owned(),
    };
    let opened = records.open_staff_session(&session, NOW).await;
    opened.expect("open")
}

#[test]
fn each_role_may_what_those_before_it_may() {
    assert!(Role::Viewer < Role::Support);
    assert!(Role::Support < Role::Merchandiser);
    assert!(Role::Merchandiser < Role::Owner);
    assert_eq!(Role::from_name("merchandiser"), Some(Role::Merchandiser));
    assert_eq!(Role::from_name("king"), None);
}

/// Who is signed in with this token so many minutes later, if anybody.
async fn member(records: &Records, token: &Token, minutes: u64) -> Option<Role> {
    let at = NOW.plus(minutes * 60_000);
    let seen = records.staff_signed_in(token, true, at).await;
    seen.expect("read").map(|seen| seen.member.role)
}

#[tokio::test]
async fn a_session_ends_unused_after_an_hour_and_used_after_twelve() {
    let (_folder, records) = fresh().await;
    hired(&records).await;
    let token = signed_in(&records).await;
    assert_eq!(member(&records, &token, 59).await, Some(Role::Support));
    for minutes in (100..720).step_by(50) {
        assert!(
            member(&records, &token, minutes).await.is_some(),
            "{minutes}"
        );
    }
    assert_eq!(member(&records, &token, 720).await, None);
    let idle = signed_in(&records).await;
    assert_eq!(member(&records, &idle, 60).await, None);
}

#[tokio::test]
async fn a_page_that_looks_by_itself_keeps_no_session_alive() {
    let (_folder, records) = fresh().await;
    hired(&records).await;
    let token = signed_in(&records).await;
    for minutes in [30, 59] {
        let at = NOW.plus(minutes * 60_000);
        let seen = records.staff_signed_in(&token, false, at).await;
        assert!(seen.expect("read").is_some());
    }
    assert_eq!(member(&records, &token, 61).await, None);
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_its_number_and_with_the_job() {
    let (_folder, records) = fresh().await;
    let id = hired(&records).await;
    let password = "another".to_owned();
    let other = records.add_staff("b@shop.kr", "B", Role::Owner, password, NOW);
    other.await.expect("added");
    let token = signed_in(&records).await;
    records.staff_sign_out(&token, NOW).await.expect("out");
    assert_eq!(member(&records, &token, 1).await, None);

    let token = signed_in(&records).await;
    let listed = records.staff_sessions(id, NOW).await.expect("read");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].opened.device, "Firefox");
    let ended = records.end_staff_session(id, listed[0].id, NOW).await;
    assert!(ended.expect("ended"));
    assert_eq!(member(&records, &token, 1).await, None);

    let token = signed_in(&records).await;
    let change = async |was, wanted| records.change_staff(id, was, wanted, NOW).await;
    let (hired, owner) = ((Role::Support, true), (Role::Owner, true));
    change(hired, owner).await.expect("changed");
    assert_eq!(member(&records, &token, 1).await, Some(Role::Owner));
    let late = change(hired, (Role::Viewer, true)).await;
    assert_eq!(late.expect("an answer"), Changed::Meanwhile);
    assert_eq!(member(&records, &token, 1).await, Some(Role::Owner));
    change(owner, (Role::Owner, false)).await.expect("changed");
    assert_eq!(member(&records, &token, 1).await, None);
    let password = "고양이 열쇠".to_owned();
    let refused = records.staff_password("owner@shop.kr", password, "203.0.113.7", NOW);
    assert_eq!(refused.await.expect("an answer"), StaffSignIn::Wrong);
}

#[tokio::test]
async fn the_last_owner_stays_one() {
    let (_folder, records) = fresh().await;
    let password = "고양이 열쇠".to_owned();
    let owner = records.add_staff("a@shop.kr", "A", Role::Owner, password, NOW);
    let owner = owner.await.expect("added").expect("free");
    for (role, active) in [(Role::Viewer, true), (Role::Owner, false)] {
        let was = (Role::Owner, true);
        let changed = records.change_staff(owner, was, (role, active), NOW).await;
        assert_eq!(changed.expect("an answer"), Changed::LastOwner);
    }
    let member = records.staff_of(owner).await.expect("read").expect("there");
    assert_eq!((member.role, member.active), (Role::Owner, true));
}

#[tokio::test]
async fn each_code_works_once() {
    let (_folder, records) = fresh().await;
    let id = hired(&records).await;
    let secret = records.change_code_secret(id, Some((b"sealed", 7))).await;
    secret.expect("changed");
    for (step, fresh) in [(7, false), (9, true), (8, false), (9, false), (10, true)] {
        let spent = records.spend_code(id, step).await.expect("an answer");
        assert_eq!(spent, fresh, "{step}");
    }
    let codes = ["ONE".to_owned(), "TWO".to_owned()];
    let changed = records.change_recovery_codes(id, &codes).await;
    changed.expect("changed");
    let spend = async |code| records.spend_recovery_code(id, code, NOW).await;
    assert!(spend("ONE").await.expect("an answer"));
    assert!(!spend("ONE").await.expect("an answer"));
    assert!(!spend("THREE").await.expect("an answer"));
    let factors = records.staff_factors(id).await.expect("read");
    assert_eq!((factors.codes, factors.recovery_left), (true, 1));
}

#[tokio::test]
async fn an_invitation_opens_once_and_not_for_ever() {
    let (_folder, records) = fresh().await;
    let invited = NewInvitation {
        mail: "New@shop.kr".to_owned(),
        name: "새 동료".to_owned(),
        role: Role::Support,
        invited_by: "owner@shop.kr".to_owned(),
    };
    let (first, second) = (Token("first".to_owned()), Token("second".to_owned()));
    let invite = async |token: &Token| {
        let answer = records.invite(&invited, token, NOW).await;
        answer.expect("an answer")
    };
    for token in [&first, &second] {
        let made = invite(token).await.expect("the login is free");
        let found = records.invitation(token, NOW).await.expect("read");
        assert_eq!(found, Some(made), "as it was told of");
    }
    let accept = async |token: &Token, at| {
        let password = "고양이 열쇠".to_owned();
        let accepted = records.accept_invitation(token, "새 동료", password, at);
        accepted.await.expect("an answer")
    };
    assert_eq!(accept(&first, NOW).await, None, "a later one replaced it");
    let late = NOW.plus(3 * 24 * 60 * 60 * 1_000);
    assert_eq!(accept(&second, late).await, None);
    assert!(accept(&second, NOW).await.is_some());
    assert_eq!(accept(&second, NOW).await, None);
    let third = Token("third".to_owned());
    assert_eq!(invite(&third).await, None, "the login is taken by now");
    let ever = records.invitation_ever(&first).await.expect("read");
    assert!(ever.is_some(), "what was replaced is still known");
}

#[tokio::test]
async fn the_file_holds_no_token_and_no_password() {
    let (folder, records) = fresh().await;
    hired(&records).await;
    let session = signed_in(&records).await;
    let (key, token) = records
        .make_api_key("erp", Role::Merchandiser, NOW)
        .await
        .expect("a key");
    assert_eq!(
        records.api_key(&token).await.expect("read"),
        Some(key.clone())
    );
    for file in std::fs::read_dir(folder.path()).expect("the folder") {
        let bytes = std::fs::read(file.expect("a file").path()).expect("its bytes");
        for secret in [session.0.as_str(), token.0.as_str(), "고양이 열쇠"] {
            assert!(
                !bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes())
            );
        }
    }
    assert!(!format!("{token:?}").contains(&token.0));
    assert!(records.revoke_api_key(key.id, NOW).await.expect("revoked"));
    assert!(
        !records
            .revoke_api_key(key.id, NOW)
            .await
            .expect("an answer")
    );
    assert_eq!(records.api_key(&token).await.expect("read"), None);
}
