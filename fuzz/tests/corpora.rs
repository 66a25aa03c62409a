//! Every input that was kept is replayed: what was once found stays mended, and the targets themselves work.

use std::fs;
use std::path::Path;

#[test]
fn nothing_in_the_corpora_breaks_a_promise() {
    for (name, target) in fuzz::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpora")
            .join(name);
        let entries = fs::read_dir(&folder).expect("every target has a corpus");
        let mut replayed = 0;
        for entry in entries {
            let path = entry.expect("an entry").path();
            eprintln!("{}", path.display());
            target(&fs::read(path).expect("a file"));
            replayed += 1;
        }
        assert!(replayed > 0, "{} is empty", folder.display());
    }
}
