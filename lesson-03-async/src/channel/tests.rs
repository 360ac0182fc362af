//! With the clock stopped: who waited for whom, to the millisecond.

use super::*;

fn run(room: usize) -> Heard {
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(all(room, Duration::from_secs(1)))
}

#[test]
fn everything_arrives_and_of_a_watched_value_the_latest() {
    let heard = run(2);
    assert_eq!(heard.answers, [1, 4, 9, 16, 25]);
    assert_eq!(
        heard.news,
        [vec!["sun", "rain", "snow"], vec!["sun", "rain", "snow"]]
    );
    assert_eq!(
        heard.settings,
        [1, 3],
        "2 came and went while the follower was busy"
    );
}

#[test]
fn a_full_queue_holds_the_sender_back() {
    // With room for two, and one at work, the last of five goes in when two have been done.
    let held_back = run(2).held_back;
    assert!(
        (Duration::from_secs(2)..Duration::from_millis(2010)).contains(&held_back),
        "{held_back:?}"
    );
    assert!(run(5).held_back < Duration::from_millis(10));
}
