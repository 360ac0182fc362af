//! `check` as a learner uses it: the files of a copy of the course are edited, and what is said about them is read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testing::{Ran, run_command};

/// A copy of what lesson 01 needs. It stays in the target folder: what has been compiled once is not compiled again.
struct Course {
    root: PathBuf,
}

impl Course {
    fn copy() -> Course {
        let original = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the lesson lies in the workspace");
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("course");
        for folder in ["common", "lesson-01-threads"] {
            mirror(&original.join(folder), &root.join(folder));
        }
        let manifest =
            fs::read_to_string(original.join("Cargo.toml")).expect("the workspace has a manifest");
        let manifest: String = manifest
            .lines()
            .filter(|line| !is_of_another_lesson(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        // Both share a target folder, in which Cargo tells packages apart by name and version, not by where they lie.
        let version = "version = \"0.1.0\"";
        assert_eq!(
            manifest.matches(version).count(),
            1,
            "the version of all packages"
        );
        write(
            &root.join("Cargo.toml"),
            &manifest.replace(version, "version = \"0.1.0-copy\""),
        );
        write(
            &root.join("Cargo.lock"),
            &fs::read_to_string(original.join("Cargo.lock"))
                .expect("the workspace has a lock file"),
        );
        let _ = fs::remove_file(root.join(".progress-lesson-01-threads"));
        Course { root }
    }

    fn file(&self, folder: &str, name: &str) -> PathBuf {
        self.root.join("lesson-01-threads").join(folder).join(name)
    }

    /// Puts `answer` where the learner's file is.
    fn hand_in(&self, exercise: &str, answer: &str) {
        write(&self.file("exercises", &format!("{exercise}.rs")), answer);
    }

    fn answer(&self, folder: &str, name: &str) -> String {
        fs::read_to_string(self.file(folder, name)).expect("this answer is there")
    }

    /// Decides at each step as `keys` say.
    fn drive(&self, name: &str, keys: &str) -> String {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
        let mut driven = Command::new(env!("CARGO_BIN_EXE_lesson-01-threads"))
            .args(["check", name, "--drive"])
            .current_dir(&self.root)
            .env(
                "CARGO_TARGET_DIR",
                target.expect("it lies in the target folder"),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it can be started");
        let mut stdin = driven.stdin.take().expect("it is piped");
        stdin.write_all(keys.as_bytes()).expect("it listens");
        drop(stdin);
        let said = driven.wait_with_output().expect("it ends");
        String::from_utf8_lossy(&said.stdout).into_owned()
    }

    /// The lesson, started somewhere inside the copy.
    fn run(&self, folder: &str, args: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lesson-01-threads"));
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .parent()
            .expect("it lies in the target folder");
        command
            .args(args)
            .current_dir(self.root.join(folder))
            .env("CARGO_TARGET_DIR", target);
        run_command(&mut command)
    }
}

/// A member of the workspace that is not copied.
fn is_of_another_lesson(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("\"lesson-") && !line.starts_with("\"lesson-01-threads")
}

/// Makes `to` what `from` is; a file that is the same already keeps its date.
fn mirror(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written to");
    for entry in fs::read_dir(to).expect("it is a folder").flatten() {
        // A file that was moved since the last copy would be found at both places.
        if !from.join(entry.file_name()).exists() {
            let path = entry.path();
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.expect("the target folder can be written to");
        }
    }

    for entry in fs::read_dir(from).expect("it is a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            mirror(&entry.path(), &to);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            // The program of the copy must not take the place of this one's.
            let bin = "[[bin]]\nname = \"lesson-01-";
            write(
                &to,
                &text.replace(&format!("{bin}threads\""), &format!("{bin}copy\"")),
            );
        }
    }
}

/// Without the breaks between its lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn write(file: &Path, text: &str) {
    if fs::read_to_string(file).ok().as_deref() != Some(text) {
        fs::write(file, text).expect("the target folder can be written to");
    }
}

/// Returns the output without the ways to go on at its end.
fn verdict(ran: &Ran) -> &str {
    let compiling = [
        "compiling what the check needs, once ...",
        "compiling your answer ...",
    ];
    assert!(
        ran.stderr.lines().all(|line| compiling.contains(&line)),
        "{}",
        ran.stderr
    );
    ran.stdout
        .split("\nthe same again")
        .next()
        .unwrap_or_default()
}

// One test: Cargo builds one after the other in this folder anyway.
#[test]
fn an_exercise_is_judged_as_its_file_stands() {
    let course = Course::copy();
    let name = "03_lost_update";
    let check = |args: &[&str]| course.run("lesson-01-threads/src", &[&["check"], args].concat());

    // Unless the reader has changed it already, it is as the chapter shows it.
    let untouched = check(&["lost-update"]);
    if untouched.stdout.contains("the file is as it was given") {
        assert_eq!(untouched.code, Some(1), "{}", untouched.stderr);
        let chapter = testing::chapter("01-threads");
        assert!(
            chapter.contains(untouched.stdout.trim_end()),
            "not in chapter 01:\n{}",
            untouched.stdout
        );
    }
    course.hand_in(name, &course.answer("wrong", "03_lost_update/as_given.rs"));
    let given = "03_lost_update: still to do: the file is as it was given, and fails: lost update";
    assert!(one_line(verdict(&check(&[name]))).starts_with(given));

    // A wrong answer: the order of steps, in which the lock is given back in between, and again by its seed.
    course.hand_in(
        name,
        &course.answer("wrong", "03_lost_update/dropped_too_early.rs"),
    );
    let wrong = check(&[name]);
    assert_eq!(wrong.code, Some(1));
    assert!(
        one_line(verdict(&wrong)).starts_with(
            "03_lost_update: lost update: 30 and 70 cents were put on an empty account"
        )
    );
    let source = course.answer("wrong", "03_lost_update/dropped_too_early.rs");
    let dropped = source
        .lines()
        .position(|line| line.trim() == "drop(balance);");
    let dropped = format!("{} ", dropped.expect("it drops the guard") + 1);
    let rows: Vec<&str> = verdict(&wrong)
        .lines()
        .filter(|line| line.contains("gives cents back"))
        .filter(|line| line.trim_start().starts_with(&dropped))
        .collect();
    assert_eq!(rows.len(), 2, "{}", wrong.stdout);
    assert!(
        verdict(&wrong)
            .lines()
            .all(|line| line.chars().count() <= 80),
        "{}",
        wrong.stdout
    );
    let seed = wrong
        .stdout
        .split("--seed ")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next())
        .expect("a seed");
    assert_eq!(verdict(&check(&[name, "--seed", seed])), verdict(&wrong));
    for refused in [
        &[name, "--seed", "x"][..],
        &[name, "--seed", "7"],
        &["--seed", "1000001"],
        &["06", "--seed", "0"],
    ] {
        let ran = check(refused);
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(2), 1),
            "{refused:?}: {}",
            ran.stderr
        );
    }

    // What comes of all its orders, the orders as a page, and the learner as the scheduler.
    let outcomes = check(&[name, "--outcomes"]).stdout;
    assert!(outcomes.contains("outcomes in all "), "{outcomes}");
    assert!(outcomes.contains("30 (lost update)"), "{outcomes}");
    let page = course.root.join("orders.html");
    check(&[name, "--orders", &page.display().to_string()]);
    let text = fs::read_to_string(&page).expect("it was written");
    assert!(
        text.len() < 2 << 20 && text.contains("\"is_all\":true"),
        "{}",
        text.len()
    );
    assert!(!text.contains("http://") && !text.contains("https://"));
    let driven = course.drive(name, "2\n1\nb\n1\nf\nq\n");
    assert!(
        driven.contains("1 to 2, b a step back, f to the fault, q ends"),
        "{driven}"
    );
    assert!(
        driven.contains(&format!("the seed of this path: {seed}\n")),
        "{driven}"
    );

    // Not Rust: what the compiler says, and nothing around it.
    course.hand_in(name, "//! Nothing.\n\nfn deposit( {\n");
    let broken = check(&[name]);
    assert_eq!(broken.code, Some(1));
    assert!(
        verdict(&broken).starts_with("03_lost_update: does not compile\n\nerror: "),
        "{}",
        broken.stdout
    );
    assert!(
        broken
            .stdout
            .contains("--> lesson-01-threads/exercises/03_lost_update.rs:3:"),
        "{}",
        broken.stdout
    );
    assert!(
        !broken.stdout.contains("could not compile"),
        "{}",
        broken.stdout
    );

    // Right: and `list` knows.
    course.hand_in(name, &course.answer("solutions", "03_lost_update.rs"));
    let solved = check(&[name]);
    assert_eq!(
        (solved.code, verdict(&solved)),
        (
            Some(0),
            "03_lost_update: solved in every order of its steps: 3 orders\n\n\
             to compare: lesson-01-threads/solutions/03_lost_update.rs\n\
             next:       cargo run -p lesson-01-threads -- check 04_lock_order\n"
        )
    );
    let page = course.root.join("order.html");
    let nothing_to_draw = check(&[
        "lesson-01-threads/exercises/03_lost_update.rs",
        "--html",
        &page.display().to_string(),
    ]);
    assert!(
        nothing_to_draw
            .stderr
            .ends_with("order.html is not written\n"),
        "{}",
        nothing_to_draw.stderr
    );
    assert!(!page.exists());
    let listed = course.run("", &["list"]).stdout;
    assert!(listed.contains("exercises: 1 of 8 solved"), "{listed}");

    // All of them, up to the first that fails.
    course.hand_in("01_join_and_collect", "pub type Job = Box<dyn FnOnce() -> u32 + Send>;\npub fn run_all(_: Vec<Job>) -> Vec<u32> {\n    todo!()\n}\n");
    let all = check(&[]);
    assert_eq!(all.code, Some(1));
    assert!(
        verdict(&all)
            .starts_with("01_join_and_collect: still to do: there is a `todo!()` in line 3\n"),
        "{}",
        all.stdout
    );
    assert!(
        all.stdout.trim_end().ends_with("0 of 8 solved"),
        "{}",
        all.stdout
    );
    assert!(!all.stdout.contains("02_"), "{}", all.stdout);

    // A line that was run more than once, and which thread came of it each time.
    course.hand_in(
        "01_join_and_collect",
        &course.answer("wrong", "01_join_and_collect/never_joined.rs"),
    );
    let often = check(&["1"]);
    for thread in ["thread 1", "thread 2", "thread 3"] {
        assert!(
            verdict(&often).contains(&format!("starts {thread}\n")),
            "{}",
            often.stdout
        );
    }

    let hint = |number: u32| format!("03_lost_update, hint {number} of 3: ");
    for number in 1..=3 {
        assert!(
            course
                .run("common", &["hint", "3"])
                .stdout
                .starts_with(&hint(number))
        );
    }
    let fourth = course.run("common", &["hint", "3"]).stdout;
    assert!(
        fourth.starts_with("03_lost_update: these were all 3 hints; the last one again:\n"),
        "{fourth}"
    );
    assert!(fourth.contains(&hint(3)), "{fourth}");
    let unknown = course.run("", &["hint", "loose_update"]);
    assert_eq!(unknown.code, Some(2));
    assert_eq!(unknown.stderr.lines().count(), 1, "{}", unknown.stderr);
    assert!(
        unknown.stderr.contains("did you mean '03_lost_update'?"),
        "{}",
        unknown.stderr
    );
}
