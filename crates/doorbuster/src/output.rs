//! Standard output. Whoever reads it may have seen enough before the end (`| head`): that is no
//! error.

use std::io::{self, ErrorKind, Write};

/// Prints a line.
///
/// # Errors
/// When it cannot be written for any other reason than that nobody reads it.
pub fn line(text: &str) -> io::Result<()> {
    unless_unread(writeln!(io::stdout(), "{text}"))
}

/// What was written, where nobody reads it, counts as written.
///
/// # Errors
/// All but a broken pipe.
pub fn unless_unread(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// True for an error that says that nobody reads the output any more.
pub fn is_unread(error: &anyhow::Error) -> bool {
    let mut causes = error.chain();
    causes.any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

/// As `println!`, but nobody need read it.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::output::line(&format!($($words)*)).expect("standard output takes what is printed")
    };
}
pub(crate) use say;
