//! Where files come from: one file, a folder, a `.tar.xz`, a folder with archives in it, or memory;
//! each file as a stream with its name.
//!
//! What the bytes mean is not known here.

use crate::Fault;
use crate::pattern::{Captures, Pattern};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

/// The endings of archives.
const ARCHIVES: [&str; 2] = [".tar.xz", ".txz"];

/// What is to be imported.
#[derive(Clone, Debug)]
pub struct Source {
    root: PathBuf,
    files: Vec<FileHere>,
    bytes_read: Arc<AtomicU64>,
}

/// A file on the disk or in memory.
#[derive(Clone, Debug)]
struct FileHere {
    path: PathBuf,
    /// Relative to the root, with `/`.
    name: String,
    bytes: u64,
    /// What is in it, where it lies in memory and not on the disk.
    held: Option<Arc<[u8]>>,
}

/// A file that is open, perhaps inside an archive.
pub(crate) struct Opened<'a> {
    pub name: Arc<str>,
    /// What the named pieces of the pattern that meant it were.
    pub captures: Captures,
    pub input: Box<dyn Read + 'a>,
}

impl Source {
    /// A file, an archive or a folder, at `path`. Hidden files are passed over.
    ///
    /// # Errors
    /// [`Fault::Io`] when something cannot be listed.
    pub fn open(path: &Path) -> Result<Source, Fault> {
        let mut files = Vec::new();
        list(path, path, &mut files)?;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Source {
            root: path.to_owned(),
            files,
            bytes_read: Arc::default(),
        })
    }

    /// A file that is in memory, as it came over the wire; `name` tells by its ending what it is.
    pub fn in_memory(name: &str, content: Vec<u8>) -> Source {
        let file = FileHere {
            path: PathBuf::new(),
            name: name.to_owned(),
            bytes: content.len() as u64,
            held: Some(content.into()),
        };
        Source {
            root: PathBuf::new(),
            files: vec![file],
            bytes_read: Arc::default(),
        }
    }

    /// The folder against which the paths of pictures are understood.
    pub fn folder(&self) -> &Path {
        match self.root.is_dir() {
            true => &self.root,
            false => self.root.parent().unwrap_or(Path::new("")),
        }
    }

    /// A counter of bytes read from the disk so far, for a progress bar. [`crate::Mapping`]s that keep
    /// the last of several duplicates read everything twice.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_read)
    }

    /// How many bytes on the disk one reading with these patterns takes.
    pub(crate) fn bytes(&self, patterns: &[Pattern], readable: impl Fn(&str) -> bool) -> u64 {
        let meant = |file: &&FileHere| {
            is_archive(&file.name) || self.means(patterns, &file.name, &readable)
        };
        self.files.iter().filter(meant).map(|file| file.bytes).sum()
    }

    /// Opens each file that a pattern means, in the order of the patterns and then by name; without
    /// patterns each that is `readable` by its name, and a root that is one file in any case.
    /// Returns how many there were.
    pub(crate) fn each(
        &self,
        patterns: &[Pattern],
        readable: impl Fn(&str) -> bool,
        visit: &mut dyn FnMut(Opened) -> Result<(), Fault>,
    ) -> Result<usize, Fault> {
        let mut visited = 0;
        for turn in 0..patterns.len().max(1) {
            for file in &self.files {
                let mut visit_if_meant = |name: &str, input: &mut dyn Read| {
                    let Some(captures) = self.captures_in_turn(patterns, turn, name, &readable)
                    else {
                        return Ok(());
                    };
                    visited += 1;
                    visit(Opened {
                        name: name.into(),
                        captures,
                        input: Box::new(input),
                    })
                };
                self.open_one(file, &mut visit_if_meant)?;
            }
        }
        Ok(visited)
    }

    fn open_one(
        &self,
        file: &FileHere,
        visit: &mut dyn FnMut(&str, &mut dyn Read) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let count = &self.bytes_read;
        let opened: Box<dyn Read + Send> = match &file.held {
            Some(held) => Box::new(io::Cursor::new(Arc::clone(held))),
            None => Box::new(File::open(&file.path).map_err(Fault::io(&file.name))?),
        };
        let mut counted = Counted {
            input: opened,
            count,
        };
        if !is_archive(&file.name) {
            return visit(&file.name, &mut counted);
        }
        each_inside(&file.name, counted, visit)
    }

    fn means(&self, patterns: &[Pattern], name: &str, readable: &impl Fn(&str) -> bool) -> bool {
        let turns = 0..patterns.len().max(1);
        turns.into_iter().any(|turn| {
            self.captures_in_turn(patterns, turn, name, readable)
                .is_some()
        })
    }

    /// The captures when the pattern of this turn, and none before it, means the file.
    fn captures_in_turn(
        &self,
        patterns: &[Pattern],
        turn: usize,
        name: &str,
        readable: &impl Fn(&str) -> bool,
    ) -> Option<Captures> {
        if patterns.is_empty() {
            let is_root = self.root.is_file() && !is_archive(name) && !name.contains(".tar.xz/");
            return (is_root || readable(name)).then(Captures::new);
        }
        let earlier = patterns[..turn]
            .iter()
            .any(|pattern| captures_below(pattern, name).is_some());
        if earlier {
            return None;
        }
        captures_below(&patterns[turn], name)
    }
}

/// The captures when the pattern fits the path as seen from any of its folders.
fn captures_below(pattern: &Pattern, name: &str) -> Option<Captures> {
    let starts = std::iter::once(0).chain(name.match_indices('/').map(|(at, _)| at + 1));
    let mut fitting = starts.filter_map(|start| pattern.captures(&name[start..]));
    fitting.next()
}

fn list(root: &Path, path: &Path, files: &mut Vec<FileHere>) -> Result<(), Fault> {
    let shown = path.display().to_string();
    let about = std::fs::metadata(path).map_err(Fault::io(shown.clone()))?;
    if !about.is_dir() {
        files.push(FileHere {
            path: path.to_owned(),
            name: relative_name(root, path),
            bytes: about.len(),
            held: None,
        });
        return Ok(());
    }
    for entry in std::fs::read_dir(path).map_err(Fault::io(shown.clone()))? {
        let entry = entry.map_err(Fault::io(shown.clone()))?;
        let kind = entry.file_type().map_err(Fault::io(shown.clone()))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let loops = kind.is_symlink() && entry.path().is_dir();
        if !hidden && !loops {
            list(root, &entry.path(), files)?;
        }
    }
    Ok(())
}

fn relative_name(root: &Path, path: &Path) -> String {
    let relative = path
        .strip_prefix(root)
        .ok()
        .filter(|relative| *relative != Path::new(""));
    let named = relative.or(path.file_name().map(Path::new)).unwrap_or(path);
    let parts: Vec<_> = named.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn is_archive(name: &str) -> bool {
    ARCHIVES
        .iter()
        .any(|ending| name.to_ascii_lowercase().ends_with(ending))
}

/// Opens each file inside an archive, in the archive's order. Another thread unpacks ahead.
fn each_inside(
    archive: &str,
    packed: impl Read + Send,
    visit: &mut dyn FnMut(&str, &mut dyn Read) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let packed = io::BufReader::with_capacity(1 << 16, packed);
    let unpacked = liblzma::bufread::XzDecoder::new_multi_decoder(packed);
    std::thread::scope(|scope| {
        let ahead = Ahead::of(unpacked, scope);
        each_entry(archive, tar::Archive::new(ahead), visit)
    })
}

fn each_entry(
    archive: &str,
    mut tar: tar::Archive<impl Read>,
    visit: &mut dyn FnMut(&str, &mut dyn Read) -> Result<(), Fault>,
) -> Result<(), Fault> {
    for entry in tar.entries().map_err(Fault::io(archive))? {
        let mut entry = entry.map_err(Fault::io(archive))?;
        let path = entry.path().map_err(Fault::io(archive))?;
        let path = path.to_string_lossy().replace('\\', "/");
        let path = path.trim_start_matches("./");
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        if entry.header().entry_type().is_file() && !hidden {
            visit(&format!("{archive}/{path}"), &mut entry)?;
        }
    }
    Ok(())
}

/// How many bytes a block of [`Ahead`] has, and how many blocks may wait.
const AHEAD_BYTES: usize = 1 << 18;
const AHEAD_BLOCKS: usize = 8;

/// A reader whose input another thread reads ahead, a few blocks far.
struct Ahead {
    blocks: mpsc::Receiver<io::Result<Vec<u8>>>,
    block: io::Cursor<Vec<u8>>,
}

impl Ahead {
    fn of<'scope>(
        mut input: impl Read + Send + 'scope,
        scope: &'scope std::thread::Scope<'scope, '_>,
    ) -> Ahead {
        let (read, blocks) = mpsc::sync_channel(AHEAD_BLOCKS);
        scope.spawn(move || {
            loop {
                let mut block = Vec::with_capacity(AHEAD_BYTES);
                let filled = input
                    .by_ref()
                    .take(AHEAD_BYTES as u64)
                    .read_to_end(&mut block);
                let ended = filled.as_ref().map_or(true, |length| *length == 0);
                if read.send(filled.map(|_| block)).is_err() || ended {
                    return;
                }
            }
        });
        Ahead {
            blocks,
            block: io::Cursor::default(),
        }
    }
}

impl Read for Ahead {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.block.read(out)?;
        if length > 0 || out.is_empty() {
            return Ok(length);
        }
        match self.blocks.recv() {
            Ok(block) => self.block = io::Cursor::new(block?),
            Err(_) => return Ok(0),
        }
        self.block.read(out)
    }
}

/// A reader that counts what it hands out.
struct Counted<'a, R> {
    input: R,
    count: &'a AtomicU64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(out)?;
        self.count.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn archive(files: &[(&str, &str)]) -> Vec<u8> {
        let mut packed = liblzma::write::XzEncoder::new(Vec::new(), 1);
        let mut tar = tar::Builder::new(&mut packed);
        for (name, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, text.as_bytes())
                .expect("memory writes");
        }
        tar.into_inner().expect("memory writes");
        packed.finish().expect("memory writes")
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            File::create(path)
                .and_then(|mut f| f.write_all(bytes))
                .expect("a file");
        };
        write("b/x-1.csv", b"one");
        write("a/x-2.csv", b"two");
        write("notes.md", b"no");
        write(".hidden.csv", b"no");
        write(
            "c.tar.xz",
            &archive(&[
                ("in/x-3.csv", "three"),
                ("in/._x.csv", "no"),
                ("in/readme", "no"),
            ]),
        );
        folder
    }

    fn visited(source: &Source, patterns: &[&str]) -> Vec<String> {
        let patterns: Vec<Pattern> = patterns.iter().map(|text| Pattern::parse(text)).collect();
        let mut seen = Vec::new();
        let mut visit = |mut opened: Opened| {
            let mut text = String::new();
            opened.input.read_to_string(&mut text).expect("readable");
            let named: Vec<_> = opened.captures.into_values().collect();
            seen.push(format!("{} {text} {}", opened.name, named.join(",")));
            Ok(())
        };
        source
            .each(&patterns, |name| name.ends_with(".csv"), &mut visit)
            .expect("readable");
        seen
    }

    #[test]
    fn folders_and_archives_in_them_are_walked_by_name() {
        let folder = folder();
        let source = Source::open(folder.path()).expect("a source");
        assert_eq!(
            visited(&source, &[]),
            [
                "a/x-2.csv two ",
                "b/x-1.csv one ",
                "c.tar.xz/in/x-3.csv three "
            ]
        );
        assert!(source.bytes_read().load(Ordering::Relaxed) > 6);
    }

    #[test]
    fn patterns_set_the_order_and_fit_from_any_folder() {
        let folder = folder();
        let source = Source::open(folder.path()).expect("a source");
        assert_eq!(
            visited(&source, &["in/x-{n}.csv", "b/*.csv", "**/x-*.csv"]),
            [
                "c.tar.xz/in/x-3.csv three 3",
                "b/x-1.csv one ",
                "a/x-2.csv two "
            ]
        );
    }

    #[test]
    fn one_file_is_a_source_whatever_its_ending() {
        let folder = folder();
        let source = Source::open(&folder.path().join("notes.md")).expect("a source");
        assert_eq!(visited(&source, &[]), ["notes.md no "]);
        assert_eq!(source.folder(), folder.path());
    }
}
