//! Channels with many receivers: `broadcast` for news that every receiver should hear, `watch` for a value of which only
//! the latest counts.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};
use tokio::time::sleep;

/// Listens until the last sender is gone. Returns how many news it missed, and those that it heard.
async fn listen(mut news: broadcast::Receiver<&'static str>) -> (u64, Vec<&'static str>) {
    let mut missed = 0;
    let mut heard = Vec::new();
    loop {
        match news.recv().await {
            Ok(item) => heard.push(item),
            // The oldest news were overwritten before this listener came to them.
            Err(RecvError::Lagged(count)) => missed += count,
            Err(RecvError::Closed) => return (missed, heard),
        }
    }
}

/// Sends three news through a channel that keeps two, before its listener looks.
pub async fn too_late() -> (u64, Vec<&'static str>) {
    let (news, late) = broadcast::channel(2);
    for item in ["sun", "rain", "snow"] {
        news.send(item).expect("a listener is there");
    }
    drop(news);
    listen(late).await
}

/// Looks at the setting whenever it has changed; each look takes as long as `slow`, and what changes meanwhile is
/// skipped. Returns the settings that it saw.
async fn follow(mut setting: watch::Receiver<u32>, slow: Duration) -> Vec<u32> {
    let mut seen = Vec::new();
    while setting.changed().await.is_ok() {
        seen.push(*setting.borrow_and_update());
        sleep(slow).await;
    }
    seen
}

/// Sends three news to two listeners, and three settings to a follower. Returns what each of them received.
pub async fn publish(slow: Duration) -> ([Vec<&'static str>; 2], Vec<u32>) {
    let (news, one) = broadcast::channel(16);
    let two = news.subscribe();
    let (setting, watcher) = watch::channel(0);
    let one = tokio::spawn(listen(one));
    let two = tokio::spawn(listen(two));
    let follower = tokio::spawn(follow(watcher, slow * 2));

    for (number, item) in (1..).zip(["sun", "rain", "snow"]) {
        news.send(item).expect("both listeners are there");
        setting.send(number).expect("the follower is there");
        sleep(slow / 2).await;
    }
    drop((news, setting));

    let (_, one) = one.await.expect("no panic");
    let (_, two) = two.await.expect("no panic");
    ([one, two], follower.await.expect("no panic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn all_news_arrive_and_of_a_watched_value_the_latest() {
        let (news, settings) = publish(Duration::from_secs(1)).await;
        assert_eq!(
            news,
            [vec!["sun", "rain", "snow"], vec!["sun", "rain", "snow"]]
        );
        assert_eq!(
            settings,
            [1, 3],
            "2 came and went while the follower was busy"
        );
    }

    #[tokio::test]
    async fn a_listener_that_lags_misses_the_oldest() {
        assert_eq!(too_late().await, (1, vec!["rain", "snow"]));
    }

    #[tokio::test]
    async fn a_listener_hears_what_is_sent_after_it_subscribed() {
        let (news, _first) = broadcast::channel(2);
        news.send("sun").unwrap();
        let second = news.subscribe();
        news.send("rain").unwrap();
        drop(news);
        assert_eq!(listen(second).await, (0, vec!["rain"]));
    }
}
