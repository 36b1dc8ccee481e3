//! The house rules as tests: who may know whom, how long a file may be, what may not be written down.
//!
//! In: every file of the tree that git knows or would. Out: a complaint that names file, line and rule.
//! Each rule is tried twice: on the tree, where it must find nothing, and on a planted breach, which it must find.
//! Source of the rules: `CONTRIBUTING.md` and `ARCHITECTURE.md`. A rule is changed there and here, never here alone.

mod dead_files;
mod pairs;
mod rooms;
mod rust_text;
mod shapes;
mod tree;
mod words;
