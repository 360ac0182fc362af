//! Having Cargo build the program of a check: of its messages only what the learner's own file caused, in std's words.

use std::path::PathBuf;

use anstream::adapter::strip_str;
use common::exercises::cargo;
use common::exercises::folder::{Folder, Target};

/// A learner's file is found from the check's folder, a path that only distracts.
pub(super) const THERE_AND_BACK: &str = "checks/../";

/// Why there is no program.
pub(super) enum NotBuilt {
    /// The compiler's own messages about this target.
    DoesNotCompile(String),
    /// Cargo could not do it, for another reason.
    Impossible(String),
}

/// Builds a test; where the program is.
pub(super) fn build(folder: &Folder, target: &Target) -> Result<PathBuf, NotBuilt> {
    let test = target.test.as_str();
    let built = cargo::build(folder, &["test", "--no-run"], Some(target))
        .map_err(|why| NotBuilt::Impossible(format!("cannot run cargo: {why}")))?;
    if built.is_whole {
        return built
            .program(test)
            .ok_or_else(|| NotBuilt::Impossible("cargo names no program".into()));
    }

    // Of what it depends on, if that is what does not compile.
    let of = |own: bool| -> Vec<String> {
        built
            .messages
            .iter()
            .filter(|message| (message["target"]["name"] == test) == own)
            .map(|message| &message["message"])
            .filter(|message| message["level"] == "error")
            .filter(|message| {
                message["spans"]
                    .as_array()
                    .is_some_and(|spans| !spans.is_empty())
            })
            .filter_map(|message| message["rendered"].as_str())
            .map(in_terms_of_std)
            .collect()
    };

    let errors = [of(true), of(false)].concat();
    if errors.is_empty() {
        return Err(NotBuilt::Impossible(built.said));
    }

    Err(NotBuilt::DoesNotCompile(
        errors
            .join("\n")
            .replace(THERE_AND_BACK, "")
            .trim_end()
            .to_owned(),
    ))
}

/// A compiler's message without what leads out of the answer, with std's names for what stands in for std.
fn in_terms_of_std(rendered: &str) -> String {
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    for line in rendered.lines() {
        let plain = strip_str(line).to_string();
        // A part of its own, or a file of its own within one.
        if ["note: ", "help: "]
            .iter()
            .any(|start| plain.starts_with(start))
            || plain.trim_start().starts_with("::: ")
        {
            parts.push(Vec::new());
        }
        let about_a_file = plain
            .trim_start()
            .starts_with("= note: the full name for the type has been written")
            || plain
                .trim_start()
                .starts_with("= note: consider using `--verbose` to print the full type");
        if let Some(part) = parts.last_mut().filter(|_| !about_a_file) {
            part.push(line);
        }
    }

    let leads_out = |part: &&Vec<&str>| {
        let paths = part.iter().map(|line| strip_str(line).to_string());
        let marks = ["--> ", "::: "];
        let mut paths =
            paths.filter(|line| marks.iter().any(|mark| line.trim_start().starts_with(mark)));
        paths.any(|path| {
            [
                ".cargo/registry",
                "common/src/",
                "common/drawing/src/",
                "common/recording/src/",
                "common/judge/src/",
                "common/interleave/src/",
            ]
            .iter()
            .any(|ours| path.contains(ours))
        })
    };
    let (first, others) = parts
        .split_first()
        .map_or((&[][..], &[][..]), |(first, others)| (&first[..], others));
    let kept = others.iter().filter(|part| !leads_out(part)).flatten();
    let mut text = first
        .iter()
        .chain(kept)
        .flat_map(|line| [line, "\n"])
        .collect::<String>();

    for ours in [
        "interleave::sync::",
        "shuttle_std::sync::",
        "shuttle::sync::",
    ] {
        text = text
            .replace(&format!("{ours}thread::"), "std::thread::")
            .replace(ours, "std::sync::");
    }

    text.replace("shuttle_std::thread::", "std::thread::")
        .replace("shuttle::thread::", "std::thread::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_in_the_answer_and_in_the_words_of_std() {
        let rendered = "\u{1b}[1merror[E0308]\u{1b}[0m: found `interleave::sync::MutexGuard<'_, u32>`\n \
            --> lesson-01-threads/exercises/04_lock_order.rs:7:25\n  \
            |\n  \
            = note: the full name for the type has been written to '/tmp/long-type.txt'\n  \
            = note: expected `shuttle::thread::JoinHandle<()>`\n\
            \u{1b}[92mnote\u{1b}[0m: defined here\n \
            --> /root/.cargo/registry/src/index/shuttle-std-0.1.5/src/sync/mutex.rs:34:18\n  \
            |\n\
            help: provide the argument\n";
        let expected = "\u{1b}[1merror[E0308]\u{1b}[0m: found `std::sync::MutexGuard<'_, u32>`\n \
            --> lesson-01-threads/exercises/04_lock_order.rs:7:25\n  \
            |\n  \
            = note: expected `std::thread::JoinHandle<()>`\n\
            help: provide the argument\n";
        assert_eq!(in_terms_of_std(rendered), expected);
    }
}
