//! The festival's secrets: made at the first start, kept in the data folder for its owner's eyes
//! alone, never logged.

use anyhow::{Context, anyhow, bail};
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
    /// The password at the mail server; empty where it asks for none.
    #[serde(default)]
    pub mail_password: String,
    /// The key with juso.go.kr, the government's road name addresses; empty where the list within does.
    #[serde(default)]
    pub juso_key: String,
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
    /// Reads the secrets in the file `path`; makes them where there are none. What the environment
    /// names wins over the file.
    ///
    /// # Errors
    /// When the file cannot be read or written, is readable by others, or is not whole.
    pub fn open(path: &Path) -> anyhow::Result<Secrets> {
        match Self::read(path) {
            Ok(secrets) => Ok(secrets),
            Err(error) if is_missing(&error) => Ok(Self::make(path)?.told(environment)),
            Err(error) => Err(error),
        }
    }

    /// Reads the secrets in the file `path`. What the environment names wins over the file.
    ///
    /// # Errors
    /// When the file cannot be read, is readable by others, or is not whole.
    pub fn read(path: &Path) -> anyhow::Result<Secrets> {
        let text = read_masked(path)?;
        let secrets: Secrets = toml::from_str(&text).map_err(|error| not_whole(path, &error))?;
        Ok(secrets.told(environment))
    }

    /// What the payment provider knows, too.
    pub fn shared(&self) -> ProviderSecrets {
        ProviderSecrets {
            provider_key: self.provider_key.clone(),
            callbacks: self.callbacks.clone(),
        }
    }

    fn told(mut self, told: impl Fn(&str) -> Option<String>) -> Secrets {
        let all = [
            ("cookies", &mut self.cookies),
            ("handover", &mut self.handover),
            ("provider_key", &mut self.provider_key),
            ("callbacks", &mut self.callbacks),
            ("owner_key", &mut self.owner_key),
            ("mail_password", &mut self.mail_password),
            ("juso_key", &mut self.juso_key),
        ];
        for (name, secret) in all {
            if let Some(text) = told(&variable(name)) {
                *secret = text;
            }
        }
        self
    }

    fn make(path: &Path) -> anyhow::Result<Secrets> {
        let secrets = Secrets {
            cookies: random_hex::<64>()?,
            handover: random_hex::<32>()?,
            provider_key: format!("sk_{}", random_hex::<32>()?),
            callbacks: random_hex::<32>()?,
            owner_key: format!("dbk_{}", random_hex::<32>()?),
            mail_password: String::new(),
            juso_key: String::new(),
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .with_context(|| format!("{} cannot be made", path.display()))?;
        file.write_all(format!("{HEAD}{}", toml::to_string(&secrets)?).as_bytes())?;
        file.sync_all()?;
        Ok(secrets)
    }
}

/// What shop and payment provider share: all that a sandbox of its own needs to know.
#[derive(Clone, Deserialize)]
pub struct ProviderSecrets {
    /// The API key with the payment provider.
    pub provider_key: String,
    /// Signs the provider's callbacks.
    pub callbacks: String,
}

impl ProviderSecrets {
    /// Takes both from the environment, else from the file `path`, which may hold the shop's other
    /// secrets too.
    ///
    /// # Errors
    /// When one of them is nowhere, or the file is readable by others.
    pub fn read(path: &Path) -> anyhow::Result<ProviderSecrets> {
        let [key, callbacks] =
            ["provider_key", "callbacks"].map(|name| environment(&variable(name)));
        if let (Some(provider_key), Some(callbacks)) = (&key, &callbacks) {
            let (provider_key, callbacks) = (provider_key.clone(), callbacks.clone());
            return Ok(ProviderSecrets {
                provider_key,
                callbacks,
            });
        }
        let text = read_masked(path).with_context(|| NO_SHARED)?;
        let read: ProviderSecrets = toml::from_str(&text)
            .map_err(|error| not_whole(path, &error))
            .context(NO_SHARED)?;
        Ok(ProviderSecrets {
            provider_key: key.unwrap_or(read.provider_key),
            callbacks: callbacks.unwrap_or(read.callbacks),
        })
    }
}

const NO_SHARED: &str = "shop and provider share two secrets: name the shop's file with `--secrets`, \
     write one with `provider_key = \"...\"` and `callbacks = \"...\"`, or set \
     DOORBUSTER_SECRET_PROVIDER_KEY and DOORBUSTER_SECRET_CALLBACKS";

/// The names of the secrets, as the file has them.
pub const NAMES: [&str; 7] = [
    "cookies",
    "handover",
    "provider_key",
    "callbacks",
    "owner_key",
    "mail_password",
    "juso_key",
];

/// What each of them is for, in the same order.
pub const MEANINGS: [&str; 7] = [
    "signs the cookies and sessions of shoppers (128 hexadecimal digits)",
    "signs handover tokens; shared with the existing shop",
    "the API key with the payment provider; shared with it",
    "signs the provider's callbacks; shared with it",
    "an API key of the role owner, for the commands of this binary",
    "the password at the mail server; empty where it asks for none",
    "the key with juso.go.kr, where Korean addresses are then looked up; empty: in the list within the binary",
];

/// The environment variable of the secret `name`.
pub fn variable(name: &str) -> String {
    format!("DOORBUSTER_SECRET_{}", name.to_uppercase())
}

/// The API key for the commands of this binary, from the environment, else from the file `path`.
///
/// # Errors
/// When it is nowhere, or the file is readable by others.
pub fn owner_key(path: &Path) -> anyhow::Result<String> {
    match environment(&variable("owner_key")) {
        Some(key) => Ok(key),
        None => {
            let advice = "the shop's owner key is needed: `--data` or `--secrets` says where it lies, \
                 or DOORBUSTER_SECRET_OWNER_KEY holds it";
            Ok(Secrets::read(path).context(advice)?.owner_key)
        }
    }
}

fn environment(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|text| !text.is_empty())
}

fn read_masked(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let mode = std::fs::metadata(path)?.mode();
    if mode & 0o077 != 0 {
        bail!(
            "{} can be read by others: run `chmod 600 {0}`",
            path.display()
        );
    }
    Ok(text)
}

/// Says where and what, without the line itself, which may hold a secret.
fn not_whole(path: &Path, error: &toml::de::Error) -> anyhow::Error {
    anyhow!("{} is not whole: {}", path.display(), error.message())
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
        let path = path(folder.path());
        let made = Secrets::open(&path).expect("they are made");
        let read = Secrets::open(&path).expect("they are read");
        assert_eq!(made.handover, read.handover);
        assert_ne!(made.handover, made.callbacks);
        assert_eq!(
            std::fs::metadata(&path).expect("it is there").mode() & 0o777,
            0o600
        );
        let open = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(&path, open).expect("it is ours");
        let error = Secrets::open(&path).expect_err("others can read it");
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }

    #[test]
    fn what_the_environment_names_wins_over_the_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let made = Secrets::open(&path(folder.path())).expect("they are made");
        for name in NAMES {
            let only = variable(name);
            let told = made
                .clone()
                .told(|asked| (asked == only).then(|| "told".into()));
            let (told, made) = (toml::to_string(&told), toml::to_string(&made));
            let (told, made) = (told.expect("TOML"), made.expect("TOML"));
            let changed: Vec<_> = told.lines().filter(|line| !made.contains(*line)).collect();
            assert_eq!(changed, [format!("{name} = \"told\"")]);
        }
    }

    #[test]
    fn a_provider_needs_two_secrets_and_no_others() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = path(folder.path());
        let missing = ProviderSecrets::read(&path).err().expect("there are none");
        assert!(missing.to_string().contains("--secrets"), "{missing}");
        let made = Secrets::open(&path).expect("they are made");
        let shared = ProviderSecrets::read(&path).expect("the shop's file has them");
        assert_eq!(shared.provider_key, made.provider_key);
        assert_eq!(shared.callbacks, made.callbacks);
    }

    #[test]
    fn a_broken_file_of_secrets_is_refused_without_repeating_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = path(folder.path());
        let mut file = OpenOptions::new();
        let file = file.write(true).create_new(true).mode(0o600).open(&path);
        let mut file = file.expect("a file");
        file.write_all(b"cookies = \"hush hush")
            .expect("it is written");
        let error = Secrets::read(&path).expect_err("it is not whole");
        assert!(
            !format!("{error:#} {error:?}").contains("hush"),
            "{error:?}"
        );
    }
}
