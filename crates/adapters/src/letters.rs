//! What the notice clerk's port plugs into: pushes and mail.

use crate::mail::MailSender;
use crate::push::PushSender;
use clerks::ports::{Letter, LetterTo, Notifier, SendFuture, Sent};
use maud::html;
use serde_json::json;
use sha2::{Digest, Sha256};
use vocabulary::Millis;

/// Sends letters to browsers, and by mail where a server is set up.
pub struct Letters {
    /// To browsers.
    pub push: PushSender,
    /// By mail.
    pub mail: Option<MailSender>,
    /// The time.
    pub clock: fn() -> Millis,
}

impl Letters {
    async fn push(&self, browser: (&str, &[u8], &[u8]), letter: &Letter) -> Sent {
        let message = json!({
            "title": letter.title, "body": letter.body, "url": letter.url, "tag": letter.tag,
        });
        let topic = topic(&letter.tag);
        let message = message.to_string();
        let kept = (topic.as_str(), letter.keep_s);
        self.push
            .send(browser, message.as_bytes(), kept, (self.clock)())
            .await
    }

    async fn mail(&self, to: &str, letter: &Letter) -> Sent {
        let Some(mail) = &self.mail else {
            return Sent::Gone;
        };
        let plain = format!("{}\n\n{}\n{}\n", letter.body, letter.link, letter.url);
        let html = html! {
            p { (letter.body) }
            p { a href=(letter.url) { (letter.link) } }
        };
        mail.send(to, &letter.title, &plain, &html.into_string())
            .await
    }
}

/// A push service keeps one message of a topic; its name is short and of few letters (RFC 8030, section 5.4).
fn topic(tag: &str) -> String {
    hex::encode(&Sha256::digest(tag.as_bytes())[..16])
}

impl Notifier for Letters {
    fn send<'a>(&'a self, letter: &'a Letter) -> SendFuture<'a> {
        match &letter.to {
            LetterTo::Browser {
                endpoint,
                public_key,
                auth,
            } => Box::pin(self.push((endpoint, public_key, auth), letter)),
            LetterTo::Mail(to) => Box::pin(self.mail(to, letter)),
        }
    }

    fn has_mail(&self) -> bool {
        self.mail.is_some()
    }
}
