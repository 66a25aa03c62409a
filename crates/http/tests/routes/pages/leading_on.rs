//! Where answers lead: never off the site, whatever a form or an address says.

use crate::house::{Browser, House, PASSWORD, STAFF};

/// Addresses of strangers, in the disguises in which browsers would still go there.
const STRANGERS: [&str; 16] = [
    "https://evil.example",
    "http://evil.example/deals",
    "HTTPS:evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,hi",
    "evil.example",
    "https:/evil.example",
];

#[tokio::test]
async fn no_answer_leads_to_strangers() {
    let house = House::open().await;
    for (place, stranger) in STRANGERS.into_iter().enumerate() {
        let mut browser = house.browser();
        let forms: [(&str, Vec<(&str, &str)>); 4] = [
            ("/language", vec![("to", "en")]),
            ("/deals/NIGHT/watch", vec![]),
            ("/deals/NIGHT/unwatch", vec![]),
            (
                "/desk/sign-in",
                vec![("email", STAFF), ("password", PASSWORD)],
            ),
        ];
        for (address, mut form) in forms {
            form.push(("back", stranger));
            stays(&mut browser, address, &form).await;
        }
        let mail = format!("{place}@example.kr");
        for entrance in ["/sign-up", "/sign-in"] {
            let form = [
                ("email", mail.as_str()),
                ("password", "correct horse battery"),
                ("name", "Hong"),
                ("terms", "yes"),
                ("privacy", "yes"),
                ("back", stranger),
            ];
            stays(&mut house.browser(), entrance, &form).await;
        }
    }
}

async fn stays(browser: &mut Browser, address: &str, form: &[(&str, &str)]) {
    let page = browser.post(address, form).await;
    assert!(page.status.is_redirection(), "{address}: {}", page.text);
    let (location, back) = (&page.location, form.last());
    assert!(
        is_own(location),
        "{address} with {back:?} leads to {location:?}"
    );
}

/// An address of ours, as a browser reads it.
fn is_own(location: &str) -> bool {
    let kept = |character: &char| !character.is_control();
    let read: String = location.trim().chars().filter(kept).collect();
    let read = read.replace('\\', "/");
    read.starts_with('/') && !read.starts_with("//")
}
