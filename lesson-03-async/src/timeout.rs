//! `timeout`: a call with a deadline. When the time is up the call is cancelled, and the server notices.

use std::time::Duration;

use tokio::time::timeout;
use tracing::info;

use crate::support::calls::Call;
use crate::support::client::{self, CallError};

/// Asks, but not for longer than `patience`. After that the future of the call is dropped. The connection is a task of
/// hyper's: it ends too, since nothing is left that could ask or read through it.
pub async fn ask(call: Call, patience: Duration) -> Result<String, CallError> {
    info!("asking");
    let Ok(answer) = timeout(patience, client::get(&call.url)).await else {
        info!("the time is up");
        return Err(CallError::Late(patience));
    };
    info!("answered");
    answer
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;
    use crate::support::api_server::{ApiServer, Route};

    #[tokio::test]
    async fn the_server_sees_the_connection_close() {
        let routes = vec![Route::new("/", "", Duration::from_hours(1))];
        let server = ApiServer::start(routes).unwrap();
        let url = server.url("/");
        let task = tokio::spawn(async move { client::get(&url).await });
        while server.counts().now == 0 {
            sleep(Duration::from_millis(1)).await;
        }

        // As `timeout` does when the time is up: the future is dropped where it waits.
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert!(server.sees_hang_ups(1).await.is_some());
        assert_eq!((server.counts().now, server.counts().asked), (0, 1));
    }
}
