//! `size`: sweeps of pools, the formula and the laws.

use testing::{run, run_demo};

use crate::PROGRAM;

#[test]
fn pools_are_measured_beside_the_formula_and_the_laws() {
    let results = run_demo(PROGRAM, &["size", "--most", "8", "--rounds", "1"])["results"].take();
    let jobs = results["jobs"].as_array().unwrap();
    let names: Vec<_> = jobs
        .iter()
        .map(|job| job["job"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["computing", "waiting", "both"]);
    for job in jobs {
        let sizes: Vec<_> = job["rates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|rate| rate[0].as_u64().unwrap())
            .collect();
        assert_eq!(sizes, [1, 2, 4, 8], "{job}");
        assert!(sizes.contains(&job["enough"].as_u64().unwrap()), "{job}");
    }
    let formula = |index: usize| jobs[index]["formula"].as_f64().unwrap();
    assert!(
        formula(0) < formula(2) && formula(2) < formula(1),
        "{results}"
    );
    // Eight waits at once: far more than one after the other, however busy the machine.
    let rate = |index: usize| jobs[1]["rates"][index][1].as_f64().unwrap();
    assert!(rate(3) > 2.0 * rate(0), "{results}");
    assert!(jobs[1]["enough"].as_u64().unwrap() >= 2, "{results}");
    for law in ["amdahl", "gustafson"] {
        let alone = results[law]["fit"]["alone"].as_f64().unwrap();
        assert!((0.0..0.7).contains(&alone), "{law}: {results}");
    }
}

#[test]
fn one_thread_is_a_size_as_well() {
    let ran = run(
        PROGRAM,
        &["size", "--most", "1", "--rounds", "1", "--pace", "0.1"],
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(
        ran.stdout.contains("jobs that are waiting, then computing"),
        "{}",
        ran.stdout
    );
    assert!(
        !ran.stdout.contains("Gustafson"),
        "nothing can be fitted to one size: {}",
        ran.stdout
    );
}
