//! What the browser runs and draws with: the files of `web/`, embedded, under addresses that carry
//! a hash of them all, so that a browser may keep them for ever and relative imports hold.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web"]
struct Web;

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for name in Web::iter() {
        let file = Web::get(&name).expect("a listed file is there");
        hash.update(name.as_bytes());
        hash.update(&file.data);
    }
    hex::encode(&hash.finalize()[..6])
});

/// The address of a file of `web/`.
pub fn address(file: &str) -> String {
    format!("/assets/{}/{file}", *HASH)
}

/// `GET /assets/{hash}/{file}`. An old hash is answered with what is there now, for a page that
/// was open over an upgrade, and then not kept.
pub async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(file) = Web::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = match hash == *HASH {
        true => "public, max-age=31536000, immutable",
        false => "no-store",
    };
    let kind = file.metadata.mimetype().to_owned();
    let kind = match kind.starts_with("text/") {
        true => format!("{kind}; charset=utf-8"),
        false => kind,
    };
    (
        [(CONTENT_TYPE, kind), (CACHE_CONTROL, keep.to_owned())],
        file.data,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_that_pages_name_are_embedded_and_light() {
        let mut bytes = 0;
        for file in [
            "style.css",
            "alive.js",
            "clock.js",
            "claimed.js",
            "icon.svg",
        ] {
            bytes += Web::get(file).expect(file).data.len();
        }
        assert!(bytes < 60_000, "{bytes}");
    }

    #[tokio::test]
    async fn only_the_newest_address_is_kept_for_ever() {
        let kept = |hash: String| async {
            let answer = serve(Path((hash, "style.css".to_owned()))).await;
            answer.headers()[CACHE_CONTROL]
                .to_str()
                .expect("ASCII")
                .to_owned()
        };
        assert!(kept(HASH.clone()).await.contains("immutable"));
        assert_eq!(kept("before".to_owned()).await, "no-store");
        let missing = serve(Path((HASH.clone(), "../Cargo.toml".to_owned()))).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }
}
