//! The decision tree of this course: `docs/05-choosing.md` shows the same, and a test keeps the two
//! together.

use super::approaches as ends;
use super::node::When::{Isolated, Jobs, Machines, Shared, Work};
use super::node::Work::{Both, Computing, Waiting};
use super::node::{Approach, Branch, Node, Question, When};

/// Makes a branch that leads to another question.
const fn asks(answer: &'static str, when: When, question: &'static Question) -> Branch {
    let then = Node::Ask(question);
    Branch { answer, when, then }
}

/// Makes a branch that leads to an end of the tree.
const fn ends(answer: &'static str, when: When, approach: &'static Approach) -> Branch {
    let then = Node::Use(approach);
    Branch { answer, when, then }
}

pub const TREE: Node = Node::Ask(&MACHINES);

const MOST: u64 = u64::MAX;
const NO_OR_OUTLIVE: &str = "no, or the jobs must outlive it (--machines 2)";

static MACHINES: Question = Question {
    text: "Is one machine enough?",
    branches: &[
        asks("yes", Machines(1..=1), &WORK),
        ends(NO_OR_OUTLIVE, Machines(2..=MOST), &ends::BROKER),
    ],
};

const IT_WAITS: &str = "it waits: for a network, a disk, another program (--waiting)";
const SOME_OF_BOTH: &str = "some of both (--waiting --computing)";

static WORK: Question = Question {
    text: "What does a job do most of the time?",
    branches: &[
        asks(IT_WAITS, Work(Waiting), &WAITING),
        asks("it computes (--computing)", Work(Computing), &COMPUTING),
        asks(SOME_OF_BOTH, Work(Both), &BOTH),
    ],
};

const MAY_CRASH: &str =
    "Must the others live on if a job crashes, or is its code not to be trusted?";
const SHARE: &str = "Do the jobs change the same data?";
const HOW_MANY: &str = "How many at once?";

static WAITING: Question = Question {
    text: MAY_CRASH,
    branches: &[
        ends("yes (--isolated)", Isolated(true), &ends::PROCESS_EACH),
        asks("no", Isolated(false), &WAITS),
    ],
};

static WAITS: Question = Question {
    text: HOW_MANY,
    branches: &[
        ends("one (--jobs 1)", Jobs(0..=1), &ends::NOTHING),
        asks("2 to 32 (--jobs 32)", Jobs(2..=32), &FEW),
        ends("33 to 200 (--jobs 200)", Jobs(33..=200), &ends::THREAD_POOL),
        asks("more (--jobs 1000)", Jobs(201..=MOST), &MANY),
    ],
};

static FEW: Question = Question {
    text: SHARE,
    branches: &[
        ends("no", Shared(false), &ends::THREAD_EACH),
        ends("yes (--shared)", Shared(true), &ends::THREADS_THAT_SHARE),
    ],
};

static MANY: Question = Question {
    text: SHARE,
    branches: &[
        ends("no", Shared(false), &ends::ASYNC),
        ends("yes (--shared)", Shared(true), &ends::ASYNC_THAT_SHARES),
    ],
};

static COMPUTING: Question = Question {
    text: MAY_CRASH,
    branches: &[
        ends("yes (--isolated)", Isolated(true), &ends::PROCESS_POOL),
        asks("no", Isolated(false), &COMPUTES),
    ],
};

static COMPUTES: Question = Question {
    text: SHARE,
    branches: &[
        ends("no", Shared(false), &ends::DATA_PARALLEL),
        ends("yes (--shared)", Shared(true), &ends::SUMS_OF_THEIR_OWN),
    ],
};

static BOTH: Question = Question {
    text: MAY_CRASH,
    branches: &[
        ends("yes (--isolated)", Isolated(true), &ends::PROCESS_POOL),
        asks("no", Isolated(false), &MIXED),
    ],
};

static MIXED: Question = Question {
    text: HOW_MANY,
    branches: &[
        ends("up to 200 (--jobs 200)", Jobs(0..=200), &ends::SIZED_POOL),
        ends(
            "more (--jobs 1000)",
            Jobs(201..=MOST),
            &ends::ASYNC_WITH_POOL,
        ),
    ],
};

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::node::Facts;
    use super::*;

    /// Returns each way down: the questions on it, and its end.
    fn paths(node: Node, asked: &[&'static str]) -> Vec<(Vec<&'static str>, &'static Approach)> {
        match node {
            Node::Use(approach) => vec![(asked.to_vec(), approach)],
            Node::Ask(question) => {
                let asked: Vec<&str> = asked.iter().copied().chain([question.text]).collect();
                question
                    .branches
                    .iter()
                    .flat_map(|branch| paths(branch.then, &asked))
                    .collect()
            }
        }
    }

    #[test]
    fn every_path_ends_and_asks_nothing_twice() {
        let paths = paths(TREE, &[]);
        assert!(paths.len() >= 13, "{}", paths.len());
        for (mut asked, approach) in paths {
            let length = asked.len();
            asked.sort_unstable();
            asked.dedup();
            assert_eq!(asked.len(), length, "{asked:?}");
            for text in [approach.name, approach.reason, approach.crates] {
                assert!(!text.is_empty(), "{approach:?}");
            }
        }
    }

    #[test]
    fn whatever_is_known_of_jobs_leads_to_an_end() {
        for machines in [1, 2, 1000] {
            for work in [Waiting, Computing, Both] {
                for (isolated, shared) in
                    [(false, false), (false, true), (true, false), (true, true)]
                {
                    for jobs in [1, 2, 32, 33, 200, 201, u64::MAX] {
                        let facts = Facts {
                            machines: Some(machines),
                            work: Some(work),
                            isolated: Some(isolated),
                            shared: Some(shared),
                            jobs: Some(jobs),
                        };
                        assert!(matches!(TREE.walk(&facts), Node::Use(_)), "{facts:?}");
                    }
                }
            }
        }
    }

    /// Returns all source files of a folder in one text.
    fn sources(folder: &Path) -> String {
        let entries = fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .map(|path| {
                if path.is_dir() {
                    sources(&path)
                } else {
                    fs::read_to_string(path).unwrap()
                }
            })
            .collect()
    }

    #[test]
    fn what_it_says_to_run_and_to_read_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for (_, approach) in paths(TREE, &[]) {
            assert!(root.join(approach.chapter).exists(), "{approach:?}");
            let (package, demo) = approach.run.split_once(" -- ").unwrap();
            let package = package.split_whitespace().next().unwrap();
            let sources = sources(&root.join(package).join("src"));
            let made = format!("(\"{demo}\"");
            let shown = sources.split("Demo::new").any(|rest| {
                rest.split_whitespace()
                    .collect::<String>()
                    .starts_with(&made)
            });
            assert!(shown, "{approach:?}");
        }
    }
}
