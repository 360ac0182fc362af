//! One file a demo: its line in the list, its options, and how a run of it is measured and reported.

pub mod choose;
