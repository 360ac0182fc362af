//! The rules of the house, as ordinary tests. Each failure says what the rule is and what to do.
//!
//! `cargo test -p common --test tidy -- --nocapture figures` prints the figures of the house.

mod change_it;
mod circles;
mod code;
mod docs;
mod exercises;
mod figures;
mod notebook;
mod questions;
mod rust;
mod rooms;
mod tree;
