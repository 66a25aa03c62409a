//! A postbox: takes letters as a mail server does, and keeps them.

use anyhow::{Context, Result, bail};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// It is open until it is dropped.
pub(crate) struct Postbox {
    /// As the settings call mail servers.
    pub server: String,
    letters: Letters,
    open: JoinHandle<()>,
}

#[derive(Clone, Default)]
struct Letters(Arc<Mutex<Vec<String>>>);

impl Letters {
    fn all(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Postbox {
    /// One on a free port.
    pub async fn open() -> Result<Postbox> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let server = format!("smtp://{}", listener.local_addr()?);
        let letters = Letters::default();
        let into = letters.clone();
        let open = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, into.clone()));
            }
        });
        Ok(Postbox {
            server,
            letters,
            open,
        })
    }

    /// The word that begins so, of the first letter that has one.
    pub async fn word(&self, begins: &str) -> Result<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.letters.all().iter().find_map(|letter| {
                let (_, after) = letter.split_once(begins)?;
                let ends = |c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c);
                after
                    .split(ends)
                    .next()
                    .map(|rest| format!("{begins}{rest}"))
            });
            if let Some(word) = found {
                return Ok(word);
            }
            if Instant::now() > deadline {
                bail!("no letter has {begins}");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.open.abort();
    }
}

/// As much of SMTP (RFC 5321) as a sender needs to be content.
async fn take(stream: TcpStream, letters: Letters) -> Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 postbox\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let said = match verb.to_ascii_uppercase().as_str() {
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut letter = String::new();
                loop {
                    let line = lines.next_line().await?;
                    match line.context("a letter without an end")?.as_str() {
                        "." => break,
                        line => letter = format!("{letter}{line}\n"),
                    }
                }
                letters.all().push(read_out(&letter));
                "250 taken\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 postbox\r\n",
        };
        write.write_all(said.as_bytes()).await?;
    }
    Ok(())
}

/// A letter whose text is written as quoted-printable (RFC 2045, 6.7), as far as addresses are concerned.
fn read_out(letter: &str) -> String {
    letter.replace("=\n", "").replace("=3D", "=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_broken_over_two_lines_is_one() {
        assert_eq!(read_out("token=3Ddbr_1=\n23\n"), "token=dbr_123\n");
    }
}
