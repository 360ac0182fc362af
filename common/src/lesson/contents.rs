//! A lesson as a table of contents.

use super::demo::{Demo, Group};

/// A chapter: its title and its demos in teaching order.
#[derive(Debug)]
pub struct Lesson {
    pub(super) package: &'static str,
    pub(super) title: &'static str,
    pub(super) demos: Vec<Demo>,
    pub(super) headline: usize,
    pub(super) next: &'static str,
}

impl Lesson {
    /// Makes a lesson in the package `package` (`env!("CARGO_PKG_NAME")`).
    pub fn new(package: &'static str, title: &'static str) -> Lesson {
        Lesson {
            package,
            title,
            demos: Vec::new(),
            headline: 1,
            next: "",
        }
    }

    /// Adds a demo to the main path.
    #[must_use]
    pub fn demo(mut self, demo: Demo) -> Lesson {
        self.demos.push(demo);
        self
    }

    /// Adds a demo for further reading.
    #[must_use]
    pub fn further(self, demo: Demo) -> Lesson {
        self.demo(Demo {
            group: Group::Further,
            ..demo
        })
    }

    /// Adds a pitfall. Its broken and its fixed part follow each other, so nothing is gained.
    #[must_use]
    pub fn pitfall(self, demo: Demo) -> Lesson {
        self.demo(Demo {
            group: Group::Pitfall,
            gains: false,
            ..demo
        })
    }

    /// Adds a tool: it answers a question of the reader's by measuring. `all` leaves it out.
    #[must_use]
    pub fn tool(self, demo: Demo) -> Lesson {
        self.demo(Demo {
            group: Group::Tool,
            gains: false,
            ..demo
        })
    }

    /// Sets the number of demos that are run without a demo's name (1 unless told).
    #[must_use]
    pub fn headline(mut self, count: usize) -> Lesson {
        self.headline = count;
        self
    }

    /// Sets the command to run after the last demo.
    #[must_use]
    pub fn next(mut self, command: &'static str) -> Lesson {
        self.next = command;
        self
    }

    /// Returns the command that runs a demo.
    pub(super) fn command(&self, demo: &str) -> String {
        format!("cargo run -p {} -- {demo}", self.package)
    }
}
