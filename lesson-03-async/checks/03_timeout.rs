//! Judges `03_timeout`: calls that come in time, that come too late, and a caller that does not wait.

use std::time::Duration;

use common::exercise;
use common::exercises::{Kind, Solved, expect, fail};
use tokio::time::timeout;

use paused::{Service, on_one_thread};

mod paused;

crate::exercise!("../exercises/03_timeout.rs");

/// Both parts if both come in time, and at once; when somebody gives up, both calls are over.
pub fn check() -> Solved {
    on_one_thread("page", async || {
        in_time().await;
        for (head, body, limit) in [(2, 4, 3), (4, 2, 3), (50, 60, 3)] {
            too_late(head, body, limit).await;
        }
        nobody_waits().await;
    });
    Solved::new("in time, too late, and with a caller that gives up first: no call goes on")
}

fn parts(
    service: &Service,
    [head, body]: [u64; 2],
) -> [impl Future<Output = String> + Send + 'static; 2] {
    [("head", head), ("body", body)]
        .map(|(name, seconds)| service.call(name, seconds, name.to_owned()))
}

async fn in_time() {
    let service = Service::open();
    let [head, body] = parts(&service, [1, 2]);
    let page = exercise::page(head, body, Duration::from_secs(5)).await;
    service.expect_overlap(2);
    let both = Some(("head".to_owned(), "body".to_owned()));
    expect(
        Kind::WrongResult,
        "parts that take 1 and 2 s, with a limit of 5 s",
        &page,
        &both,
    );
    expect(
        Kind::WrongResult,
        "seconds until parts that take 1 and 2 s are there",
        &service.second(),
        &2,
    );
}

async fn too_late(head: u64, body: u64, limit: u64) {
    let service = Service::open();
    let [one, other] = parts(&service, [head, body]);
    let page = exercise::page(one, other, Duration::from_secs(limit)).await;
    let what = format!("parts that take {head} and {body} s, with a limit of {limit} s");
    expect(Kind::WrongResult, &what, &page, &None);
    expect(
        Kind::WrongResult,
        "seconds until it gave up",
        &service.second(),
        &limit,
    );
    service.expect_quiet("when the time is up").await;
}

async fn nobody_waits() {
    let service = Service::open();
    let [head, body] = parts(&service, [50, 60]);
    let page = exercise::page(head, body, Duration::from_secs(30));
    if timeout(Duration::from_secs(1), page).await.is_ok() {
        fail(
            Kind::WrongResult,
            "it ended after 1 s, with a limit of 30 s and parts that take 50 and 60 s",
        );
    }
    service
        .expect_quiet("when the caller has dropped the future of `page`")
        .await;
}
