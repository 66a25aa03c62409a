//! The festival's secrets: made at the first start, kept in the data folder for its owner's eyes
//! alone, never logged.

use anyhow::{Context, bail};
use rand::TryRng;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const HEAD: &str = "\
# The secrets of this festival. Whoever has them can sign shoppers in and take payments for paid.
# Keep the file with the data folder; give `handover` to the shop that hands its members over.

";

/// Every secret, 256 bits each in hexadecimal digits (the cookie key: 512).
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// Signs the cookies and sessions of shoppers.
    pub cookies: String,
    /// Signs handover tokens; shared with the existing shop.
    pub handover: String,
    /// The API key with the payment provider; shared with the provider.
    pub provider_key: String,
    /// Signs the provider's callbacks; shared with the provider.
    pub callbacks: String,
    /// An API key of the role owner, for the commands of this binary.
    pub owner_key: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(masked)")
    }
}

/// Where the secrets of the data folder `data` lie.
pub fn path(data: &Path) -> PathBuf {
    data.join("secrets.toml")
}

impl Secrets {
    /// Reads the secrets of `data`; makes them where there are none.
    ///
    /// # Errors
    /// When the file cannot be read or written, is readable by others, or is not whole.
    pub fn open(data: &Path) -> anyhow::Result<Secrets> {
        match Self::read(data) {
            Ok(secrets) => Ok(secrets),
            Err(error) if is_missing(&error) => Self::make(data),
            Err(error) => Err(error),
        }
    }

    /// Reads the secrets of `data`.
    ///
    /// # Errors
    /// When the file cannot be read, is readable by others, or is not whole.
    pub fn read(data: &Path) -> anyhow::Result<Secrets> {
        let path = path(data);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        let mode = std::fs::metadata(&path)?.mode();
        if mode & 0o077 != 0 {
            bail!(
                "{} can be read by others: run `chmod 600 {0}`",
                path.display()
            );
        }
        toml::from_str(&text).with_context(|| format!("{} is not whole", path.display()))
    }

    fn make(data: &Path) -> anyhow::Result<Secrets> {
        let secrets = Secrets {
            cookies: random_hex::<64>()?,
            handover: random_hex::<32>()?,
            provider_key: format!("sk_{}", random_hex::<32>()?),
            callbacks: random_hex::<32>()?,
            owner_key: format!("dbk_{}", random_hex::<32>()?),
        };
        let path = path(data);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        file.write_all(format!("{HEAD}{}", toml::to_string(&secrets)?).as_bytes())?;
        file.sync_all()?;
        Ok(secrets)
    }
}

fn is_missing(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|io| io.kind() == ErrorKind::NotFound)
}

/// `N` bytes of the system's randomness, in hexadecimal digits.
///
/// # Errors
/// When the system has none.
pub fn random_hex<const N: usize>() -> anyhow::Result<String> {
    let mut bytes = [0; N];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .context("the system gives no randomness")?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn secrets_are_made_once_and_read_by_their_owner_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Secrets::open(folder.path()).expect("they are made");
        let read = Secrets::open(folder.path()).expect("they are read");
        assert_eq!(made.handover, read.handover);
        assert_ne!(made.handover, made.callbacks);
        let path = path(folder.path());
        assert_eq!(
            std::fs::metadata(&path).expect("it is there").mode() & 0o777,
            0o600
        );
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(&path, open).expect("it is ours");
        let error = Secrets::open(folder.path()).expect_err("others can read it");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
}
