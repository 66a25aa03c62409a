//! Owners invite to the desk by a link that opens once; whoever opens it chooses their own password.

use super::audit::{Entry, write};
use super::members::{mail, role};
use super::secret::{read_id, secret_for, short};
use crate::deeds::accounts::check_password;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use records::{Invitation, NewInvitation, Role, Token};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use vocabulary::RequestKey;

/// Somebody to be invited.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteAsk {
    /// Their login to be.
    pub email: String,
    /// How to address them.
    pub name: String,
    /// What they may do: `viewer`, `support`, `merchandiser` or `owner`.
    pub role: String,
}

impl std::fmt::Debug for InviteAsk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteAsk(..)")
    }
}

/// Invites somebody; what the link has to show is told this once. True when this request had invited them
/// before.
///
/// # Errors
/// [`Kind::INVALID`], [`Kind::MAIL_TAKEN`], [`Kind::REQUEST_KEY_REUSED`]; those of the records.
pub async fn invite(
    shop: &Shop,
    staff: &Staff,
    key: Option<RequestKey>,
    ask: InviteAsk,
) -> Result<(Invitation, Token, bool), Problem> {
    staff.require(Role::Owner)?;
    mail(&ask.email)?;
    short("name", &ask.name)?;
    let invited = NewInvitation {
        mail: ask.email.trim().to_owned(),
        name: ask.name.trim().to_owned(),
        role: role(&ask.role)?,
        invited_by: staff.name.clone(),
    };
    let token = Token(format!(
        "dbi_{}",
        hex::encode(secret_for(shop, "invitation", key))
    ));
    if let Some(made) = shop.records.invitation_ever(&token).await? {
        let same = made.invited.name == invited.name
            && made.invited.role == invited.role
            && made.invited.mail.eq_ignore_ascii_case(&invited.mail);
        let reused = || Problem::from(Kind::REQUEST_KEY_REUSED);
        return same.then_some((made, token, true)).ok_or_else(reused);
    }
    let made = shop.records.invite(&invited, &token, shop.now()).await?;
    let made = made.ok_or(Problem::from(Kind::MAIL_TAKEN))?;
    let entry = Entry {
        action: "member.invite",
        target: format!("staff:{}", made.invited.mail),
        before: None,
        after: Some(json!({"role": made.invited.role.as_str()})),
    };
    write(shop, staff, entry).await?;
    Ok((made, token, false))
}

/// Where whoever is invited chooses their password.
pub fn invitation_link(shop: &Shop, token: &Token) -> String {
    let shop = &shop.settings.public_url;
    format!("{shop}/desk/invitation?token={}", token.0)
}

/// Takes an invitation back.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn revoke_invitation(shop: &Shop, staff: &Staff, id: &str) -> Result<(), Problem> {
    staff.require(Role::Owner)?;
    let (id, now) = (read_id(id)?, shop.now());
    let standing = shop.records.invitations(now).await?;
    let known = standing.into_iter().find(|known| known.id == id);
    let known = known.ok_or(Problem::from(Kind::NOT_FOUND))?;
    shop.records.end_invitation(id, now).await?;
    let entry = Entry {
        action: "member.uninvite",
        target: format!("staff:{}", known.invited.mail),
        before: Some(json!({"role": known.invited.role.as_str()})),
        after: None,
    };
    write(shop, staff, entry).await
}

/// Takes on whom the invitation invites, under the name and with the password that they chose.
///
/// # Errors
/// [`Kind::NOT_FOUND`] where it stands no more, [`Kind::INVALID`]; those of the records.
pub async fn accept_invitation(
    shop: &Shop,
    token: &Token,
    name: &str,
    word: String,
) -> Result<Invitation, Problem> {
    short("name", name)?;
    check_password(&word)?;
    let (records, now) = (&shop.records, shop.now());
    let gone = || Problem::from(Kind::NOT_FOUND);
    let invitation = records.invitation(token, now).await?.ok_or_else(gone)?;
    let accepted = records.accept_invitation(token, name.trim(), word, now);
    accepted.await?.ok_or_else(gone)?;
    let invited = &invitation.invited;
    let newcomer = Staff {
        name: invited.mail.clone(),
        role: invited.role,
        token: token.clone(),
        session: None,
    };
    let entry = Entry {
        action: "member.accept",
        target: format!("staff:{}", invited.mail),
        before: None,
        after: Some(json!({"role": invited.role.as_str(), "invited_by": invited.invited_by})),
    };
    write(shop, &newcomer, entry).await?;
    Ok(invitation)
}
