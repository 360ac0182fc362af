//! What an answer says that would lead round its check.

/// The text of an answer, and how it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The file.
    pub text: &'static str,
    /// Its steps are put in order by the check, which has to see them all.
    pub is_in_steps: bool,
}

/// Crates whose locks and threads a check cannot see, and words that lead to them.
const UNSEEN: [&str; 13] = [
    "real_std",
    "real_core",
    "shuttle",
    "loom",
    "parking_lot",
    "crossbeam",
    "crossbeam_channel",
    "crossbeam_utils",
    "rayon",
    "tokio",
    "nix",
    "libc",
    "common",
];

impl Source {
    /// The first line that leads round the check, and why it does.
    pub(super) fn way_round(&self) -> Option<String> {
        let code = without_words(self.text);
        for (number, line) in code.lines().enumerate() {
            let line_is = |what: &str, why: &str| {
                Some(format!("in line {} it says `{what}`: {why}", number + 1))
            };
            let words: Vec<&str> = words_of(line);
            for way in [&["judge", ":", ":"][..], &["common", ":", ":", "exercises"]] {
                if words.windows(way.len()).any(|some| some == way) {
                    return line_is(&way.concat(), "that is the check, not the exercise");
                }
            }
            if !self.is_in_steps {
                continue;
            }
            if words.windows(2).any(|two| two == ["extern", "crate"]) {
                return line_is("extern crate", "std is all that this exercise needs");
            }
            if words.windows(2).any(|two| two == ["thread_local", "!"]) {
                let why = "honest Rust, which this check cannot judge: it runs all threads on one, \
                           which would share it";
                return line_is("thread_local!", why);
            }
            for name in UNSEEN {
                if words.windows(3).any(|three| *three == [name, ":", ":"]) {
                    let why = "the check cannot see what its threads and locks do; use `crate::sync` \
                               or `std::sync`";
                    return line_is(name, why);
                }
            }
        }

        None
    }
}

/// The words and signs of a line.
fn words_of(line: &str) -> Vec<&str> {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut rest = line.trim_start();

    while let Some(first) = rest.chars().next() {
        let length = if is_of_word(first) {
            rest.find(|c| !is_of_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        words.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }

    words
}

/// The text without comments and without what stands in quotes; its lines stay as they are numbered.
fn without_words(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;

    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let mut is_escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
        rest = &rest[skipped..];
    }

    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &'static str, is_in_steps: bool) -> Option<String> {
        Source { text, is_in_steps }.way_round()
    }

    #[test]
    fn what_leads_round_is_named_with_its_line() {
        let line = said("// parking_lot::Mutex\nuse parking_lot::Mutex;\n", true).unwrap();
        assert!(
            line.starts_with("in line 2 it says `parking_lot`: the check cannot see"),
            "{line}"
        );
        assert!(said("common :: exercises::fail(x)", false).is_some());
        assert!(said("extern crate std as s;", true).is_some());
    }

    #[test]
    fn what_only_speaks_of_it_is_not() {
        for text in [
            "use std::sync::Mutex;",
            "/* loom::x */",
            "expect(\"rayon::x\")",
            "let rayon = 1;",
        ] {
            assert_eq!(said(text, true), None, "{text}");
        }
        assert_eq!(said("use rayon::prelude::*;", false), None);
    }
}
