//! Drawing a finished run. Everything here is a pure function of a [`Trace`](recording::trace::Trace) and
//! a [`Style`], but for [`width`] and [`Glyphs::wanted`], which ask the terminal.

mod style;
mod text;
mod axis;
mod cells;
mod rows;
mod cores;
mod prose;
mod terminal;
mod live;
mod scheduler;
mod chrome;
mod numbered;
mod states;
mod page;
#[cfg(test)]
mod tests;

pub use chrome::to_chrome;
pub use live::frame;
pub use page::{About, to_page};
pub use style::{Glyphs, Style, size, width};
pub use terminal::{draw, draw_with, paint};

pub use page::to_page_of_steps;
pub use page::to_page_of_two;
