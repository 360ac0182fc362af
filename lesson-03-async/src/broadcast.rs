//! Channels with many receivers: `broadcast` for news that every receiver must hear, `watch` for a value of which only
//! the latest counts.

use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tokio::time::sleep;

/// Listens until the last sender is gone, and returns all that it heard.
async fn listen(mut news: broadcast::Receiver<&'static str>) -> Vec<&'static str> {
    let mut heard = Vec::new();
    while let Ok(item) = news.recv().await {
        heard.push(item);
    }
    heard
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

    let heard = [one.await.expect("no panic"), two.await.expect("no panic")];
    (heard, follower.await.expect("no panic"))
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
}
