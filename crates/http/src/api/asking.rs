//! How is asked: what stands behind the `?`, pages of lists, and reads that wait for a write.

use crate::moment::{Moment, Point};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use money::Currency;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use vocabulary::{Millis, Seq};

/// How many items a page has where nobody says.
const LIMIT_USUAL: u32 = 50;
/// The most items of a page.
const LIMIT_MAX: u32 = 100;

/// What stands behind the `?`; what cannot be read is a problem.
pub(crate) struct Asking<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Shop>> for Asking<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shop: &Arc<Shop>) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, shop).await;
        let Query(asked) =
            query.map_err(|fault| Problem::from(Kind::MALFORMED).because(fault.body_text()))?;
        Ok(Asking(asked))
    }
}

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// How many items, 1 to 100; 50 where nothing is said.
    limit: Option<u32>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// The Doorbuster-Sequence of a write that the answer must show.
    at_least: Option<String>,
}

impl Page {
    /// How many items.
    ///
    /// # Errors
    /// A number out of bounds.
    pub fn limit(&self) -> Result<u32, Problem> {
        let limit = self.limit.unwrap_or(LIMIT_USUAL);
        match (1..=LIMIT_MAX).contains(&limit) {
            true => Ok(limit),
            false => Err(Problem::field("limit", format!("is 1 to {LIMIT_MAX}"))),
        }
    }

    /// Behind what the page begins, if not at the very start.
    ///
    /// # Errors
    /// A text that is no cursor of this list.
    pub fn cursor<T: FromStr>(&self) -> Result<Option<T>, Problem> {
        let wrong = || Problem::field("cursor", "is no `next` of this list");
        let Some(text) = &self.cursor else {
            return Ok(None);
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        text.parse().map(Some).map_err(|_| wrong())
    }

    /// What must be shown.
    ///
    /// # Errors
    /// A text that is no point of this shop's journal.
    pub fn at_least(&self, shop: &Shop) -> Result<Option<Seq>, Problem> {
        at_least(shop, self.at_least.as_deref())
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The `cursor` of the next page; null at the end.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// A page of at most `limit` of the items: there may be one more, which says that the list goes on.
    /// `position` tells behind what it does.
    pub fn of<S: ToString>(items: Vec<T>, limit: u32, position: impl Fn(&T) -> S) -> Listed<T> {
        let mut items = items;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let last = items.last().filter(|_| more);
        let next = last.map(|last| cursor_of(position(last)));
        Listed { items, next }
    }
}

/// Money must be in the currency that is wanted.
///
/// # Errors
/// Another one, at `field`.
pub(crate) fn in_currency(field: &str, said: Currency, wanted: Currency) -> Result<(), Problem> {
    match said == wanted {
        true => Ok(()),
        false => Err(Problem::field(field, format!("is {said}, not {wanted}"))),
    }
}

/// A moment, or the first one of a day in the shop's time zone; blank is as if it was not said.
///
/// # Errors
/// A text that is neither, at `field`.
pub(crate) fn bound(
    shop: &Shop,
    field: &str,
    said: Option<&str>,
) -> Result<Option<Millis>, Problem> {
    let Some(text) = said.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let moment = text.parse().ok().map(|Moment(at)| at);
    let detail = "is a day like 2026-11-11 or a moment like 2026-11-11T00:00:00.000Z";
    let at = moment.or_else(|| midnight(text, &shop.settings.time_zone));
    at.map(Some).ok_or_else(|| Problem::field(field, detail))
}

fn midnight(day: &str, zone: &TimeZone) -> Option<Millis> {
    let day = Date::strptime("%Y-%m-%d", day).ok()?;
    let begins = day.to_zoned(zone.clone()).ok()?.timestamp();
    u64::try_from(begins.as_millisecond()).ok().map(Millis)
}

/// A position, opaque.
pub(crate) fn cursor_of(position: impl ToString) -> String {
    URL_SAFE_NO_PAD.encode(position.to_string())
}

/// A read that may wait for a write.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AtLeast {
    /// The Doorbuster-Sequence of a write that the answer must show.
    at_least: Option<String>,
}

impl AtLeast {
    /// What must be shown.
    ///
    /// # Errors
    /// A text that is no point of this shop's journal.
    pub fn seq(&self, shop: &Shop) -> Result<Option<Seq>, Problem> {
        at_least(shop, self.at_least.as_deref())
    }
}

fn at_least(shop: &Shop, text: Option<&str>) -> Result<Option<Seq>, Problem> {
    let wrong = || Problem::field("at_least", "is no Doorbuster-Sequence of this shop");
    let Some(text) = text else { return Ok(None) };
    let point: Point = text.parse().map_err(|()| wrong())?;
    match point.shard == shop.shard {
        true => Ok(Some(point.seq)),
        false => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_behind_its_last_item_and_the_last_page_nowhere() {
        let listed = Listed::of(vec![3, 2, 1], 2, |n: &i32| *n);
        assert_eq!(listed.items, [3, 2]);
        let page = Page {
            cursor: listed.next,
            ..Page::default()
        };
        assert_eq!(page.cursor(), Ok(Some(2)));
        assert_eq!(Listed::of(vec![2, 1], 2, |n: &i32| *n).next, None);
    }

    #[test]
    fn a_cursor_of_another_list_and_a_limit_out_of_bounds_are_problems() {
        let page = |cursor: &str, limit| Page {
            cursor: Some(cursor.to_owned()),
            limit: Some(limit),
            at_least: None,
        };
        assert!(page(&cursor_of("seven"), 1).cursor::<u32>().is_err());
        assert!(page("?", 1).cursor::<u32>().is_err());
        assert!(page("", 0).limit().is_err());
        assert!(page("", 101).limit().is_err());
        assert_eq!(page("", 100).limit(), Ok(100));
    }
}
