//! What the browser runs and draws with: the files of `web/`, embedded, under addresses that carry
//! a hash of them all, so that a browser may keep them for ever and relative imports hold.
//!
//! Each of the three wings has one style sheet, put together from `styles/ground` and its own
//! folder, and one script, `scripts/<wing>/main.js`.

use super::printed::takes_gzip;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::Embed;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::LazyLock;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web"]
struct Web;

/// Which look and which scripts a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wing {
    /// For shoppers.
    Shop,
    /// For staff.
    Desk,
    /// For a wall: always dark.
    Board,
}

impl Wing {
    const ALL: [Wing; 3] = [Wing::Shop, Wing::Desk, Wing::Board];

    /// Its name in addresses and in the style sheet.
    pub fn name(self) -> &'static str {
        match self {
            Wing::Shop => "shop",
            Wing::Desk => "desk",
            Wing::Board => "board",
        }
    }

    /// The address of its style sheet.
    pub fn sheet(self) -> String {
        address(&format!("{}.css", self.name()))
    }

    /// The address of its script.
    pub fn script(self) -> String {
        address(&format!("scripts/{}/main.js", self.name()))
    }

    /// Its style sheet, whole, without what is said only to whoever reads the tree.
    fn style(self) -> Bytes {
        let own = format!("styles/{}/", self.name());
        let mut sheet = String::new();
        for folder in ["styles/ground/", &own] {
            // The names come sorted, so that the order in the sheet is that of a listing.
            for name in Web::iter().filter(|name| name.starts_with(folder)) {
                let file = Web::get(&name).expect("a listed file is there").data;
                sheet.push_str(&without_comments(
                    str::from_utf8(&file).expect("it is text"),
                ));
            }
        }
        Bytes::from(sheet)
    }
}

/// A style sheet without its comments. None of ours has the marks of one within a string.
fn without_comments(sheet: &str) -> String {
    let mut parts = sheet.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| {
        kept + part
            .split_once("*/")
            .expect("a comment ends")
            .1
            .trim_start()
    })
}

/// A file as it is, and packed as well as can be: it is packed once and comes over many slow lines.
struct Asset {
    plain: Bytes,
    gzip: Bytes,
}

impl Asset {
    fn of(plain: Bytes) -> Asset {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        let packed = packed.write_all(&plain).and_then(|()| packed.finish());
        let gzip = Bytes::from(packed.expect("memory takes all"));
        Asset { plain, gzip }
    }
}

/// Everything that is served, by its name behind the hash.
static FILES: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let plain = Web::iter().filter(|name| !name.starts_with("styles/"));
    let plain = plain.map(|name| {
        let file = Web::get(&name).expect("a listed file is there");
        (name.into_owned(), Bytes::from(file.data.into_owned()))
    });
    let sheets = Wing::ALL.map(|wing| (format!("{}.css", wing.name()), wing.style()));
    let files = plain.chain(sheets);
    files
        .map(|(name, bytes)| (name, Asset::of(bytes)))
        .collect()
});

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (name, asset) in &*FILES {
        hash.update(name.as_bytes());
        hash.update(&asset.plain);
    }
    hex::encode(&hash.finalize()[..6])
});

/// The address of a file of `web/`.
pub fn address(file: &str) -> String {
    format!("/assets/{}/{file}", *HASH)
}

/// The edition of all files, and the source of the shop's worker.
pub fn worker() -> (&'static str, String) {
    let source = Web::get("sw.js").expect("it lies there").data.into_owned();
    (&HASH, String::from_utf8(source).expect("it is text"))
}

/// `GET /assets/{hash}/{*file}`. An old hash is answered with what is there now, for a page that
/// was open over an upgrade, and then not kept.
pub async fn serve(headers: HeaderMap, Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(file) = FILES.get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = match hash == *HASH {
        true => "public, max-age=31536000, immutable",
        false => "no-store",
    };
    let told = [
        (CONTENT_TYPE, kind(&name)),
        (CACHE_CONTROL, keep),
        (VARY, "accept-encoding"),
    ];
    match takes_gzip(&headers) {
        true => (told, [(CONTENT_ENCODING, "gzip")], file.gzip.clone()).into_response(),
        false => (told, file.plain.clone()).into_response(),
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wing_of_shoppers_is_light() {
        let shop = |name: &&String| name.starts_with("scripts/ground") || name.contains("shop");
        let names: Vec<_> = FILES.keys().filter(shop).collect();
        assert!(names.len() > 2, "{names:?}");
        let sum = |of: fn(&Asset) -> &Bytes| -> usize {
            names.iter().map(|name| of(&FILES[*name]).len()).sum()
        };
        let plain = sum(|asset| &asset.plain);
        assert!(plain < 100_000, "{plain}");
        let packed = sum(|asset| &asset.gzip);
        assert!(packed < 30_000, "{packed}");
    }

    #[test]
    fn every_style_is_in_a_sheet_and_begins_with_the_ground() {
        for wing in Wing::ALL {
            let sheet = String::from_utf8(wing.style().to_vec()).expect("UTF-8");
            let ground = sheet.find(".skip").expect("the ground is in it");
            assert!(
                ground < sheet.len() / 2 && sheet.contains(":root"),
                "{wing:?}"
            );
        }
        let known = |name: &str| {
            let folder = name
                .strip_prefix("styles/")
                .and_then(|rest| rest.split('/').next());
            folder.is_none_or(|folder| ["ground", "shop", "desk", "board"].contains(&folder))
        };
        assert!(Web::iter().all(|name| known(&name)));
    }

    #[test]
    fn a_sheet_says_nothing_but_its_rules() {
        let sheet = "/* a room */\n.a { } /* why\n   so */ .b { }\n";
        assert_eq!(without_comments(sheet), ".a { } .b { }\n");
        assert_eq!(without_comments(".a { }"), ".a { }");
        for wing in Wing::ALL {
            let sheet = String::from_utf8(wing.style().to_vec()).expect("UTF-8");
            assert!(!sheet.contains("/*") && !sheet.contains("*/"), "{wing:?}");
            let (open, shut) = (sheet.matches('{').count(), sheet.matches('}').count());
            assert_eq!(open, shut, "{wing:?}");
        }
    }

    #[tokio::test]
    async fn only_the_newest_address_is_kept_for_ever() {
        let kept = |hash: String| async {
            let answer = serve(HeaderMap::new(), Path((hash, "shop.css".to_owned()))).await;
            answer.headers()[CACHE_CONTROL]
                .to_str()
                .expect("ASCII")
                .to_owned()
        };
        assert!(kept(HASH.clone()).await.contains("immutable"));
        assert_eq!(kept("before".to_owned()).await, "no-store");
        let missing = Path((HASH.clone(), "../Cargo.toml".to_owned()));
        let missing = serve(HeaderMap::new(), missing).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }
}
