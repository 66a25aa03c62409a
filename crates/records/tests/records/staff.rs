//! Staff: roles, sessions, keys.

use crate::{NOW, fresh};
use records::{Records, Role, StaffId, StaffSignIn, Token};

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
        .staff_sign_in("owner@SHOP.kr", password, "203.0.113.7", NOW)
        .await
        .expect("an answer")
    {
        StaffSignIn::In(token, member) => {
            assert_eq!(member.role, Role::Support);
            token
        }
        other => panic!("not in: {other:?}"),
    }
}

#[test]
fn each_role_may_what_those_before_it_may() {
    assert!(Role::Viewer < Role::Support);
    assert!(Role::Support < Role::Merchandiser);
    assert!(Role::Merchandiser < Role::Owner);
    assert_eq!(Role::from_name("merchandiser"), Some(Role::Merchandiser));
    assert_eq!(Role::from_name("king"), None);
}

#[tokio::test]
async fn a_session_ends_after_its_hours_by_signing_out_and_with_the_job() {
    let (_folder, records) = fresh().await;
    let id = hired(&records).await;
    let token = signed_in(&records).await;
    let hour = 60 * 60 * 1_000_u64;
    let member = |token: Token, hours| {
        let records = records.clone();
        async move {
            records
                .staff_member(&token, NOW.plus(hours * hour))
                .await
                .expect("read")
        }
    };
    assert_eq!(member(token.clone(), 11).await.expect("in").id, id);
    assert_eq!(member(token.clone(), 12).await, None);
    records.staff_sign_out(&token, NOW).await.expect("out");
    assert_eq!(member(token, 1).await, None);

    let token = signed_in(&records).await;
    records
        .change_staff(id, Role::Owner, true, NOW)
        .await
        .expect("changed");
    assert_eq!(
        member(token.clone(), 1).await.expect("in").role,
        Role::Owner
    );
    records
        .change_staff(id, Role::Owner, false, NOW)
        .await
        .expect("changed");
    assert_eq!(member(token, 1).await, None);
    let password = "고양이 열쇠".to_owned();
    let refused = records
        .staff_sign_in("owner@shop.kr", password, "203.0.113.7", NOW)
        .await
        .expect("an answer");
    assert_eq!(refused, StaffSignIn::Wrong);
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
