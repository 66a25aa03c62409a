//! What the journal promises, held against it: the contract of every journal, torn writes, damage,
//! the archive and the copies of it. What needs a look inside is tested beside the code.

mod archive;
mod contract;
mod copies;
mod damage;
mod killed;
mod scene;
mod torn;
