//! The answer behind a scene, without a browser: what it tells browsers and caches, and that nothing in it is style or script
//! of its own.

use crate::scenes::{Scene, Who};
use crate::stage::Stage;
use anyhow::Result;
use reqwest::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::redirect;

/// What must not be.
///
/// # Errors
/// When nobody answers.
pub async fn examine(stage: &Stage, scene: &Scene) -> Result<Vec<String>> {
    let web = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .build()?;
    let mut ask = web.get(stage.address(scene)?);
    if let Some((name, value)) = stage.cookie(scene.who) {
        ask = ask.header(COOKIE, format!("{name}={value}"));
    }
    let answer = ask.send().await?;
    let mut wrong = told(answer.headers(), scene);
    wrong.extend(inline(&answer.text().await?));
    Ok(wrong)
}

fn told(headers: &HeaderMap, scene: &Scene) -> Vec<String> {
    let of = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let mut wrong = Vec::new();
    let policy = of(CONTENT_SECURITY_POLICY);
    if !policy.contains("default-src 'self'") || policy.contains("unsafe") {
        wrong.push(format!("the policy is `{policy}`"));
    }
    let kept = of(CACHE_CONTROL);
    let kept_apart = kept.contains("private") || kept.contains("no-store");
    if scene.who != Who::Stranger && !kept_apart {
        wrong.push(format!(
            "what is personal may be kept by any cache: `{kept}`"
        ));
    }
    for cookie in headers.get_all(SET_COOKIE) {
        let cookie = cookie.to_str().unwrap_or_default();
        if !cookie.contains("HttpOnly") || !cookie.contains("SameSite=") {
            wrong.push(format!("scripts or other sites may use a cookie: {cookie}"));
        }
    }
    wrong
}

/// Style and script in the page itself.
fn inline(html: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let attribute = |text: &str| {
            let name = text.split('=').next().unwrap_or_default();
            name == "style" || (name.len() > 2 && name.starts_with("on") && text.contains('='))
        };
        let data = tag.starts_with("script") && tag.contains("application/ld+json");
        let script = tag.starts_with("script") && !tag.contains(" src=") && !data;
        if script || tag.starts_with("style") || outside_quotes(tag).any(|word| attribute(&word)) {
            wrong.push(format!("style or script in the page: <{tag}>"));
        }
    }
    wrong
}

/// The words of a tag, each attribute with its value as one.
fn outside_quotes(tag: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in tag.chars() {
        quoted ^= character == '"';
        match character.is_whitespace() && !quoted {
            true => words.push(String::new()),
            false => words.last_mut().expect("there is one").push(character),
        }
    }
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_of_a_page_are_found_and_words_about_them_are_not() {
        let html =
            r#"<script type="module" src="/a.js"></script><p title="the style=x on=1">style=1</p>"#;
        assert!(inline(html).is_empty(), "{:?}", inline(html));
        for wrong in [
            "<p style=\"color:red\">",
            "<a onclick=\"x()\">",
            "<script>x()</script>",
            "<style>p{}</style>",
        ] {
            assert_eq!(inline(wrong).len(), 1, "{wrong}");
        }
    }
}
