//! With what somebody signs in, in two words for them to know it again: the family of browser and system
//! that the browser itself tells. Nothing is decided by it.

use axum::extract::FromRequestParts;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use std::convert::Infallible;

/// What a browser calls itself, and what people call it; the first that fits counts.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale/", "Whale"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// The same of systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// A family of browser and system; empty where neither is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device(pub String);

impl Device {
    /// Of what a browser calls itself.
    pub fn of(agent: &str) -> Device {
        let named = |names: &[(&str, &'static str)]| {
            let found = names.iter().find(|(mark, _)| agent.contains(mark));
            found.map(|(_, name)| *name)
        };
        let parts = [named(&BROWSERS), named(&SYSTEMS)];
        Device(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
    }
}

impl<S: Sync> FromRequestParts<S> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get(USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        Ok(agent.map(Device::of).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_told_in_two_words_and_a_strange_one_in_none() {
        let told = |agent: &str| Device::of(agent).0;
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(told(phone), "Safari · iPhone");
        let galaxy = "Mozilla/5.0 (Linux; Android 14; SM-S928N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36";
        assert_eq!(told(galaxy), "Samsung Internet · Android");
        assert_eq!(told("curl/8.5.0"), "");
    }
}
