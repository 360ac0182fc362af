//! `check` as a learner uses it: the files of a copy of the course are edited, and what is said about them is read.

mod course;
mod orders;
mod terminal;

use std::fs;

use serde_json::Value;
use testing::Ran;

use course::Course;

/// Without the breaks between its lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
        // A pipe gets no arrows.
        let chapter = testing::chapter("01-threads").replace('→', "->");
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
        &["--all", "--html", "page.html"],
        &["--watch", "--edit", "true"],
    ] {
        let ran = check(refused);
        assert_eq!(
            (ran.code, ran.stderr.lines().count()),
            (Some(2), 1),
            "{refused:?}: {}",
            ran.stderr
        );
    }

    let unknown = check(&[name, "--seed", "999950"]);
    assert_eq!(unknown.code, Some(1), "{}", unknown.stdout);
    assert!(
        unknown.stderr.contains("has no order with the seed 999950"),
        "{}",
        unknown.stderr
    );
    for refused in ["hint", "reset"] {
        let ran = course.run("", &[refused, name, "--json"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{refused}");
    }

    // What comes of all its orders, the orders as a page, and the learner as the scheduler.
    let outcomes = check(&[name, "--outcomes"]).stdout;
    assert!(outcomes.contains("outcomes in all "), "{outcomes}");
    assert!(outcomes.contains("30 (lost update)"), "{outcomes}");
    let page = course.root.join("orders.html");
    check(&[name, "--orders", &page.display().to_string()]);
    let nowhere = course.root.join("missing/orders.html");
    let not_written = check(&[
        "02",
        "--solution",
        "--orders",
        &nowhere.display().to_string(),
    ]);
    assert_eq!(not_written.code, Some(1), "{}", not_written.stderr);
    let text = fs::read_to_string(&page).expect("it was written");
    assert!(
        text.len() < 2 << 20 && text.contains("\"is_all\":true"),
        "{}",
        text.len()
    );
    assert!(!text.contains("http://") && !text.contains("https://"));
    orders::open_in_browser(&page, "lost update");
    let ends = orders::ends(&text);
    assert!(ends.len() > 2, "{ends:?}");
    for (end, seed) in ends {
        let said = one_line(&check(&[name, "--seed", &seed]).stdout);
        assert!(
            said.starts_with(&format!("{name}: {end}")),
            "--seed {seed} is not {end}: {said}"
        );
    }
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
             next:       cargo run -p lesson-01-threads -- check 02_share_a_counter\n"
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
        all.stdout.trim_end().ends_with("1 of 8 solved"),
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
    let first = course.run("", &["hint"]).stdout;
    assert!(
        first.starts_with("01_join_and_collect, hint 1 of 3: "),
        "{first}"
    );
    let unknown = course.run("", &["hint", "loose_update"]);
    assert_eq!(unknown.code, Some(2));
    assert_eq!(unknown.stderr.lines().count(), 1, "{}", unknown.stderr);
    assert!(
        unknown.stderr.contains("did you mean '03_lost_update'?"),
        "{}",
        unknown.stderr
    );

    all_at_once(&course);
    terminal::watch(&course);
}

/// `check --all` says something of each, and objects only to what was changed.
fn all_at_once(course: &Course) {
    let three = ["check", "1", "2", "3", "--all"];
    course.run("", &["reset", "--yes"]);

    course.hand_in(
        "03_lost_update",
        &course.answer("solutions", "03_lost_update.rs"),
    );
    let ran = course.run("", &[&three[..], &["--json"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let verdicts: Vec<Value> = ran.stdout.lines().flat_map(serde_json::from_str).collect();
    let order: Vec<&str> = verdicts
        .iter()
        .filter_map(|verdict| verdict["exercise"].as_str()?.get(..2))
        .collect();
    assert_eq!(order, ["01", "02", "03"]);
    let first = verdicts[0]["what"].as_str().unwrap_or_default();
    assert!(
        first.starts_with("there is a `todo!()` in line "),
        "{first}"
    );

    for verdict in &verdicts {
        let is_solved = verdict["exercise"] == "03_lost_update";
        let kind = if is_solved { "solved" } else { "still to do" };
        assert_eq!(verdict["kind"], kind, "{verdict}");
        assert_eq!(verdict["lesson"], "lesson-01-threads");
        assert!(verdict["what"].is_string() && verdict["minutes"].as_u64() >= Some(5));
        assert!((1..=3).contains(&verdict["level"].as_u64().unwrap_or(0)));
        assert!(verdict["seconds"].as_f64() > Some(0.0), "{verdict}");
    }

    course.hand_in("03_lost_update", "fn deposit( {\n");
    let wrong = course.run("", &three);
    assert_eq!(wrong.code, Some(1));
    let row = |line: &str| line.starts_with("03_lost_update") && line.ends_with("does not compile");
    assert!(wrong.stdout.lines().any(row), "{}", wrong.stdout);
    assert!(
        wrong.stdout.ends_with("0 solved, 2 to do, 1 wrong\n"),
        "{}",
        wrong.stdout
    );
}
