//! `/about/{page}`: the operator's own text of the data folder, or ours.

use crate::pages::about::{ABOUT, about, own_text};
use crate::pages::visit::Visit;
use crate::problem::{Kind, Problem};
use axum::extract::Path;
use maud::Markup;

/// The longest text, in bytes; what is longer is no page.
const TEXT_BYTES_MAX: usize = 1 << 20;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// The page.
pub async fn show(visit: Visit, Path(page): Path<String>) -> Result<Markup, Problem> {
    let known = ABOUT.into_iter().find(|known| *known == page);
    let page = known.ok_or(Problem::from(Kind::NOT_FOUND))?;
    let settings = &visit.shop.settings;
    let language = visit.frame.words.language;
    let file = settings
        .about
        .join(format!("{page}.{}.txt", language.tag()));
    let text = match tokio::fs::read_to_string(file).await {
        Ok(text) if text.len() <= TEXT_BYTES_MAX => text,
        _ => own_text(language, page),
    };
    let days = settings.withdrawal_ms / DAY_MS;
    let text = text
        .replace("{shop}", &settings.name)
        .replace("{days}", &days.to_string());
    Ok(about(&visit.frame, page, &text, &settings.business))
}
