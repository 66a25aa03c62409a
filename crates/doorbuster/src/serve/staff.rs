//! The desk's first account, and the key by which this binary's own commands are known.

use crate::clock;
use crate::house::House;
use crate::secrets::random_hex;
use records::{Role, Token};

const FIRST: &str = "owner@doorbuster.local";

/// Makes an owner where there is nobody, and says the password this once.
pub(super) async fn settle_in(house: &House) -> anyhow::Result<()> {
    let at = clock::now();
    let key = Token(house.secrets.owner_key.clone());
    house
        .records
        .put_api_key("doorbuster", Role::Owner, &key, at)
        .await?;
    if !house.records.staff().await?.is_empty() {
        return Ok(());
    }
    let password = random_hex::<8>()?;
    house
        .records
        .add_staff(FIRST, "Owner", Role::Owner, password.clone(), at)
        .await?;
    println!("The desk's first account, shown this once: {FIRST}  password: {password}");
    Ok(())
}
