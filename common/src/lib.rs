//! The front door of the workshop behind the lessons.
//!
//! A lesson teaches one thing and shows it in plain std, tokio, rayon and nix. The machinery that
//! makes a run *visible* lives here: the command line that all lessons share ([`Lesson`], [`Demo`]),
//! the pace of simulated waits ([`Pace`]), the recording of what happened when ([`trace`], fed by
//! the `tracing` crate's `info_span!` and `info!`), the drawing of it ([`timeline`]), the figures
//! ([`measure`]), and what keeps a run from hanging ([`deadline`]) or from leaving anything behind
//! ([`process`], [`TempDir`]).
//!
//! `common` depends on neither tokio nor rayon: the first lesson must not pay for the third.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod lock;
pub mod deadline;
pub mod diagnosis;
pub mod exercises;
mod lesson;
pub mod measure;
pub mod process;
mod quiz;
mod report;
mod temp_dir;
pub mod testing;
pub mod timeline;
pub mod trace;

pub use lesson::options;
pub use lesson::{Demo, Failure, Lesson, Outcome, Pace, PaceError, Run};
pub use process::frame;
pub use process::interrupt::on_interrupt;
pub use report::Report;
pub use temp_dir::TempDir;

/// The former name of [`Report`].
pub use report::Report as Sheet;

pub(crate) use lesson::output;
