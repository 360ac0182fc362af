//! The decision tree of this course: `docs/05-choosing.md` shows the same, and a test keeps the two
//! together.

use super::approaches::{
    ASYNC, ASYNC_THAT_SHARES, ASYNC_WITH_POOL, BROKER, DATA_PARALLEL, NOTHING, PROCESS_EACH,
    PROCESS_POOL, SIZED_POOL, SUMS_OF_THEIR_OWN, THREAD_EACH, THREAD_POOL, THREADS_THAT_SHARE,
};
use super::node::{Branch, Node, Question, When, Work};

const fn branch(answer: &'static str, when: When, then: Node) -> Branch {
    Branch { answer, when, then }
}

/// The first question.
pub const TREE: Node = Node::Ask(&Question {
    text: "Is one machine enough?",
    branches: &[
        branch("yes", When::Machines(1..=1), Node::Ask(&WORK)),
        branch(
            "no, or the jobs must outlive it (--machines 2)",
            When::Machines(2..=u64::MAX),
            Node::Use(&BROKER),
        ),
    ],
});

static WORK: Question = Question {
    text: "What does a job do most of the time?",
    branches: &[
        branch(
            "it waits: for a network, a disk, another program (--waiting)",
            When::Work(Work::Waiting),
            Node::Ask(&WAITING),
        ),
        branch(
            "it computes (--computing)",
            When::Work(Work::Computing),
            Node::Ask(&COMPUTING),
        ),
        branch(
            "some of both (--waiting --computing)",
            When::Work(Work::Both),
            Node::Ask(&BOTH),
        ),
    ],
};

const MAY_CRASH: &str =
    "Must the others live on if a job crashes, or is its code not to be trusted?";
const SHARE: &str = "Do the jobs change the same data?";
const HOW_MANY: &str = "How many at once?";

static WAITING: Question = Question {
    text: MAY_CRASH,
    branches: &[
        branch(
            "yes (--isolated)",
            When::Isolated(true),
            Node::Use(&PROCESS_EACH),
        ),
        branch("no", When::Isolated(false), Node::Ask(&WAITS)),
    ],
};

static WAITS: Question = Question {
    text: HOW_MANY,
    branches: &[
        branch("one (--jobs 1)", When::Jobs(0..=1), Node::Use(&NOTHING)),
        branch("2 to 32 (--jobs 32)", When::Jobs(2..=32), Node::Ask(&FEW)),
        branch(
            "33 to 200 (--jobs 200)",
            When::Jobs(33..=200),
            Node::Use(&THREAD_POOL),
        ),
        branch(
            "more (--jobs 1000)",
            When::Jobs(201..=u64::MAX),
            Node::Ask(&MANY),
        ),
    ],
};

static FEW: Question = Question {
    text: SHARE,
    branches: &[
        branch("no", When::Shared(false), Node::Use(&THREAD_EACH)),
        branch(
            "yes (--shared)",
            When::Shared(true),
            Node::Use(&THREADS_THAT_SHARE),
        ),
    ],
};

static MANY: Question = Question {
    text: SHARE,
    branches: &[
        branch("no", When::Shared(false), Node::Use(&ASYNC)),
        branch(
            "yes (--shared)",
            When::Shared(true),
            Node::Use(&ASYNC_THAT_SHARES),
        ),
    ],
};

static COMPUTING: Question = Question {
    text: MAY_CRASH,
    branches: &[
        branch(
            "yes (--isolated)",
            When::Isolated(true),
            Node::Use(&PROCESS_POOL),
        ),
        branch("no", When::Isolated(false), Node::Ask(&COMPUTES)),
    ],
};

static COMPUTES: Question = Question {
    text: SHARE,
    branches: &[
        branch("no", When::Shared(false), Node::Use(&DATA_PARALLEL)),
        branch(
            "yes (--shared)",
            When::Shared(true),
            Node::Use(&SUMS_OF_THEIR_OWN),
        ),
    ],
};

static BOTH: Question = Question {
    text: MAY_CRASH,
    branches: &[
        branch(
            "yes (--isolated)",
            When::Isolated(true),
            Node::Use(&PROCESS_POOL),
        ),
        branch("no", When::Isolated(false), Node::Ask(&MIXED)),
    ],
};

static MIXED: Question = Question {
    text: HOW_MANY,
    branches: &[
        branch(
            "up to 200 (--jobs 200)",
            When::Jobs(0..=200),
            Node::Use(&SIZED_POOL),
        ),
        branch(
            "more (--jobs 1000)",
            When::Jobs(201..=u64::MAX),
            Node::Use(&ASYNC_WITH_POOL),
        ),
    ],
};

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::node::{Approach, Facts};
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
            for work in [Work::Waiting, Work::Computing, Work::Both] {
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
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
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
