//! What lies on the disk: names in folders, as programs see them and as they are on the disk, the
//! changes between, and the files they lead to.

use super::full;
use super::node::Node;
use super::trouble::{Ending, Troubles, Verdict};
use journal::Kind;
use model::stream::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64_with_seed;

pub(super) type NodeId = u64;

/// What a name leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Folder,
    File(NodeId),
}

type Names = BTreeMap<PathBuf, Entry>;

/// A change of names that only the cache knows; on the disk it happens whole or not at all.
#[derive(Debug)]
struct Renaming(Vec<(PathBuf, Option<Entry>)>);

/// The disk itself.
#[derive(Debug)]
pub(super) struct Platter {
    seen: Names,
    stored: Names,
    /// Oldest first.
    unsynced: Vec<Renaming>,
    nodes: Vec<Node>,
    /// Which start of the program holds the lock.
    locked: Option<u32>,
    boots: u32,
    dice: Dice,
    /// Bytes are said to be durable that are not.
    pub lies: bool,
    pub troubles: Troubles,
    pub trace: u64,
}

impl Platter {
    pub fn new(dice: Dice, lies: bool) -> Self {
        let root = Names::from([(PathBuf::from("/"), Entry::Folder)]);
        Self {
            seen: root.clone(),
            stored: root,
            unsynced: Vec::new(),
            nodes: Vec::new(),
            locked: None,
            boots: 0,
            dice,
            lies,
            troubles: Troubles::default(),
            trace: 0,
        }
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// A call on a file begins.
    pub fn begin(&mut self, what: &str, node: NodeId, number: u64) -> io::Result<Verdict> {
        let said = [what.as_bytes(), &node.to_le_bytes(), &number.to_le_bytes()].concat();
        self.trace = xxh3_64_with_seed(&said, self.trace);
        self.troubles.begin()
    }

    /// A call that changes names, all at once.
    pub fn change(
        &mut self,
        what: &str,
        path: &Path,
        act: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let said = [what.as_bytes(), path.as_os_str().as_encoded_bytes()].concat();
        self.trace = xxh3_64_with_seed(&said, self.trace);
        let verdict = self.troubles.begin()?;
        match verdict {
            Verdict::Full if what == "create" => return Err(full()),
            Verdict::Fail | Verdict::EndDuring => {}
            Verdict::Go | Verdict::Full | Verdict::EndAfter => act(self)?,
        }
        verdict.conclude()
    }

    pub fn find_file(&self, path: &Path) -> io::Result<NodeId> {
        match self.seen.get(path) {
            Some(Entry::File(node)) => Ok(*node),
            Some(Entry::Folder) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    pub fn look(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.troubles.must_run()?;
        Ok(self.seen.get(path).map(|entry| match entry {
            Entry::Folder => Kind::Folder,
            Entry::File(_) => Kind::File,
        }))
    }

    pub fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.troubles.must_run()?;
        self.must_be_folder(folder)?;
        let within = self
            .seen
            .keys()
            .filter(|path| path.parent() == Some(folder));
        let names = within.filter_map(|path| path.file_name()?.to_str());
        Ok(names.map(str::to_owned).collect())
    }

    pub fn create(&mut self, path: &Path, must_be_new: bool) -> io::Result<()> {
        self.must_be_folder(path.parent().unwrap_or(Path::new("/")))?;
        if must_be_new && self.seen.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.nodes.push(Node::default());
        let entry = Entry::File(self.nodes.len() as u64 - 1);
        self.set(vec![(path.into(), Some(entry))]);
        Ok(())
    }

    pub fn create_folder(&mut self, folder: &Path) -> io::Result<()> {
        self.must_be_folder(folder.parent().unwrap_or(Path::new("/")))?;
        if self.seen.contains_key(folder) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.set(vec![(folder.into(), Some(Entry::Folder))]);
        Ok(())
    }

    pub fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let entry = Entry::File(self.find_file(from)?);
        self.set(vec![(from.into(), None), (to.into(), Some(entry))]);
        Ok(())
    }

    pub fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.find_file(path)?;
        self.set(vec![(path.into(), None)]);
        Ok(())
    }

    /// Makes the names of a folder durable, with every earlier change that they rest on.
    pub fn sync_folder(&mut self, folder: &Path) -> io::Result<()> {
        self.must_be_folder(folder)?;
        let mut wanted: BTreeSet<PathBuf> = BTreeSet::new();
        let mut synced = vec![false; self.unsynced.len()];
        for (change, synced) in self.unsynced.iter().zip(&mut synced).rev() {
            let touches = |path: &PathBuf| path.parent() == Some(folder) || wanted.contains(path);
            *synced = change.0.iter().any(|(path, _)| touches(path));
            if *synced {
                wanted.extend(change.0.iter().map(|(path, _)| path.clone()));
            }
        }
        for (change, synced) in std::mem::take(&mut self.unsynced).into_iter().zip(synced) {
            match synced {
                true => apply(&mut self.stored, &change),
                false => self.unsynced.push(change),
            }
        }
        Ok(())
    }

    pub fn tear(&mut self, node: NodeId, offset: u64, bytes: &[u8], through: bool) {
        let node = &mut self.nodes[node as usize];
        node.tear(offset, bytes, through, &mut self.dice);
    }

    pub fn half_sync(&mut self, node: NodeId) {
        self.nodes[node as usize].half_sync(&mut self.dice);
    }

    pub fn restart(&mut self, ending: Ending) {
        self.troubles.restart();
        self.locked = None;
        self.boots += 1;
        if ending == Ending::PowerLost {
            self.lose_power();
        }
    }

    fn lose_power(&mut self) {
        for change in std::mem::take(&mut self.unsynced) {
            if self.dice.chance(50) {
                apply(&mut self.stored, &change);
            }
        }
        let reachable = self.stored.clone();
        let is_folder = |path: &Path| reachable.get(path) == Some(&Entry::Folder);
        (self.stored).retain(|path, _| path.ancestors().skip(1).all(is_folder));
        self.seen = self.stored.clone();
        for node in &mut self.nodes {
            node.lose_power(&mut self.dice);
        }
    }

    pub fn lock(&mut self) -> Option<u32> {
        let free = self.locked.is_none();
        self.locked = Some(self.locked.unwrap_or(self.boots));
        free.then_some(self.boots)
    }

    pub fn unlock(&mut self, boot: u32) {
        if self.locked == Some(boot) {
            self.locked = None;
        }
    }

    pub fn flip(&mut self, path: &Path, byte: u64, bit: u8) {
        if let Some(Entry::File(node)) = self.seen.get(path).copied() {
            self.node_mut(node).flip(byte, bit);
        }
    }

    /// The file at a path, whether the program runs or not.
    pub fn at_rest(&self, path: &Path) -> Option<&Node> {
        match self.seen.get(path) {
            Some(Entry::File(node)) => Some(self.node(*node)),
            _ => None,
        }
    }

    fn must_be_folder(&self, folder: &Path) -> io::Result<()> {
        match self.seen.get(folder) {
            Some(Entry::Folder) => Ok(()),
            Some(Entry::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn set(&mut self, change: Vec<(PathBuf, Option<Entry>)>) {
        let change = Renaming(change);
        apply(&mut self.seen, &change);
        self.unsynced.push(change);
    }
}

fn apply(names: &mut Names, change: &Renaming) {
    for (path, entry) in &change.0 {
        match entry {
            Some(entry) => names.insert(path.clone(), *entry),
            None => names.remove(path),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the name was there after the power was lost, over many dice.
    fn survivals(sync: bool) -> usize {
        let survives = |seed: &u64| {
            let mut platter = Platter::new(Dice::new(*seed), false);
            let (partial, whole) = (Path::new("/mark.partial"), Path::new("/mark"));
            platter.create(partial, true).unwrap();
            platter.rename(partial, whole).unwrap();
            if sync {
                platter.sync_folder(Path::new("/")).unwrap();
            }
            platter.restart(Ending::PowerLost);
            platter.look(whole).unwrap().is_some()
        };
        (0..50).filter(survives).count()
    }

    #[test]
    fn names_are_durable_once_their_folder_was_synced_and_not_before() {
        assert_eq!(survivals(true), 50);
        let kept = survivals(false);
        assert!((10..40).contains(&kept), "{kept} of 50 were kept");
    }

    #[test]
    fn a_killed_process_leaves_the_cache_and_the_lock_free() {
        let mut platter = Platter::new(Dice::new(1), false);
        platter.create(Path::new("/file"), true).unwrap();
        assert!(platter.lock().is_some());
        assert!(platter.lock().is_none());
        platter.restart(Ending::Killed);
        assert!(platter.look(Path::new("/file")).unwrap().is_some());
        assert!(platter.lock().is_some());
    }
}
