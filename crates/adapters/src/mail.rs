//! Mail through an SMTP server.

use clerks::ports::Sent;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// Mail cannot be sent as it is set up.
#[derive(Debug, thiserror::Error)]
pub enum MailFault {
    /// The server's address is none.
    #[error("the mail server's address cannot be read: {0}")]
    Server(#[from] Error),
    /// The sender's address is none.
    #[error("the sender of mail is no mail address: {0}")]
    From(#[from] lettre::address::AddressError),
}

/// Sends mail.
pub struct MailSender {
    from: Mailbox,
    server: AsyncSmtpTransport<Tokio1Executor>,
}

impl MailSender {
    /// A sender through the server at `url`, such as `smtps://smtp.example`, with `from` as the sender's address and
    /// perhaps name; with user and password where the user is not empty.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn through(
        url: &str,
        from: &str,
        (user, password): (&str, &str),
    ) -> Result<MailSender, MailFault> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
        let server = match user.is_empty() {
            true => server,
            false => server.credentials(Credentials::new(user.to_owned(), password.to_owned())),
        };
        Ok(MailSender {
            from: from.parse()?,
            server: server.build(),
        })
    }

    /// Sends a message of plain text once.
    pub async fn send(&self, to: &str, title: &str, body: &str, html: &str) -> Sent {
        let Ok(to) = to.parse::<Mailbox>() else {
            return Sent::Gone;
        };
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(title)
            .multipart(MultiPart::alternative_plain_html(
                body.to_owned(),
                html.to_owned(),
            ));
        let message = match message {
            Ok(message) => message,
            Err(fault) => return Sent::NotTaken(fault.to_string()),
        };
        match self.server.send(message).await {
            Ok(_) => Sent::Taken,
            // 550 to 554: there is no such mailbox, now or ever. The server's words may hold the address.
            Err(fault) if fault.is_permanent() => Sent::Gone,
            Err(_) => Sent::NotTaken("the mail server did not take it".to_owned()),
        }
    }
}
