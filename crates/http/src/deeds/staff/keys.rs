//! Owners make and revoke the keys by which programs act for the shop.

use super::audit::{Entry, write};
use super::id_text;
use super::members::role;
use super::secret::{read_id, secret_for, short};
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use records::{ApiKey, Role, Token};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::RequestKey;

/// A key to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyAsk {
    /// What it is for.
    pub name: String,
    /// What it may do: `viewer`, `support`, `merchandiser` or `owner`.
    pub role: String,
}

/// Makes a key; true when this request had made it before.
///
/// # Errors
/// [`Kind::INVALID`]; [`Kind::REQUEST_KEY_REUSED`]; those of the records.
pub async fn make_key(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    ask: KeyAsk,
) -> Result<(ApiKey, Token, bool), Problem> {
    staff.require(Role::Owner)?;
    short("name", &ask.name)?;
    let role = role(&ask.role)?;
    let token = Token(format!(
        "dbk_{}",
        hex::encode(secret_for(shop, "api key", key))
    ));
    if let Some(made) = shop.records.api_key_ever(&token).await? {
        let same = made.name == ask.name && made.role == role;
        let reused = || Problem::from(Kind::REQUEST_KEY_REUSED);
        return same.then_some((made, token, true)).ok_or_else(reused);
    }
    let put = shop
        .records
        .put_api_key(&ask.name, role, &token, shop.now());
    put.await?;
    let made = shop.records.api_key_ever(&token).await?;
    let made = made.expect("a key that was put is there");
    let entry = Entry {
        action: "key.make",
        target: format!("key:{}", id_text(made.id)),
        before: None,
        after: Some(json!({"name": made.name, "role": role.as_str()})),
    };
    write(shop, staff, entry).await?;
    Ok((made, token, false))
}

/// Makes a key work no more. One that was revoked stays so.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn revoke_key(shop: &Shop, staff: &Staff, key: &str) -> Result<(), Problem> {
    staff.require(Role::Owner)?;
    let id = read_id(key)?;
    let keys = shop.records.api_keys().await?;
    let known = keys.into_iter().find(|known| known.id == id);
    let known = known.ok_or(Problem::from(Kind::NOT_FOUND))?;
    if !shop.records.revoke_api_key(id, shop.now()).await? {
        return Ok(());
    }
    let entry = Entry {
        action: "key.revoke",
        target: format!("key:{key}"),
        before: Some(json!({"name": known.name, "role": known.role.as_str()})),
        after: None,
    };
    write(shop, staff, entry).await
}
