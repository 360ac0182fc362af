//! Judges `04_first_answer`: servers that answer, fail, and are silent.

use common::exercise;
use common::exercises::{Kind, Solved, expect};

use paused::{Service, on_one_thread};

mod paused;

crate::exercise!("../exercises/04_first_answer.rs");

/// A server: its name, the seconds until it answers, and whether the answer is good.
type Server = (&'static str, u64, bool);

/// The first good answer when it comes; then no call is under way. None when the last one has failed.
pub fn check() -> Solved {
    on_one_thread("first_good", async || {
        first(
            [("a", 3, true), ("b", 1, true), ("c", 2, true)],
            Some("b"),
            1,
        )
        .await;
        first(
            [("a", 1, false), ("b", 2, false), ("c", 4, true)],
            Some("c"),
            4,
        )
        .await;
        first(
            [("a", 60, true), ("b", 1, false), ("c", 2, true)],
            Some("c"),
            2,
        )
        .await;
        first([("a", 2, false), ("b", 3, false), ("c", 1, false)], None, 3).await;
    });
    Solved::new(
        "with good, failing and slow servers: the first good answer, and the other calls have ended",
    )
}

async fn first(servers: [Server; 3], winner: Option<&str>, second: u64) {
    let service = Service::open();
    let calls = servers.map(|(name, seconds, good)| {
        let page = format!("page from {name}");
        service.call(
            name,
            seconds,
            if good {
                Ok(page)
            } else {
                Err(format!("{name} failed"))
            },
        )
    });
    let page = exercise::first_good(calls.into()).await;
    service.expect_overlap(servers.len());
    let what = format!("servers as (name, seconds, good): {servers:?}");
    expect(
        Kind::WrongResult,
        &what,
        &page,
        &winner.map(|name| format!("page from {name}")),
    );
    expect(
        Kind::WrongResult,
        &format!("{what}; seconds until it ended"),
        &service.second(),
        &second,
    );
    service
        .expect_quiet("when the first good answer is there")
        .await;
}
