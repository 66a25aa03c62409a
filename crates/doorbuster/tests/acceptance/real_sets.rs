//! The real catalogues go in whole, through the mappings that we ship. Skipped where the sets are not.

use super::festival::Festival;
use super::process::{Said, repository};
use std::fs;
use std::path::{Path, PathBuf};

/// How many pictures are made.
const PICTURES: u64 = 60;

#[test]
fn the_korean_mall_goes_in_by_product_id_and_a_second_time_changes_nothing() {
    let Some(folder) = real_catalogue("musinsa_ko") else {
        return;
    };
    let festival = Festival::nowhere();
    let first = import(&festival, &folder, &ours("musinsa.toml"));
    assert_eq!(first.count("products added"), 7_350);
    assert_eq!(first.count("SKUs listed"), 7_350);
    assert_eq!(first.count("rows left out"), 0);
    let before = festival.state();
    let again = import(&festival, &folder, &ours("musinsa.toml"));
    assert_eq!(
        (
            again.count("products the same"),
            again.count("stock changed")
        ),
        (7_350, 0)
    );
    assert_eq!(festival.state(), before);
    festival.run(&["verify", "--model"]).done();
}

#[test]
fn the_indian_mall_goes_in_with_its_sizes() {
    let Some(folder) = real_catalogue("myntra_dev") else {
        return;
    };
    let festival = Festival::nowhere();
    let own = copy_with_pictures(&folder, &festival.beside("myntra"));
    let said = import(&festival, &own, &ours("myntra.toml"));
    assert_eq!(
        (said.count("products added"), said.count("SKUs listed")),
        (2_000, 7_912)
    );
    assert_eq!(said.count("rows left out"), 0);
    assert_eq!(said.count("rows kept without a part"), 2_000 - PICTURES);
    assert!(said.err.contains(": picture_missing: "), "{}", said.err);
    let made = fs::read_dir(festival.data().join("pictures")).expect("pictures");
    let made = made.filter_map(|file| file.ok()?.path().extension().map(|of| of == "webp"));
    let made = made.filter(|is_picture| *is_picture).count();
    assert_eq!(made as u64, 2 * PICTURES, "160 and 224 pixels wide");
    festival.run(&["verify", "--model"]).done();
}

fn ours(mapping: &str) -> PathBuf {
    repository().join("demo/mappings").join(mapping)
}

/// `doorbuster import catalogue` with a mapping.
pub fn import(festival: &Festival, from: &Path, mapping: &Path) -> Said {
    let (from, mapping) = (
        from.to_str().expect("a path"),
        mapping.to_str().expect("a path"),
    );
    festival
        .run(&["import", "catalogue", from, "--mapping", mapping])
        .done()
}

/// All documents and some of the pictures: to make them all would take minutes.
fn copy_with_pictures(folder: &Path, to: &Path) -> PathBuf {
    let images = to.join("images_dev");
    fs::create_dir_all(&images).expect("a folder");
    let archive = "styles_dev.tar.xz";
    fs::copy(folder.join(archive), to.join(archive)).expect("it can be copied");
    let all = fs::read_dir(folder.join("images_dev")).expect("pictures");
    for picture in all.take(PICTURES as usize) {
        let picture = picture.expect("a picture");
        fs::copy(picture.path(), images.join(picture.file_name())).expect("it can be copied");
    }
    to.to_owned()
}

/// The folder of a real catalogue beside the repository, where there is one.
pub fn real_catalogue(name: &str) -> Option<PathBuf> {
    let own = repository();
    let mut places = own
        .ancestors()
        .map(|folder| folder.join("shared/data/catalogue").join(name));
    let found = places.find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no shared/data/catalogue/{name} beside the repository");
    }
    found
}
