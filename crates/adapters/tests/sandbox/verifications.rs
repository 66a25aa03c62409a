//! The sandbox as a verifier of persons, through the port that the shop has to it.

use crate::stage::{KEY, Stage};
use adapters::{HttpVerifier, ProviderAddress};
use clerks::ports::{AskCode, AskedCode, PersonVerifier, VerifierFault};

fn verifier(stage: &Stage, key: &str) -> HttpVerifier {
    let address = ProviderAddress {
        base_url: stage.base.clone(),
        api_key: key.to_owned(),
        timeout_ms: 10_000,
    };
    HttpVerifier::at(address).expect("a client")
}

async fn asked(verifier: &HttpVerifier, name: &str, phone: &str) -> AskedCode {
    let ask = AskCode {
        name: name.to_owned(),
        phone: phone.to_owned(),
    };
    verifier.request(ask).await.expect("a code")
}

/// The code that the page shows.
async fn code(stage: &Stage, asked: &AskedCode) -> String {
    let path = format!("/verifications/{}", asked.id);
    let page = stage.page(&path, "ko").await.text().await.expect("a page");
    let shown = page.split("<strong class=\"amount\">").nth(1);
    shown.expect("it shows a code").chars().take(6).collect()
}

#[tokio::test]
async fn one_person_is_one_person_whatever_they_call_themselves() {
    let stage = Stage::well().await;
    let verifier = verifier(&stage, KEY);
    let mut persons = Vec::new();
    for (name, phone) in [
        ("홍길동", "010-1234-5678"),
        ("홍 길동", "01012345678"),
        ("홍길동", "010-1234-0000"),
    ] {
        let asked = asked(&verifier, name, phone).await;
        assert!(
            asked
                .page
                .as_ref()
                .is_some_and(|page| page.ends_with(&asked.id))
        );
        let code = code(&stage, &asked).await;
        persons.push(verifier.confirm(&asked.id, &code).await.expect("a person"));
    }
    assert_eq!(persons[0], persons[1]);
    assert_ne!(persons[0], persons[2]);
    assert!(!persons[0].contains("1234"));
}

#[tokio::test]
async fn a_wrong_code_may_be_told_again_and_an_old_one_not() {
    let stage = Stage::well().await;
    let verifier = verifier(&stage, KEY);
    let asked = asked(&verifier, "Ada", "+44 20 7946 0000").await;
    let wrong = verifier.confirm(&asked.id, "nonsense").await;
    assert_eq!(wrong, Err(VerifierFault::WrongCode));
    let code = code(&stage, &asked).await;
    stage.advance(180_000);
    let late = verifier.confirm(&asked.id, &code).await;
    assert_eq!(late, Err(VerifierFault::Over));
    let unknown = verifier.confirm("../../books", &code).await;
    assert_eq!(unknown, Err(VerifierFault::Over));
}

#[tokio::test]
async fn whoever_has_not_the_key_gets_no_code() {
    let stage = Stage::well().await;
    let stranger = verifier(&stage, "another key");
    let ask = AskCode {
        name: "Ada".to_owned(),
        phone: "010-1234-5678".to_owned(),
    };
    let refused = stranger.request(ask).await;
    assert!(
        matches!(refused, Err(VerifierFault::Unavailable(_))),
        "{refused:?}"
    );
    let keyed = verifier(&stage, KEY);
    let nobody = AskCode {
        name: String::new(),
        phone: "1".to_owned(),
    };
    let refused = keyed.request(nobody).await;
    assert!(
        matches!(refused, Err(VerifierFault::Refused(_))),
        "{refused:?}"
    );
}
