//! The steps that bring the tables up to date, compiled into the binary. A step that was released is
//! never changed: what must change gets a next one.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

macro_rules! step {
    ($number:literal, $name:literal, $file:literal) => {
        (
            $number,
            $name,
            include_str!(concat!("../migrations/", $file)),
        )
    };
}

/// (number, name, SQL), in order.
const STEPS: &[(i64, &str, &str)] = &[
    step!(1, "people", "0001_people.sql"),
    step!(2, "staff", "0002_staff.sql"),
    step!(3, "catalogue", "0003_catalogue.sql"),
    step!(4, "orders", "0004_orders.sql"),
    step!(5, "webhooks", "0005_webhooks.sql"),
    step!(6, "answers", "0006_answers.sql"),
    step!(7, "replays", "0007_replays.sql"),
    step!(8, "virtual_accounts", "0008_virtual_accounts.sql"),
    step!(9, "buying", "0009_buying.sql"),
    step!(10, "belongings", "0010_belongings.sql"),
    step!(11, "notices", "0011_notices.sql"),
    step!(13, "sign_in", "0013_sign_in.sql"),
    step!(14, "audit_by_target", "0014_audit_by_target.sql"),
    step!(15, "orders_by_payment", "0015_orders_by_payment.sql"),
    step!(16, "catalogue_edition", "0016_catalogue_edition.sql"),
    step!(17, "waybills", "0017_waybills.sql"),
    step!(18, "password_resets", "0018_password_resets.sql"),
];

/// All steps. Running them on tables that a later version has brought further is refused.
pub(crate) fn steps() -> Migrator {
    let step = |&(number, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(
            number,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    Migrator::with_migrations(STEPS.iter().map(step).collect())
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
        let named: Vec<String> = STEPS
            .iter()
            .map(|(number, name, _)| format!("{number:04}_{name}.sql"))
            .collect();
        assert_eq!(files, named);
    }
}
