//! Owners take people on and change what they may do.

use super::audit::{Entry, write};
use super::secret::{read_id, short};
use crate::deeds::accounts::check_password;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use crate::who::Staff;
use records::{Changed, Role, StaffId, StaffMember};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Somebody to be taken on.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberAsk {
    /// The login.
    pub email: String,
    /// How to address them.
    pub name: String,
    /// What they may do: `viewer`, `support`, `merchandiser` or `owner`.
    pub role: String,
    /// 8 to 128 characters.
    pub password: String,
}

/// What is to be different; what is not said stays.
#[derive(Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MemberChange {
    /// What they may do from now on.
    pub role: Option<String>,
    /// Whether they may sign in.
    pub active: Option<bool>,
    /// Another password.
    pub password: Option<String>,
}

impl std::fmt::Debug for MemberAsk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemberAsk(..)")
    }
}

impl std::fmt::Debug for MemberChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MemberChange(..)")
    }
}

/// Takes somebody on.
///
/// # Errors
/// [`Kind::INVALID`], [`Kind::MAIL_TAKEN`]; those of the records.
pub async fn take_on(shop: &Shop, staff: &Staff, ask: MemberAsk) -> Result<StaffMember, Problem> {
    staff.require(Role::Owner)?;
    let role = check(&ask)?;
    let (mail, name) = (ask.email.trim(), ask.name.trim());
    let added = shop
        .records
        .add_staff(mail, name, role, ask.password, shop.now());
    let id = added.await?.ok_or(Problem::from(Kind::MAIL_TAKEN))?;
    let member = known(shop, id).await?;
    let entry = Entry {
        action: "member.take_on",
        target: target(&member),
        before: None,
        after: Some(of(&member)),
    };
    write(shop, staff, entry).await?;
    Ok(member)
}

/// Changes what somebody may do, whether they may sign in, or their password; where that is decided by what
/// they were (role, and whether they could sign in), they must be that still, or be what is wanted already.
///
/// # Errors
/// [`Kind::NOT_FOUND`], [`Kind::CHANGED_MEANWHILE`], [`Kind::INVALID`]: nobody takes the role or the login
/// from themselves; those of the records.
pub async fn change_member(
    shop: &Shop,
    staff: &Staff,
    member: &str,
    change: MemberChange,
    decided_by: Option<(Role, bool)>,
) -> Result<StaffMember, Problem> {
    staff.require(Role::Owner)?;
    let before = known_member(shop, member).await?;
    let wanted = change
        .role
        .as_deref()
        .map(role)
        .transpose()?
        .unwrap_or(before.role);
    let active = change.active.unwrap_or(before.active);
    let was = (before.role, before.active);
    let differs = (wanted, active) != was;
    if differs && decided_by.is_some_and(|by| by != was) {
        return Err(Kind::CHANGED_MEANWHILE.into());
    }
    if differs && before.mail == staff.name {
        return Err(Problem::field(
            "role",
            "another owner must change this for you",
        ));
    }
    if change.password.is_some() && before.mail == staff.name {
        let detail = "one changes one's own at the desk, by telling the current one";
        return Err(Problem::field("password", detail));
    }
    let now = shop.now();
    if differs {
        let changed = shop
            .records
            .change_staff(before.id, was, (wanted, active), now);
        match changed.await? {
            Changed::Done => {}
            Changed::LastOwner => return Err(Kind::LAST_OWNER.into()),
            Changed::Meanwhile => return Err(Kind::CHANGED_MEANWHILE.into()),
        }
    }
    let with_password = change.password.is_some();
    if let Some(word) = change.password {
        check_password(&word)?;
        shop.records
            .change_staff_password(before.id, word, now)
            .await?;
    }
    let member = known(shop, before.id).await?;
    if differs || with_password {
        let mut after = of(&member);
        after["password_changed"] = json!(with_password);
        let entry = Entry {
            action: "member.change",
            target: target(&member),
            before: Some(of(&before)),
            after: Some(after),
        };
        write(shop, staff, entry).await?;
    }
    Ok(member)
}

/// The role of this name.
pub(super) fn role(name: &str) -> Result<Role, Problem> {
    let wrong = || Problem::field("role", "is viewer, support, merchandiser or owner");
    Role::from_name(name).ok_or_else(wrong)
}

/// Somebody on the staff, by their id as text.
///
/// # Errors
/// [`Kind::NOT_FOUND`]; those of the records.
pub async fn known_member(shop: &Shop, member: &str) -> Result<StaffMember, Problem> {
    known(shop, StaffId(read_id(member)?)).await
}

async fn known(shop: &Shop, id: StaffId) -> Result<StaffMember, Problem> {
    let known = shop.records.staff_of(id).await?;
    known.ok_or(Problem::from(Kind::NOT_FOUND))
}

pub(super) fn target(member: &StaffMember) -> String {
    format!("staff:{}", member.mail)
}

fn of(member: &StaffMember) -> Value {
    json!({"role": member.role.as_str(), "active": member.active})
}

fn check(ask: &MemberAsk) -> Result<Role, Problem> {
    mail(&ask.email)?;
    short("name", &ask.name)?;
    check_password(&ask.password)?;
    role(&ask.role)
}

/// A login.
pub(super) fn mail(text: &str) -> Result<(), Problem> {
    short("email", text)?;
    let (before, after) = text.trim().split_once('@').unwrap_or_default();
    if before.is_empty() || after.is_empty() || text.trim().contains(char::is_whitespace) {
        return Err(Problem::field("email", "must be a mail address"));
    }
    Ok(())
}
