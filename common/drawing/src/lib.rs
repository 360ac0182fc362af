//! What is seen of a recorded run.
//!
//! Its drawing for a terminal, as a page and for other tools ([`timeline`]), the path that decided how long it took and
//! what a change would bring ([`analysis`]), and what may be wrong with it ([`diagnosis`]).
//!
//! It is a crate of its own so that it is compiled beside the command line's libraries.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

pub mod diagnosis;
pub mod analysis;
pub mod timeline;
