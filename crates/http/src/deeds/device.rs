//! On what a shopper orders: programs say it, of a browser it is read from what it says of itself.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use records::Device;
use serde::Deserialize;
use std::convert::Infallible;
use utoipa::ToSchema;

/// The kind of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Device)]
pub enum DeviceAsk {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
    /// A program, which does not say for whom.
    #[default]
    Program,
}

impl From<DeviceAsk> for Device {
    fn from(ask: DeviceAsk) -> Device {
        match ask {
            DeviceAsk::Phone => Device::Phone,
            DeviceAsk::Tablet => Device::Tablet,
            DeviceAsk::Computer => Device::Computer,
            DeviceAsk::Program => Device::Program,
        }
    }
}

impl DeviceAsk {
    /// As a browser says: by its hint where it gives one (Client Hints: a tablet is not mobile), else by what
    /// it calls itself.
    pub fn of_browser(headers: &HeaderMap) -> DeviceAsk {
        let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let agent = said("user-agent").unwrap_or_default();
        let is = |word: &str| agent.contains(word);
        let is_tablet = is("iPad") || is("Tablet") || (is("Android") && !is("Mobile"));
        match said("sec-ch-ua-mobile") {
            Some("?1") => DeviceAsk::Phone,
            _ if is_tablet => DeviceAsk::Tablet,
            None if is("Mobi") || is("iPhone") => DeviceAsk::Phone,
            _ => DeviceAsk::Computer,
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for DeviceAsk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<DeviceAsk, Infallible> {
        Ok(DeviceAsk::of_browser(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_known_by_their_hint_and_else_by_their_name() {
        let of = |agent: &str, hint: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert("user-agent", agent.parse().expect("a value"));
            if let Some(hint) = hint {
                headers.insert("sec-ch-ua-mobile", hint.parse().expect("a value"));
            }
            DeviceAsk::of_browser(&headers)
        };
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36";
        assert_eq!(of(chrome, Some("?0")), DeviceAsk::Computer);
        assert_eq!(of(chrome, Some("?1")), DeviceAsk::Phone);
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Version/18.0 Mobile/15E148 Safari";
        assert_eq!(of(iphone, None), DeviceAsk::Phone);
        let ipad = "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit Mobile/15E148 Safari";
        assert_eq!(of(ipad, None), DeviceAsk::Tablet);
        let tab = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit Chrome/130 Safari";
        assert_eq!(of(tab, Some("?0")), DeviceAsk::Tablet);
        let phone = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0";
        assert_eq!(of(phone, None), DeviceAsk::Phone);
        assert_eq!(of("", None), DeviceAsk::Computer);
    }
}
