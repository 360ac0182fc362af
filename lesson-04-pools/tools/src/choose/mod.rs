//! `choose`: which approach fits? By asking a decision tree, or by measuring a command of the
//! reader's.

pub mod tree;
pub mod measure;
