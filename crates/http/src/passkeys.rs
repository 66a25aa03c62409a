//! Passkeys of staff (WebAuthn): what the browser is asked for, and whether its answer is right.
//!
//! Between the question and the answer the challenge is kept here, in memory, for five minutes and a
//! bounded number at a time; after a restart one asks once more.

use crate::problem::{Kind, Problem};
use crate::shop::Settings;
use records::{StaffId, StaffMember, StaffPasskey};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use uuid::Uuid;
use vocabulary::Millis;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// How long an answer is awaited.
const AWAITED_MS: u64 = 5 * 60 * 1_000;
/// How many are awaited at once; past it the oldest is forgotten.
const AWAITED_MAX: usize = 4_096;

/// What the browser was asked and has not answered yet.
#[derive(Default)]
pub struct Challenges(Mutex<BTreeMap<u128, Challenge>>);

struct Challenge {
    until: Millis,
    what: Asked,
}

enum Asked {
    SignIn(DiscoverableAuthentication),
    Add(StaffId, PasskeyRegistration),
}

/// Who came with a passkey, as yet without proof.
pub struct Shown<'a>(&'a PublicKeyCredential);

impl Shown<'_> {
    /// The id by which the records know it.
    pub fn credential(&self) -> &[u8] {
        self.0.get_credential_id()
    }
}

/// True where the shop's address is one that passkeys can be bound to.
pub fn are_offered(settings: &Settings) -> bool {
    party(settings).is_some()
}

impl Challenges {
    /// What to ask the browser of somebody who wants to sign in, with the number of the question.
    ///
    /// # Errors
    /// [`Kind::NOT_FOUND`] where passkeys are not offered.
    pub fn ask_to_sign_in(&self, settings: &Settings, now: Millis) -> Result<Value, Problem> {
        let party = party(settings).ok_or(Problem::from(Kind::NOT_FOUND))?;
        let asked = party.start_discoverable_authentication();
        let (options, state) = asked.map_err(broken)?;
        let mut options = json!(options);
        options["challenge"] = json!(self.keep(Asked::SignIn(state), now));
        Ok(options)
    }

    /// Holds an answer against the passkey that it names; the passkey as it is to be kept now.
    ///
    /// # Errors
    /// [`Kind::PASSKEY_UNKNOWN`].
    pub fn check(
        &self,
        settings: &Settings,
        challenge: &str,
        answer: &PublicKeyCredential,
        known: &StaffPasskey,
        now: Millis,
    ) -> Result<String, Problem> {
        let wrong = || Problem::from(Kind::PASSKEY_UNKNOWN);
        let party = party(settings).ok_or_else(wrong)?;
        let Some(Asked::SignIn(state)) = self.take(challenge, now) else {
            return Err(wrong());
        };
        let handle = answer.get_user_unique_id();
        if handle != Some(Uuid::from_u128(known.staff.0).as_bytes().as_slice()) {
            return Err(wrong());
        }
        let mut passkey: Passkey = serde_json::from_str(&known.passkey).map_err(damaged)?;
        let checked = party.finish_discoverable_authentication_v2(answer, state, &passkey);
        let checked = checked.map_err(|_| wrong())?;
        if !checked.user_verified() {
            return Err(wrong());
        }
        passkey.update_credential(&checked);
        serde_json::to_string(&passkey).map_err(damaged)
    }

    /// What to ask the browser of somebody who wants to add a passkey to those they have.
    ///
    /// # Errors
    /// [`Kind::NOT_FOUND`] where passkeys are not offered.
    pub fn ask_to_add(
        &self,
        settings: &Settings,
        member: &StaffMember,
        known: &[StaffPasskey],
        now: Millis,
    ) -> Result<Value, Problem> {
        let party = party(settings).ok_or(Problem::from(Kind::NOT_FOUND))?;
        let (id, name) = (Uuid::from_u128(member.id.0), &member.mail);
        let asked =
            party.start_passkey_registration(id, name, &member.name, Some(credentials(known)));
        let (options, state) = asked.map_err(broken)?;
        let mut options = json!(options);
        // The passkey must say by itself whose it is: signing in asks for no name.
        let chosen = &mut options["publicKey"]["authenticatorSelection"];
        chosen["residentKey"] = json!("required");
        chosen["requireResidentKey"] = json!(true);
        options["challenge"] = json!(self.keep(Asked::Add(member.id, state), now));
        Ok(options)
    }

    /// The passkey that the browser made, with its credential id, as it is to be kept.
    ///
    /// # Errors
    /// [`Kind::PASSKEY_UNKNOWN`].
    pub fn added(
        &self,
        settings: &Settings,
        challenge: &str,
        answer: &RegisterPublicKeyCredential,
        staff: StaffId,
        now: Millis,
    ) -> Result<(Vec<u8>, String), Problem> {
        let wrong = || Problem::from(Kind::PASSKEY_UNKNOWN);
        let party = party(settings).ok_or_else(wrong)?;
        let state = match self.take(challenge, now) {
            Some(Asked::Add(asked, state)) if asked == staff => state,
            _ => return Err(wrong()),
        };
        let passkey = party.finish_passkey_registration(answer, &state);
        let passkey = passkey.map_err(|_| wrong())?;
        let text = serde_json::to_string(&passkey).map_err(damaged)?;
        Ok((passkey.cred_id().to_vec(), text))
    }

    fn keep(&self, what: Asked, now: Millis) -> String {
        let number = (u128::from(now.0) << 64) | u128::from(rand::random::<u64>());
        let until = now.plus(AWAITED_MS);
        let mut awaited = self.0.lock().expect(UNPOISONED);
        while awaited.len() >= AWAITED_MAX {
            awaited.pop_first();
        }
        awaited.insert(number, Challenge { until, what });
        format!("{number:032x}")
    }

    /// Each question is answered once.
    fn take(&self, number: &str, now: Millis) -> Option<Asked> {
        let number = u128::from_str_radix(number, 16).ok()?;
        let challenge = self.0.lock().expect(UNPOISONED).remove(&number)?;
        (now < challenge.until).then_some(challenge.what)
    }
}

const UNPOISONED: &str = "nobody panics while holding the challenges";

/// What a browser answered.
pub fn shown(answer: &PublicKeyCredential) -> Shown<'_> {
    Shown(answer)
}

/// The shop as WebAuthn knows it: bound to the name in its public address.
fn party(settings: &Settings) -> Option<Webauthn> {
    let origin = Url::parse(&settings.public_url).ok()?;
    let name = origin.domain()?;
    let builder = WebauthnBuilder::new(name, &origin).ok()?;
    builder.rp_name(&settings.name).build().ok()
}

fn credentials(known: &[StaffPasskey]) -> Vec<CredentialID> {
    let read = known
        .iter()
        .filter_map(|known| serde_json::from_str::<Passkey>(&known.passkey).ok());
    read.map(|passkey| passkey.cred_id().clone()).collect()
}

fn broken(fault: WebauthnError) -> Problem {
    tracing::error!(%fault, "no passkey can be asked for");
    Kind::FAULT.into()
}

fn damaged(fault: serde_json::Error) -> Problem {
    tracing::error!(%fault, "a passkey of the records cannot be read");
    Kind::FAULT.into()
}
