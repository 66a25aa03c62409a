//! The steps that bring the tables up to date, compiled into the binary. A step that was released is
//! never changed: what must change gets a next one.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// (number, name, SQL), in order.
const STEPS: [(i64, &str, &str); 9] = [
    (1, "people", include_str!("../migrations/0001_people.sql")),
    (2, "staff", include_str!("../migrations/0002_staff.sql")),
    (
        3,
        "catalogue",
        include_str!("../migrations/0003_catalogue.sql"),
    ),
    (4, "orders", include_str!("../migrations/0004_orders.sql")),
    (
        5,
        "webhooks",
        include_str!("../migrations/0005_webhooks.sql"),
    ),
    (6, "answers", include_str!("../migrations/0006_answers.sql")),
    (7, "replays", include_str!("../migrations/0007_replays.sql")),
    (
        8,
        "virtual_accounts",
        include_str!("../migrations/0008_virtual_accounts.sql"),
    ),
    (
        13,
        "sign_in",
        include_str!("../migrations/0013_sign_in.sql"),
    ),
];

/// All steps. Running them on tables that a later version has brought further is refused.
pub(crate) fn steps() -> Migrator {
    let step = |(number, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(
            number,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(STEPS.map(step).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_a_step() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of migrations")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        files.sort();
        let named = STEPS.map(|(number, name, _)| format!("{number:04}_{name}.sql"));
        assert_eq!(files, named);
    }
}
