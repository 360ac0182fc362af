//! The front door of the workshop behind the lessons.
//!
//! A lesson teaches one thing and shows it in plain std, tokio, rayon and nix. The machinery that
//! makes a run *visible* lives here: the command line that all lessons share ([`Lesson`], [`Demo`]),
//! the pace of simulated waits ([`Pace`]), the recording of what happened when (by
//! the `tracing` crate's `info_span!` and `info!`), the drawing of it ([`Glyphs`], [`Report`]), the figures
//! ([`measure`]), and what keeps a run from hanging ([`deadline`]) or from leaving anything behind
//! ([`process`], [`TempDir`]).
//!
//! Recording and drawing are crates of their own, `recording` and `drawing`, which are compiled while clap still is;
//! lessons find here what they need of them. The judge of [`exercises`] is the crate `judge`, which stands on this one.
//!
//! `common` depends on neither tokio nor rayon: the first lesson must not pay for the third.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod report;
mod lesson;
pub mod exercises;
mod quiz;

pub use drawing::analysis::WhatIf;
pub use drawing::timeline::Glyphs;
pub use lesson::{Demo, Difference, Failure, Lesson, Outcome, Pace, PaceError, Run};
pub use lesson::{in_words, knob, options, output};
pub use recording::process::frame;
pub use recording::process::interrupt::on_interrupt;
pub use recording::trace::part;
pub use recording::{TempDir, deadline, measure, process};
pub use report::Report;

#[cfg(feature = "bench")]
#[doc(hidden)]
pub use recording::trace::bench;
