//! The page, opened in a real browser.
//!
//! Needs node, Debian's `chromium` and the npm package `playwright-core`, which `.ci/run` installs into
//! `target/browser`. Without them the test says why it did nothing; where `.ci/run` calls it, that is a failure.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{kept, target};
use crate::timeline::{About, to_page};
use recording::measure::{Figures, Usage};
use recording::trace::{End, Kind, Lane, Link, LogLine, Slice, SourceLine, Span, Trace};

/// Returns the places of the browser and its driver, as `.ci/run` says or puts them; or what is
/// missing.
fn browser() -> Result<(PathBuf, PathBuf), String> {
    let told = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let driver = told("COURSE_PLAYWRIGHT").unwrap_or_else(|| target().join("browser"));
    let chromium = told("COURSE_CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into());

    if !chromium.exists() {
        return Err(format!("no {}", chromium.display()));
    }
    if !driver.join("node_modules/playwright-core").exists() {
        return Err(format!("no playwright-core in {}", driver.display()));
    }
    Command::new("node")
        .arg("--version")
        .output()
        .map_err(|why| format!("no node: {why}"))?;

    Ok((chromium, driver))
}

/// Opens a page. Returns what the script measured, or nothing without a browser.
fn check(name: &str, page: &str, lanes: &[&str]) -> Option<String> {
    let (chromium, driver) = match browser() {
        Ok(found) => found,
        Err(why) => {
            let told = std::env::var_os("COURSE_CHROMIUM").is_some();
            assert!(
                !told,
                "the page was not tested: {why}; .ci/run should have installed it"
            );
            println!("skipped: {why}; `bash .ci/run` installs it");
            return None;
        }
    };
    let file = kept().join(format!("{name}.html"));

    std::fs::write(&file, page).expect("target can be written");
    let lanes = serde_json::to_string(lanes).expect("names are text");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/page.mjs");
    let output = Command::new("node")
        .arg(script)
        .args([&driver, &chromium, &file])
        .args([&lanes, &file.with_extension("").display().to_string()])
        .output()
        .expect("node was there just now");
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);

    assert!(output.status.success(), "{name}: {out}{err}");
    Some(out.into_owned())
}

fn about(demo: &str) -> About {
    let command = "lesson-00-made-up --html <file> \"quoted\"".into();
    About {
        lesson: "lesson-00-made-up".into(),
        demo: demo.into(),
        command,
        verdict: figures().verdict(),
        sentence: None,
        what_if: Vec::new(),
        date_ms: 1_790_000_000_000,
    }
}

fn figures() -> Figures {
    Figures {
        used: Usage::default(),
        work_s: 1.5,
        sequential_s: None,
        cores: 2,
    }
}

fn span(name: String, start_ns: u64, end_ns: u64, depth: u16) -> Span {
    let at = SourceLine {
        file: "src/made_up.rs",
        line: 3,
    };
    let cpu_ns = (end_ns - start_ns) / 3;
    let end_ns = Some(end_ns);

    Span {
        name: name.into(),
        start_ns,
        end_ns,
        cpu_ns,
        polls: 0,
        depth,
        job: depth == 0,
        mark: None,
        at,
    }
}

fn lane(name: &str, kind: Kind, pid: u32, spans: Vec<Span>) -> Lane {
    let slices = spans
        .iter()
        .filter(|span| span.depth == 0)
        .map(|span| Slice {
            start_ns: span.start_ns,
            end_ns: span.end_ns.unwrap_or(0),
            cpu_ns: span.cpu_ns,
            mark: true,
            tid: 7,
        })
        .collect();
    Lane {
        name: name.into(),
        kind,
        pid,
        tid: 7,
        spans,
        slices,
        states: Vec::new(),
        woken: Vec::new(),
        ended: End::Returned,
    }
}

#[test]
fn three_processes_with_threads_and_tasks_are_one_picture_and_text_stays_text() {
    let evil =
        "</script><script>document.title='owned'</script> \u{202e}thgir-ot-tfel \"'&<b>\u{2028}\n";
    let mut lanes = vec![lane(
        "main",
        Kind::Thread,
        1,
        vec![span("run".into(), 0, 1_000_000, 0)],
    )];

    for pid in 2..=4 {
        lanes.push(lane(
            &format!("worker {pid}"),
            Kind::Process,
            pid,
            vec![span(evil.into(), 1000, 900_000, 0)],
        ));
        lanes.push(lane(
            "helper",
            Kind::Thread,
            pid,
            vec![
                span("outer".into(), 2000, 800_000, 0),
                span("inner".into(), 3000, 4000, 1),
            ],
        ));
        lanes.push(lane(
            &format!("task of {pid}"),
            Kind::Task,
            pid,
            vec![span("call".into(), 5000, 700_000, 0)],
        ));
    }

    lanes.push(lane(
        evil,
        Kind::Thread,
        1,
        vec![span("last".into(), 10_000, 20_000, 0)],
    ));
    let log = vec![LogLine {
        t_ns: 5000,
        lane: 1,
        message: evil.into(),
    }];
    let links = vec![Link {
        label: "job".into(),
        from_lane: 0,
        from_ns: 500,
        to_lane: 1,
        to_ns: 1000,
    }];
    let trace = Trace {
        start_ns: 0,
        end_ns: 1_000_000,
        lanes,
        log,
        links,
        ..Trace::default()
    };
    let page = to_page(&trace, &about(evil), &figures());

    assert_eq!(page.matches("</script>").count(), 2, "the page's own two");
    check(
        "picture",
        &page,
        &["main", "worker 2", "helper", "task of 4"],
    );
}

#[test]
fn a_hundred_thousand_spans_are_drawn_in_under_two_seconds() {
    let lanes = (0..10_u64).map(|number| {
        let spans = (0..10_000)
            .map(|n| span(format!("job {}", n % 50), n * 1000, n * 1000 + 700, 0))
            .collect();
        lane(&format!("worker {number}"), Kind::Thread, 1, spans)
    });
    let trace = Trace {
        start_ns: 0,
        end_ns: 10_000_000,
        lanes: lanes.collect(),
        ..Trace::default()
    };
    let page = to_page(&trace, &about("many"), &figures());

    if let Some(measured) = check("many", &page, &["worker 0", "worker 9"]) {
        let measured: serde_json::Value =
            serde_json::from_str(&measured).expect("the script prints JSON");
        println!("{measured}");
        // The goals are 2 s to open and a redraw that feels immediate; a loaded machine gets three times that.
        assert!(
            measured["opened_ms"].as_f64().unwrap_or(f64::MAX) < 6000.0,
            "{measured}"
        );
        assert!(
            measured["redraw_ms"].as_f64().unwrap_or(f64::MAX) < 600.0,
            "{measured}"
        );
    }
}
