//! Judges `04_first_answer`: servers that answer, fail, and are silent; one, and many.

use judge::chance::any;
use judge::exercise;
use judge::{Kind, Solved, expect};

use paused::{Service, expect_millis, millis, on_one_thread, times, watched};
use tokio::time::timeout;

crate::exercise!("../exercises/04_first_answer.rs");

/// A server: the milliseconds until it answers, and whether the answer is good.
type Server = (u64, bool);

/// Expects the first good answer when it comes, and no call under way then; `None` when the last
/// one has failed.
pub fn check() -> Solved {
    on_one_thread("first_good", async || {
        let silent = 3_600_000;
        for servers in [
            &[(3_001, true), (1_013, true), (2_003, true)][..],
            &[(1_013, false), (2_003, false), (4_001, true)],
            &[(60_013, true), (1_013, false), (2_003, true)],
            &[(2_003, false), (3_001, false), (1_013, false)],
            &[(709, true)],
            &[(709, false)],
            &[(0, true)],
            &[(0, false), (0, false)],
            &[(709, false), (0, true), (1_013, true)],
            &[(0, false), (709, false), (silent, true), (1_013, true)],
            &[(silent, true), (silent, false), (17, true)],
        ] {
            first(servers).await;
        }
        the_caller_gives_up().await;
        for many in [2, 9, 40, 700] {
            some_good(many, 1).await;
            some_good(many, 2).await;
            let none_good: Vec<Server> = times(many)
                .into_iter()
                .map(|takes| (takes, false))
                .collect();
            first(&none_good).await;
        }
    });
    Solved::new(
        "with up to 700 good, failing and slow servers: the first good answer, and the other calls have ended",
    )
}

/// Expects no call under way when the caller has dropped the future.
async fn the_caller_gives_up() {
    let service = Service::open();
    let call = |takes: u64| {
        let answer = answer(takes > 1_000, "page");
        service.call(&format!("of {takes} ms"), millis(takes), answer)
    };
    let first = exercise::first_good([50_021, 607, 60_013].map(call).into());
    let _ = timeout(millis(1_009), first).await;
    let when = "when the caller has dropped the future of `first_good` after 1009 ms";
    service.expect_quiet(when).await;
}

/// Judges with servers of which only the slowest are good, wherever they stand.
async fn some_good(many: usize, good: usize) {
    let times = times(many);
    let mut slowest = times.clone();
    slowest.sort_unstable();
    let from = slowest[many - good];
    let servers: Vec<Server> = times
        .into_iter()
        .map(|takes| (takes, takes >= from))
        .collect();
    first(&servers).await;
}

/// Makes an answer: neither its text nor its place says whether it is good.
fn answer(good: bool, text: &str) -> Result<String, String> {
    let text = format!("{text}{}", any(0..1_000_000));
    if good { Ok(text) } else { Err(text) }
}

async fn first(servers: &[Server]) {
    let texts = ["page", "error: no such page", "a page that failed"];
    let text = texts[usize::try_from(any(0..3)).unwrap_or(0)];
    let answers = servers.iter().map(|(_, good)| answer(*good, text));
    judge(servers, answers.collect()).await;
    // An empty page is a page.
    let answers = servers.iter().map(|(_, good)| {
        let empty = String::new();
        if *good { Ok(empty) } else { Err(empty) }
    });
    judge(servers, answers.collect()).await;
}

async fn judge(servers: &[Server], answers: Vec<Result<String, String>>) {
    let service = Service::open();
    let calls = servers
        .iter()
        .zip(&answers)
        .map(|((takes, _), answer)| {
            service.call(&format!("of {takes} ms"), millis(*takes), answer.clone())
        })
        .collect();
    let mut shown = servers.to_vec();
    shown.truncate(12);
    let what = format!(
        "{} servers, as (milliseconds, good): {shown:?}",
        servers.len()
    );
    let page = watched(&what, servers.len(), exercise::first_good(calls)).await;
    let took = service.millis();

    let good = (0..servers.len()).filter(|server| servers[*server].1);
    let winner = good.min_by_key(|server| servers[*server].0);
    let last = servers.iter().map(|(takes, _)| *takes).max().unwrap_or(0);
    let until = winner.map_or(last, |winner| servers[winner].0);
    // One that is answered at once may be so before the others have begun.
    if until > 0 {
        let at_once = servers.iter().filter(|(takes, _)| *takes > 0).count();
        service.expect_overlap(at_once);
    }
    let wanted = winner.and_then(|winner| answers[winner].clone().ok());
    expect(Kind::WrongResult, &what, &page, &wanted);
    expect_millis(&what, took, until);
    let when = format!("{what}: when `first_good` has ended");
    service.expect_quiet(&when).await;
}
