//! A forgotten password: a link by mail that sets another one, once.

use super::accounts::{check_mail, check_password, locked};
use crate::pages::{Language, Words};
use crate::postman::Postman;
use crate::problem::{Kind, Problem};
use crate::shop::Shop;
use clerks::ports::{Letter, LetterTo};
use records::{Account, RESET_STANDS_MS, Token};
use std::sync::Arc;

/// Has a link mailed to who says that they forgot their password. Whether there is such an account is not
/// told, and not looked at before the answer: the link is made and sent beside it. In `language`, else in the
/// one that the account speaks.
///
/// # Errors
/// [`Kind::NOT_FOUND`] where the shop sends no mail, [`Kind::INVALID`], [`Kind::LOCKED`] after too many, as at the
/// entrance, [`Kind::OVERLOADED`]; those of the records.
pub async fn forget_password(
    shop: &Arc<Shop>,
    mail: &str,
    language: Option<Language>,
    address: &str,
) -> Result<(), Problem> {
    let postman = postman(shop)?;
    check_mail(mail)?;
    let now = shop.now();
    let counted = shop.records.password_forgotten(mail, address, now);
    if let Some(until) = counted.await? {
        return Err(locked(until, now));
    }
    let (shop, mail) = (Arc::clone(shop), mail.to_owned());
    postman.send(async move {
        let made = shop.records.make_reset(&mail, shop.now()).await?;
        Ok(made.map(|(token, account)| reset_letter(&shop, &token, account, language)))
    })
}

/// The account for which this link sets another password, while it stands.
///
/// # Errors
/// Those of the records.
pub async fn forgotten_by(shop: &Shop, token: &Token) -> Result<Option<Account>, Problem> {
    Ok(shop.records.reset_of(token, shop.now()).await?)
}

/// Sets another password by a link: every session of the account ends, and its member is told by mail.
///
/// # Errors
/// [`Kind::INVALID`] for a password that is too short or too long, [`Kind::NOT_FOUND`] for a link that does not stand; those
/// of the records.
pub async fn reset_password(
    shop: &Arc<Shop>,
    token: &Token,
    password: String,
    address: &str,
) -> Result<(), Problem> {
    check_password(&password)?;
    let reset = shop
        .records
        .reset_password(token, password, address, shop.now());
    let reset = reset.await?.ok_or(Kind::NOT_FOUND)?;
    for ended in reset.ended {
        shop.member_sessions.forget(ended);
    }
    let letter = changed_letter(shop, reset.account);
    if let Some(postman) = &shop.postman {
        postman.send_in_turn(letter);
    }
    Ok(())
}

fn postman(shop: &Shop) -> Result<&Postman, Problem> {
    let none = || Problem::from(Kind::NOT_FOUND).because("this shop sends no mail");
    shop.postman.as_ref().ok_or_else(none)
}

fn reset_letter(
    shop: &Shop,
    token: &Token,
    account: Account,
    language: Option<Language>,
) -> Letter {
    let words = words(shop, language, &account);
    letter(
        shop,
        &words,
        account,
        "forgotten-letter",
        &format!("/forgotten/{}", token.0),
    )
}

fn changed_letter(shop: &Shop, account: Account) -> Letter {
    let words = words(shop, None, &account);
    letter(shop, &words, account, "password-letter", "/forgotten")
}

fn words(shop: &Shop, language: Option<Language>, account: &Account) -> Words {
    let language = language.or_else(|| Language::of_tag(&account.locale));
    let language = language.unwrap_or(shop.settings.language);
    Words::of(language, shop.settings.time_zone.clone())
}

fn letter(shop: &Shop, words: &Words, account: Account, said: &str, path: &str) -> Letter {
    let name = [("shop", shop.settings.name.as_str().into())];
    Letter {
        to: LetterTo::Mail(account.mail),
        title: words.say_with(said, name),
        body: words.say(&format!("{said}-body")),
        url: format!("{}{path}", shop.settings.public_url),
        link: words.say(&format!("{said}-link")),
        tag: said.to_owned(),
        keep_s: RESET_STANDS_MS / 1_000,
    }
}
