//! A configuration file: TOML, each key with the line it stands on.

use super::fault::ConfigFault;
use super::table::setting;
use super::{InForce, Origin};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the settings of `path`.
///
/// # Errors
/// When it cannot be read, is no TOML, or has an unknown key.
pub(super) fn read(path: &Path) -> Result<Vec<(&'static str, InForce)>, ConfigFault> {
    let text = std::fs::read_to_string(path).map_err(|cause| ConfigFault::Unreadable {
        path: path.to_owned(),
        cause,
    })?;
    let file = File { path, text: &text };
    let table = DeTable::parse(&text).map_err(|error| ConfigFault::NotToml {
        place: file.place(error.span().map_or(0, |span| span.start)),
        cause: error.message().to_owned(),
    })?;
    let mut found = Vec::new();
    file.walk("", table.get_ref(), &mut found)?;
    Ok(found)
}

struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn walk(
        &self,
        prefix: &str,
        table: &DeTable<'_>,
        found: &mut Vec<(&'static str, InForce)>,
    ) -> Result<(), ConfigFault> {
        for (key, value) in table {
            let full = format!("{prefix}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => self.walk(&format!("{full}."), inner, found)?,
                _ => found.push(self.setting(&full, key.span().start, value)?),
            }
        }
        Ok(())
    }

    fn setting(
        &self,
        key: &str,
        offset: usize,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(&'static str, InForce), ConfigFault> {
        let origin = self.place(offset);
        let Some(setting) = setting(key) else {
            return Err(ConfigFault::unknown_key(key.to_owned(), origin));
        };
        Ok((
            setting.key,
            InForce {
                text: plain(value.get_ref(), &self.text[value.span()]),
                origin,
            },
        ))
    }

    fn place(&self, offset: usize) -> Origin {
        let before = &self.text[..offset.min(self.text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Origin::File {
            path: self.path.to_owned(),
            line,
            column,
        }
    }
}

/// The value as the environment would spell it.
fn plain(value: &DeValue<'_>, written: &str) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        _ => written.replace('_', ""),
    }
}
