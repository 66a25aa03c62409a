//! Forgotten passwords.

use crate::{NOW, fresh};
use records::{AccountId, NewAccount, RESET_STANDS_MS, Records, Registered, SignIn, Token};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use vocabulary::Millis;

const MAIL: &str = "hong@example.kr";
const HERE: &str = "203.0.113.7";

async fn registered(records: &Records) -> AccountId {
    let account = NewAccount {
        mail: MAIL.to_owned(),
        password: "the old one".to_owned(),
        name: "홍길동".to_owned(),
        locale: "ko".to_owned(),
    };
    match records.register(account, NOW).await.expect("an answer") {
        Registered::Done(account) => account,
        Registered::Taken => panic!("it is the first"),
    }
}

async fn link(records: &Records, at: Millis) -> Option<Token> {
    let made = records.make_reset(" Hong@Example.kr", at).await;
    made.expect("an answer").map(|(token, _)| token)
}

async fn signs_in(records: &Records, password: &str) -> SignIn {
    let said = records.sign_in(MAIL, password.to_owned(), HERE, NOW).await;
    said.expect("an answer")
}

#[tokio::test]
async fn a_link_sets_another_password_once_and_ends_every_session_and_every_lock() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let session = records.open_session(account, "", NOW).await;
    let session = session.expect("open");
    for _ in 0..5 {
        signs_in(&records, "wrong").await;
    }
    assert!(matches!(
        signs_in(&records, "wrong").await,
        SignIn::Locked { .. }
    ));
    let token = link(&records, NOW).await.expect("there is such an account");
    let other = link(&records, NOW.plus(60_000))
        .await
        .expect("a minute later");
    let set = async |token: &Token, password: &str| {
        let set = records.reset_password(token, password.to_owned(), HERE, NOW);
        set.await.expect("an answer")
    };
    let reset = set(&token, "the new one").await.expect("it stands");
    assert_eq!((reset.account.id, reset.ended), (account, vec![session]));
    assert_eq!(signs_in(&records, "the new one").await, SignIn::In(account));
    assert_eq!(signs_in(&records, "the old one").await, SignIn::Wrong);
    assert_eq!(set(&token, "a third one").await, None);
    assert_eq!(set(&other, "a third one").await, None, "all of them ended");
}

#[tokio::test]
async fn a_link_stands_for_half_an_hour_and_there_is_one_a_minute_and_none_for_strangers() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    assert!(
        records
            .make_reset("nobody@example.kr", NOW)
            .await
            .expect("an answer")
            .is_none()
    );
    let token = link(&records, NOW).await.expect("a link");
    assert!(link(&records, NOW.plus(59_999)).await.is_none());
    let stands = async |at| {
        records
            .reset_of(&token, at)
            .await
            .expect("an answer")
            .is_some()
    };
    assert!(stands(NOW.plus(RESET_STANDS_MS - 1)).await);
    assert!(!stands(NOW.plus(RESET_STANDS_MS)).await);
    records
        .change_mail(account, "new@example.kr")
        .await
        .expect("changed");
    assert!(!stands(NOW).await, "it went to the old mailbox");
}

#[tokio::test]
async fn asking_again_and_again_is_locked_for_known_and_unknown_logins_alike() {
    let (_folder, records) = fresh().await;
    registered(&records).await;
    for mail in [MAIL, "nobody@example.kr"] {
        let asked = async || {
            let asked = records.password_forgotten(mail, HERE, NOW).await;
            asked.expect("an answer")
        };
        for _ in 0..5 {
            assert_eq!(asked().await, None, "{mail}");
        }
        assert_eq!(asked().await, Some(NOW.plus(30_000)), "{mail}");
    }
}

#[tokio::test]
async fn a_member_asks_on_from_where_they_sign_in_whatever_others_ask() {
    let (_folder, records) = fresh().await;
    registered(&records).await;
    let home = signs_in(&records, "the old one").await;
    assert!(matches!(home, SignIn::In(_)), "{home:?}");
    let asked = async |address: &str| {
        let asked = records.password_forgotten(MAIL, address, NOW).await;
        asked.expect("an answer")
    };
    for n in 0..100 {
        assert_eq!(asked(&format!("198.51.100.{n}")).await, None, "{n}");
    }
    assert!(asked("192.0.2.1").await.is_some());
    assert_eq!(asked(HERE).await, None);
}

#[tokio::test]
async fn a_password_is_set_with_all_that_goes_with_it_or_not_at_all() {
    let (folder, records) = fresh().await;
    let account = registered(&records).await;
    let token = link(&records, NOW).await.expect("a link");
    let options = SqliteConnectOptions::new().filename(folder.path().join("records.sqlite"));
    let mut file = options.connect().await.expect("the file");
    let mut rename = async |from: &str, to: &str| {
        let rename = format!("ALTER TABLE {from} RENAME TO {to}");
        let renamed = sqlx::query(sqlx::AssertSqlSafe(rename)).execute(&mut file);
        renamed.await.expect("renamed");
    };
    let set = async || {
        let set = records.reset_password(&token, "the new one".to_owned(), HERE, NOW);
        set.await
    };
    rename("sign_in_failures", "away").await;
    assert!(set().await.is_err());
    rename("away", "sign_in_failures").await;
    assert_eq!(signs_in(&records, "the old one").await, SignIn::In(account));
    assert!(set().await.expect("an answer").is_some(), "the link stands");
    assert_eq!(signs_in(&records, "the new one").await, SignIn::In(account));
}

#[tokio::test]
async fn links_end_with_a_mail_that_changes_and_not_with_one_that_is_taken() {
    let (_folder, records) = fresh().await;
    let account = registered(&records).await;
    let other = NewAccount {
        mail: "taken@example.kr".to_owned(),
        password: "the old one".to_owned(),
        name: String::new(),
        locale: "ko".to_owned(),
    };
    records.register(other, NOW).await.expect("registered");
    let token = link(&records, NOW).await.expect("a link");
    let stands = async || {
        let reset = records.reset_of(&token, NOW).await;
        reset.expect("an answer").is_some()
    };
    let changed = records.change_mail(account, "taken@example.kr").await;
    assert!(!changed.expect("an answer") && stands().await);
    let changed = records.change_mail(account, "new@example.kr").await;
    assert!(changed.expect("an answer") && !stands().await);
}
