//! A postbox: takes letters as a mail server does, and keeps them.

use anyhow::Result;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Open on a port of its own until the program ends.
#[derive(Debug)]
pub struct Postbox {
    /// As the settings call mail servers.
    pub server: String,
    letters: Letters,
}

#[derive(Clone, Debug, Default)]
struct Letters(Arc<Mutex<Vec<String>>>);

impl Letters {
    fn all(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Postbox {
    /// One that takes everything.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn open() -> Result<Postbox> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = format!("smtp://{}", listener.local_addr()?);
        let letters = Letters::default();
        let into = letters.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let into = into.clone();
                thread::spawn(move || take(stream, &into));
            }
        });
        Ok(Postbox { server, letters })
    }

    /// Whether a letter to this address holds this text.
    #[must_use]
    pub fn has(&self, to: &str, text: &str) -> bool {
        let holds = |letter: &String| letter.contains(to) && letter.contains(text);
        self.letters.all().iter().any(holds)
    }

    /// The word that begins so, of the first letter that has one.
    #[must_use]
    pub fn word(&self, begins: &str) -> Option<String> {
        let word = |letter: &String| {
            let from = letter.find(begins)?;
            let ends = |c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c);
            letter[from..].split(ends).next().map(str::to_owned)
        };
        self.letters.all().iter().find_map(word)
    }
}

/// As much of SMTP (RFC 5321) as a sender needs to be content.
fn take(mut stream: TcpStream, letters: &Letters) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 postbox\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let said = match verb.to_ascii_uppercase().as_str() {
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                let letter = lines.by_ref().map_while(std::io::Result::ok);
                let letter: Vec<String> = letter.take_while(|line| line != ".").collect();
                letters.all().push(read_out(&letter.join("\n")));
                "250 taken\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 postbox\r\n",
        };
        stream.write_all(said.as_bytes())?;
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
