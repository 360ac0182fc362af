//! A lesson and its demos, as a table of contents ([`Lesson`] and [`Demo`]), and the command line that
//! every lesson shares.

mod screen;
pub mod output;
mod pace;
pub mod options;
mod run;
mod difference;
mod outcome;
pub mod knob;
mod demo;
mod contents;
mod usage;
mod json;
mod against;
mod results;
mod report;
mod live;
mod trial;
mod cli;

pub use contents::Lesson;
pub use demo::Demo;
pub use difference::Difference;
pub use outcome::{Failure, Outcome};
pub use pace::{Pace, PaceError};
pub use results::in_words;
pub use run::Run;
