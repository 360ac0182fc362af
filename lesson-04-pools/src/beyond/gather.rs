//! Gathering: the results of a run as they come, each chunk counted once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::time::{Duration, Instant};

use async_nats::Error;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::Stream;
use futures_util::StreamExt;
use tokio::time::{sleep, timeout};
use tracing::info;

use super::job::Ending;

/// The time for which results are asked for before `look` is called again.
const ASK: Duration = Duration::from_millis(250);

/// Reads the results of a run from the first one on, until there are `wanted`, or nothing new came
/// for as long as `patience`. Calls `look` several times a second, and `news` for each chunk that
/// comes for the first time.
///
/// Fails only where `look` does: a server that does not answer is asked again.
pub async fn gather(
    results: &Stream,
    run: &str,
    wanted: usize,
    patience: Duration,
    mut look: impl FnMut() -> io::Result<()>,
    mut news: impl FnMut(u64, &Ending),
) -> Result<BTreeMap<u64, Ending>, Error> {
    let mut endings = BTreeMap::new();
    let mut last = Instant::now();
    let mut reader: Option<PullConsumer> = None;
    while endings.len() < wanted && last.elapsed() < patience {
        look()?;
        let consumer = match reader.take() {
            Some(reader) => Ok(reader),
            None => results.create_consumer(from_the_start(run)).await,
        };
        let Ok(consumer) = consumer else {
            sleep(Duration::from_millis(200)).await;
            continue;
        };
        let asked = consumer.batch().max_messages(wanted.min(256)).expires(ASK);
        let Ok(mut batch) = asked.messages().await else {
            continue;
        };
        while let Ok(Some(Ok(message))) = timeout(2 * ASK, batch.next()).await {
            let last_word = message.subject.rsplit('.').next();
            let number = last_word.and_then(|number| number.parse().ok());
            // The plan is in this stream as well; and other programs could write into it.
            if let Some((chunk, ending)) = number.zip(serde_json::from_slice(&message.payload).ok())
                && (1..=wanted as u64).contains(&chunk)
            {
                // The same job may have been done twice, and its result be here twice: the first
                // one counts.
                match endings.entry(chunk) {
                    Entry::Occupied(_) => info!("chunk {chunk} came again: not counted"),
                    Entry::Vacant(new) => {
                        last = Instant::now();
                        news(chunk, new.insert(ending));
                    }
                }
            }
            // Not acknowledged, it only comes again.
            let _ = message.ack().await;
            if endings.len() == wanted {
                break;
            }
        }
        reader = Some(consumer);
    }

    Ok(endings)
}

/// Makes a consumer of our own. The server forgets it when it was not asked for a while.
fn from_the_start(run: &str) -> pull::Config {
    pull::Config {
        durable_name: Some(format!("gather-{run}-{}", std::process::id())),
        filter_subject: format!("beyond.results.{run}.>"),
        ack_policy: AckPolicy::Explicit,
        inactive_threshold: Duration::from_mins(1),
        ..pull::Config::default()
    }
}
