//! Judges `03_timeout`: parts that come in time, in any order, that come too late, and a caller
//! that does not wait.

use judge::exercise;
use judge::{Kind, Solved, expect, fail};
use tokio::time::timeout;

use paused::{Service, expect_millis, millis, on_one_thread, watched};

crate::exercise!("../exercises/03_timeout.rs");

/// Expects both parts at once if both come in time; when time or caller give up, both calls are
/// over.
pub fn check() -> Solved {
    on_one_thread("page", async || {
        in_time(1_009, 2_003, 5_000).await;
        too_late(2_003, 4_001, 3_011).await;
        for (head, body, limit) in [
            (2_003, 1_009, 5_000),
            (0, 713, 1_000),
            (713, 0, 1_000),
            (0, 0, 1_000),
            (977, 977, 1_000),
            (3_001, 17, 3_020),
            (17, 3_001, 86_400_000),
        ] {
            in_time(head, body, limit).await;
        }
        for (head, body, limit) in [
            (4_001, 2_003, 3_011),
            (50_021, 60_013, 3_011),
            (60_013, 50_021, 17),
            (0, 1_009, 977),
            (1_009, 0, 977),
            (3_040, 3_041, 3_011),
        ] {
            too_late(head, body, limit).await;
        }
        for (head, body, gives_up) in [
            (50_021, 60_013, 1_009),
            (607, 60_013, 1_009),
            (60_013, 607, 1_009),
            (50_021, 60_013, 0),
            (60_013, 50_021, 13),
        ] {
            the_caller_gives_up(head, body, gives_up).await;
        }
    });
    Solved::new("in time, too late, and with a caller that gives up first: no call goes on")
}

/// Equal texts are two parts all the same.
const TEXTS: [(&str, &str); 3] = [("the head", "a body"), ("a", "the body"), ("", "")];

async fn in_time(head: u64, body: u64, limit: u64) {
    for (one, other) in TEXTS {
        let service = Service::open();
        let [first, second] = parts(&service, [head, body], [one, other]);
        let page = exercise::page(first, second, millis(limit));
        let what = format!("parts that take {head} and {body} ms, with a limit of {limit} ms");
        let page = watched(&what, 3, page).await;
        let took = service.millis();
        if head > 0 && body > 0 {
            service.expect_overlap(2);
        }
        let both = Some((one.to_owned(), other.to_owned()));
        expect(Kind::WrongResult, &what, &page, &both);
        expect_millis(&what, took, head.max(body));
        service.expect_quiet("when both parts are there").await;
    }
}

/// Makes two calls of one type, as the answer wants them.
fn parts(
    service: &Service,
    takes: [u64; 2],
    texts: [&str; 2],
) -> [impl Future<Output = String> + Send + 'static + use<>; 2] {
    let part = |index: usize| {
        let name = ["head", "body"][index];
        service.call(name, millis(takes[index]), texts[index].to_owned())
    };
    [part(0), part(1)]
}

async fn too_late(head: u64, body: u64, limit: u64) {
    let service = Service::open();
    let [first, second] = parts(&service, [head, body], ["the head", "a body"]);
    let what = format!("parts that take {head} and {body} ms, with a limit of {limit} ms");
    let page = exercise::page(first, second, millis(limit));
    let page = watched(&what, 3, page).await;
    let took = service.millis();
    expect(Kind::WrongResult, &what, &page, &None);
    expect_millis(&format!("{what}: giving up"), took, limit);
    service
        .expect_quiet(&format!("{what}: when the time is up"))
        .await;
}

async fn the_caller_gives_up(head: u64, body: u64, gives_up: u64) {
    let service = Service::open();
    let [first, second] = parts(&service, [head, body], ["the head", "a body"]);
    let page = exercise::page(first, second, millis(30_011));
    let what = format!("parts that take {head} and {body} ms, with a limit of 30 s");
    if timeout(millis(gives_up), page).await.is_ok() {
        fail(
            Kind::WrongResult,
            format!("{what}: it ended after {gives_up} ms"),
        );
    }
    let when =
        format!("{what}: when the caller has dropped the future of `page` after {gives_up} ms");
    service.expect_quiet(&when).await;
}
