//! The decision tree for people and for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use super::node::{Approach, Branch, Node};

impl Node {
    /// From here on, a line for each question, branch and end.
    pub fn draw(self) -> String {
        let mut text = String::new();
        self.draw_below(0, &mut text);
        text
    }

    fn draw_below(self, depth: usize, text: &mut String) {
        let indent = "    ".repeat(depth);
        match self {
            Node::Use(approach) => {
                let _ = writeln!(text, "{indent}=> {}", approach.name);
            }
            Node::Ask(question) => {
                let _ = writeln!(text, "{indent}{}", question.text);
                for branch in question.branches {
                    let _ = match branch.then {
                        Node::Use(end) => {
                            writeln!(text, "{indent}- {}  => {}", branch.answer, end.name)
                        }
                        Node::Ask(_) => writeln!(text, "{indent}- {}", branch.answer),
                    };
                    if let Node::Ask(_) = branch.then {
                        branch.then.draw_below(depth + 1, text);
                    }
                }
            }
        }
    }

    /// The same for programs.
    pub fn to_json(self) -> Value {
        match self {
            Node::Use(end) => json!({ "approach": end.name, "reason": end.reason,
                "command": end.command(), "chapter": end.chapter, "crates": end.crates }),
            Node::Ask(question) => {
                let branch = |branch: &Branch| json!({ "answer": branch.answer, "then": branch.then.to_json() });
                let branches: Vec<Value> = question.branches.iter().map(branch).collect();
                json!({ "question": question.text, "branches": branches })
            }
        }
    }
}

impl Approach {
    /// The command that runs its demo.
    pub fn command(&self) -> String {
        format!("cargo run -p {}", self.run)
    }

    /// The answer in four lines.
    pub fn text(&self) -> String {
        let Approach {
            name,
            reason,
            chapter,
            crates,
            ..
        } = self;
        format!(
            "use: {name}\nwhy: {reason}\nsee: {}   ({chapter})\nwith: {crates}\n",
            self.command()
        )
    }
}
